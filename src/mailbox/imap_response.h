/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_response - reads one whole response of an IMAP server (RFC 3501, 7 and 9); no I/O
 *
 * Input:   a response as imap_frame cut it, with its last CRLF; every octet sequence is allowed.
 * Output:  views into it (borrowed), or FAULT_RETRY when it is no IMAP.
 * Limits:  32 parentheses deep; no recursion, no allocation by what the input says.
 * Threads: no shared state.
 */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"

enum imap_kind {
    IMAP_TAGGED,   /* A1 OK done: tag, status, code, text */
    IMAP_STATUS,   /* "* OK ...", "* BYE ...": status, code, text */
    IMAP_CONTINUE, /* "+ ...": text */
    IMAP_NUMBERED, /* "* 5 FETCH (...)": number, name, rest */
    IMAP_NAMED     /* "* SEARCH 1 2": name, rest */
};

enum imap_status { IMAP_OK, IMAP_NO, IMAP_BAD, IMAP_BYE, IMAP_PREAUTH };

struct imap_response {
    enum imap_kind kind;
    enum imap_status status;
    uint32_t number;
    struct span tag;
    struct span name; /* FETCH, SEARCH, CAPABILITY ... in whatever case */
    struct span rest; /* behind the name, for imap_token_next() */
    struct span code; /* what stands in [ ], or empty */
    struct span text;
};
bool imap_response_parse(struct span octets, struct imap_response *response, GError **error);

enum imap_token_kind {
    IMAP_END,
    IMAP_ATOM,   /* NIL, numbers, flags, BODY[...]<0> */
    IMAP_QUOTED, /* between the quotes, backslashes still in it */
    IMAP_LITERAL,
    IMAP_OPEN,
    IMAP_CLOSE,
    IMAP_NO_TOKEN /* not IMAP: stop reading */
};
struct imap_token {
    enum imap_token_kind kind;
    struct span octets;
};
/* Cuts one token off *rest. */
struct imap_token imap_token_next(struct span *rest);
/* The content of a quoted string without its backslashes; caller frees. */
char *imap_token_unquoted(struct imap_token token, size_t *len);

/* What a FETCH response says of one message; absent parts have their zero value. */
struct imap_item {
    uint32_t uid;
    bool has_size;
    uint64_t size; /* RFC822.SIZE; UINT64_MAX when it is absurd */
    int64_t date;  /* INTERNALDATE, or CLOCK_UNKNOWN */
    bool has_body; /* BODY[] is there, maybe as NIL */
    bool body_is_nil;
    struct imap_token body;
};
/* `rest` of a FETCH response. FAULT_RETRY when it is malformed or says one thing twice. */
bool imap_response_item(struct span rest, struct imap_item *item, GError **error);
/* "17-Jul-1996 02:44:25 -0700" as seconds since 1970; CLOCK_UNKNOWN when it is no such time. */
int64_t imap_response_date(struct span text);
/* Whether the words in `list`, with or without parentheses, hold `word` in any case. */
bool imap_response_lists(struct span list, const char *word);
