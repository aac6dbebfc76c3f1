/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_html_token - tags, attributes and text of HTML, as far as finding links needs them
 *
 * In:      any octets, however broken; read in the manner of WHATWG HTML 13.2.5, without a tree.
 * Out:     spans into the input, references (&amp;) not replaced.
 * Differs: the inside of comments is read too (mail programs obey conditional comments); a quote
 *          that nothing closes ends at the next blank or ">".
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define HTML_NAME_OCTETS_MAX 15

enum html_token_type {
    HTML_TEXT,
    HTML_START, /* read its attributes with html_attribute() before the next token */
    HTML_CLOSE  /* the same */
};

struct html_token {
    enum html_token_type type;
    struct span text;
    char name[HTML_NAME_OCTETS_MAX + 1]; /* lower case, cut */
};

struct html_scan {
    const char *at;
    const char *end;       /* of the input, or of the comment we are in */
    const char *whole_end; /* of the input */
    const char *resume;    /* behind the comment we are in; NULL: in none */
    bool soft;             /* attributes are in quoted-printable that nobody has undone */
    bool unclosed[2][3];   /* in text, in this comment: no end tag of that raw element ahead */
};

enum html_raw { HTML_RAW_SCRIPT, HTML_RAW_STYLE, HTML_RAW_TITLE };

void html_scan_start(struct html_scan *scan, struct span html);
/* False at the end of the input. */
bool html_next(struct html_scan *scan, struct html_token *token);
bool html_in_comment(const struct html_scan *scan);
/* The next attribute of the tag just met; false behind its ">". */
bool html_attribute(struct html_scan *scan, struct span *name, struct span *value);
/* Behind the start tag of a script, style or title: takes all up to its end tag into *raw. False,
 * nothing taken, when there is none; then what follows is read as HTML. */
bool html_raw_text(struct html_scan *scan, enum html_raw element, struct span *raw);
