/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_html - what the scanner of HTML and its readers of attributes share
 *
 * Threads: one scan, one thread.
 */
#pragma once

#include "report/link_html_token.h"
#include "report/link_set.h"

struct link_html {
    struct link_set *set;
    struct html_scan scan;
    GString *base;        /* of <base href>; "" when there is none */
    GString *hardened;    /* scratch */
    GString *decoded;     /* scratch */
    GString *clean;       /* scratch */
    GString *joined;      /* scratch */
    GString *host;        /* scratch */
    GString *run;         /* text since the last block, white space collapsed */
    GString *visible;     /* the caller's, or NULL */
    size_t anchor;        /* the link whose text we are in, or LINK_NONE */
    size_t joined_octets; /* of bases put in front of references so far */
    unsigned pre;         /* how many <pre> are open */
};

enum html_element {
    HTML_BLOCK = 1 << 0,  /* begins a new line */
    HTML_ANCHOR = 1 << 1, /* its text names its target */
    HTML_MEDIA = 1 << 2,  /* src is a picture or the like */
    HTML_LINKED = 1 << 3, /* <link>: style sheets and icons */
    HTML_BASE = 1 << 4,
    HTML_META = 1 << 5,
    HTML_OBJECT = 1 << 6,
    HTML_SCRIPT = 1 << 7,
    HTML_STYLE = 1 << 8,
    HTML_TITLE = 1 << 9,
    HTML_PRE = 1 << 10
};

/* Bits of enum html_element for a name in lower case; 0 for those without meaning to us. */
unsigned html_element_of(const char *name);

/* Reads the attributes of the tag just met up to its end and adds their links. Returns the index
 * of the href's link, or LINK_NONE. */
size_t link_html_attributes(struct link_html *html, unsigned element);
/* url(...) and @import of a style sheet; `css` must not lie in the scratch strings. */
void link_html_css(struct link_html *html, struct span css);
