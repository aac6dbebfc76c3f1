/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - URLs in the text and HTML of a mail, collected in order of first appearance
 *
 * In:      text parts after transfer decoding and charset conversion (valid UTF-8).
 * Out:     struct link (report.h), distinct by key, at most LIMIT_LINKS of them.
 * Finds:   http, https and ftp URLs; www.x.y; host.tld/path under a known TLD; defanged forms
 *          (hxxp, [.], (dot) ...); in HTML href, src, action, formaction, background, poster, data,
 *          cite, srcset, style url(), meta refresh, resolved against <base href>; also inside
 *          comments. Wrappers (Safe Links, Proofpoint v1 to v3, Google, Barracuda, Cisco) are taken
 *          off without asking anybody, up to 5 deep. Nothing is ever fetched.
 * Leaves:  mailto, tel, data, javascript, cid; a URL that is relative to no base; name spaces and
 *          DTDs in the markup. A URL in the text of an <a> whose href has the same host ("www." put
 *          aside) is its target once more; with another host it is kept, not reportable, and the
 *          href's link gets LINK_TEXT_DIFFERS.
 * Marks:   LINK_NOT_REPORTABLE for what is shown or loaded but leads nobody anywhere: pictures,
 *          style sheets, fonts, <base> itself, hosts of name spaces. A URL that also stands where a
 *          reader can follow it loses that mark, and likewise LINK_IN_COMMENT.
 * Outer:   Safe Links loses its data= (the recipient's address).
 * Cost:    linear in the input; no backtracking. A full set is not searched further.
 * Owns:    strings lie in the arena given at creation.
 * Threads: one set, one thread.
 */
#pragma once

#include "report/report.h"

struct link_set;

struct link_set *link_set_new(GStringChunk *arena);
void link_set_free(struct link_set *set); /* NULL is allowed; the strings stay in the arena */
typedef struct link_set LinkSet;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LinkSet, link_set_free)

enum text_flow {
    TEXT_FIXED,
    TEXT_FLOWED,      /* format=flowed (RFC 3676) */
    TEXT_FLOWED_DELSP /* format=flowed; delsp=yes */
};
/* Text that begins as HTML does is read as HTML. */
void link_scan_text(struct link_set *set, struct span utf8, enum text_flow flow);
/* Scans HTML; what a reader would see is appended to `visible` when it is not NULL, blocks as lines
 * and white space collapsed, until `visible` has MAIL_TEXT_OCTETS. */
void link_scan_html(struct link_set *set, struct span utf8, GString *visible);

/* The links so far; *links is in the arena (NULL when there are none). `*full` tells that some were
 * left out. */
size_t link_set_take(struct link_set *set, const struct link **links, bool *full);

/* The pieces, for tests and for other readers of URLs (the study, /tools, Reported-URI). */

/* Normalises an absolute URL as spec: scheme and host lower case, A-labels, numeric hosts as
 * dotted quads, default port, user and fragment off, dot segments resolved, unreserved %XX decoded,
 * others in upper case, empty path "/". Appends to `key` (ASCII; its own key is itself) and `host`
 * (an IPv6 address without brackets). False, and nothing appended, when it is none that we keep:
 * another scheme, no host, a port that is none. */
bool url_normalize(struct span url, GString *key, GString *host);
/* One wrapper taken off, appended to `inner`; false when it is no known wrapper. */
bool url_unwrap(struct span url, GString *inner);
