/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer - what DNS said to one question
 *
 * An answer tells apart "there is none" (NXDOMAIN, NODATA: a fact with a lifetime, RFC 2308) and
 * "nobody told us" (SERVFAIL, REFUSED, time-out, nonsense: asked again on the next run).
 */
#pragma once

#include <stdint.h>

#include "base/ip.h"

enum rr { RR_A = 1, RR_PTR = 12, RR_TXT = 16, RR_AAAA = 28 };

enum answer_outcome {
    ANSWER_FOUND,    /* at least one record */
    ANSWER_NONE,     /* NXDOMAIN or NODATA */
    ANSWER_NOT_KNOWN /* no usable answer; `failure` says why */
};

struct answer_record {
    struct ip ip;     /* A, AAAA */
    struct span text; /* PTR: a canonical host name; TXT: its strings joined, any octets */
};

struct answer {
    enum answer_outcome outcome;
    /* Seconds that it holds: the smallest TTL of the records and of the CNAMEs that led to them,
     * of none min(SOA TTL, SOA MINIMUM), 0 without a SOA. Not clamped. */
    uint32_t ttl;
    const struct answer_record *records; /* at most ANSWER_RECORDS_MAX; borrowed */
    size_t count;
    const char *failure; /* "timeout", "servfail", "refused", "malformed", ...; static; or NULL */
};

#define ANSWER_RECORDS_MAX 64
#define ANSWER_CNAMES_MAX 8
