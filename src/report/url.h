/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url - the pieces of an absolute URL, read as browsers read it (WHATWG URL Standard)
 *
 * In:      octets as written in a mail. Backslash counts as slash; tab, CR and LF count for
 *          nothing; any number of slashes may stand after "http:".
 * Out:     spans into the input; nothing is copied unless told.
 * Keeps:   http, https and ftp only.
 * Cost:    linear.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

enum url_scheme {
    URL_OTHER, /* none that we keep */
    URL_HTTP,
    URL_HTTPS,
    URL_FTP
};

struct url_parts {
    enum url_scheme scheme;
    struct span authority; /* user, host and port as written; not empty */
    struct span path;      /* "" or from its first slash on */
    struct span query;     /* without "?" */
    bool has_query;
};

/* Length of "scheme:" at the front of the text, or 0 when there is none. */
size_t url_scheme_len(struct span text);
/* The scheme that we keep and that stands in front of a ":"; URL_OTHER when there is none. */
enum url_scheme url_scheme_of(struct span text);

/* Appends `written` without the control characters and blanks at its ends and without tab, CR and
 * LF; other control characters become %XX. */
void url_append_clean(GString *out, struct span written);

/* Splits a clean URL (see above); false when it is none that we keep or has no authority. */
bool url_split(struct span clean, struct url_parts *parts);
/* The host in an authority: what stands behind the last "@" and before the port. False when the
 * port is none. `port` is empty when none is written. */
bool url_split_authority(struct span authority, struct span *host, struct span *port);
/* Appends the canonical host: A-labels in lower case, or an address (numeric forms of IPv4 as a
 * dotted quad, IPv6 without brackets). False, nothing appended, when it is no host. */
bool url_append_host(GString *out, struct span written);
/* Resolves `reference` (clean, not absolute) against an absolute URL and appends the result with
 * its dot segments resolved. False when there is nothing to resolve to. */
bool url_append_joined(GString *out, struct span base, struct span reference);

/* Appends with %XX decoded. Octets that would be control characters, or that would leave the whole
 * no UTF-8, stay as they are. */
void url_append_decoded(GString *out, struct span escaped);
/* Whether url_unwrap() knows a wrapper at that (canonical) host. */
bool url_host_wraps(const char *host);
