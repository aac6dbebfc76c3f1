/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_set - how the scanners of text and HTML hand their finds to the set
 *
 * In:      URLs as written, absolute, or without scheme when LINK_NO_SCHEME is among the flags;
 *          valid UTF-8, any length.
 * Threads: one set, one thread.
 */
#pragma once

#include "report/link.h"

#define LINK_NONE G_MAXSIZE

/* Adds the URL unless its key is there already, and returns its index, or LINK_NONE when it is no
 * URL that we keep or the set is full. Of the flags of a link seen again, FORM, REFRESH and
 * TEXT_DIFFERS add up; NOT_REPORTABLE and IN_COMMENT stay only while every place says so. */
size_t link_set_add(struct link_set *set, struct span url, unsigned flags);
/* Whether the set takes no more links: further scanning finds nothing new. */
bool link_set_is_full(const struct link_set *set);
/* From now on the set is full: the text costs more than it may. */
void link_set_stop(struct link_set *set);
/* Marks a link; `index` may be LINK_NONE. */
void link_set_flag(struct link_set *set, size_t index, unsigned flags);
/* Whether the host is that of the link or of its wrapper, "www." put aside. */
bool link_set_has_host(const struct link_set *set, size_t index, const char *host);
/* The host that adding the URL would give it, appended to `host`; false when it is no URL. */
bool link_set_host_of(struct link_set *set, struct span url, unsigned flags, GString *host);

/* True for hosts and files that mails name without leading anybody there: name spaces, DTDs, fonts,
 * style sheets, pictures. `key` is a normalised URL, `host` its host. */
bool link_is_asset(const char *key, const char *host);
