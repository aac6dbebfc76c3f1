/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate_report - who sent a DMARC aggregate report (RFC 7489, appendix C; RFC 9990), and about
 * which domain
 *
 * In:      a message, or the octets of one part: XML, or it in gzip or zip (first member), whatever
 *          the name says; a gzip in a gzip, too.
 * Out:     the metadata; records are counted, not read. Strings are valid UTF-8.
 * Owns:    all strings; aggregate_report_free().
 * Errors:  FAULT_REJECT with the reason; XML that breaks off gives what came before, when that has
 *          domain and organisation.
 * Limits:  AGGREGATE_OCTETS_MAX unpacked; a text of 1,000 octets. A DOCTYPE is refused: no
 *          entities, nothing is fetched.
 * Threads: safe after report_open().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define AGGREGATE_OCTETS_MAX (16 * 1024 * 1024)

struct aggregate_report {
    char *org_name;     /* "Example Mail Inc."; NULL: absent */
    char *email;        /* NULL: absent */
    char *report_id;    /* without <>; NULL: absent */
    char *domain;       /* policy_published, canonical (base/domain.h) */
    char *submitter;    /* first piece of the file name (receiver!domain!begin!end), a domain; or
                           NULL */
    int64_t begin, end; /* seconds since 1970; 0: absent */
    uint32_t records;
};

/* The first part of the message that holds one. */
struct aggregate_report *aggregate_report_of_message(struct span message, GError **error);
struct aggregate_report *aggregate_report_read(struct span octets, GError **error);
void aggregate_report_free(struct aggregate_report *report); /* NULL is allowed */
typedef struct aggregate_report AggregateReport;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AggregateReport, aggregate_report_free)
