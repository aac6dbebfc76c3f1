/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_line - one line of a list of contacts as people keep them
 *
 * "AS64496,abuse@example.com", "192.0.2.0/24<TAB>a@example.com<TAB>b@example.com",
 * "64496 abuse@example.com", "2001:db8::/32,\"a@example.com, b@example.com\"". Without a header the
 * first field is an AS number or a prefix and all others are addresses. A header names the columns,
 * in any order: asn, prefix (network, cidr, ip) and abuse (email, address, contact ...); other
 * columns are passed over, and where both asn and prefix are given the line is the prefix's: so a
 * networks file can be read as well. Empty lines and lines that begin with "#" say nothing.
 * In:      any octets, a line at a time; a quoted field ends with its line.
 * Out:     the line's contact, or what is wrong with it.
 * Limits:  8 KB a line, 64 fields. Threads: one reader, one thread.
 */
#pragma once

#include <stdint.h>

#include "base/ip.h"

#define CONTACT_LINE_OCTETS_MAX 8192
#define CONTACT_FIELDS_MAX 64

enum contact_role {
    CONTACT_COLUMN_OTHER,
    CONTACT_COLUMN_ASN,
    CONTACT_COLUMN_PREFIX,
    CONTACT_COLUMN_ADDRESS
};

struct contact_reader {
    char *const *own; /* see contact_address_read() */
    bool begun;       /* a line that says something was read: no header may follow */
    size_t columns;   /* of the header; 0: there was none */
    enum contact_role roles[CONTACT_FIELDS_MAX];
};

enum contact_line_kind {
    CONTACT_LINE_NOTHING, /* empty, a comment, the header, nothing in the address column */
    CONTACT_LINE_ASN,
    CONTACT_LINE_PREFIX,
    CONTACT_LINE_BAD
};

struct contact_line {
    enum contact_line_kind kind;
    uint32_t asn;
    struct ip_range prefix;
    GString *addresses; /* contact_address.h; the caller's, emptied before each line */
    const char *fault;  /* of CONTACT_LINE_BAD; static */
};

/* `line` has no line end; a byte order mark in front of the first one is left out. */
void contact_line_read(struct contact_reader *reader, struct span text, struct contact_line *line);
