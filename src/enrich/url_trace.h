/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url_trace - where a URL leads, hop by hop, without becoming anybody's tool
 *
 * Asks each hop by GET and follows its redirect by hand: http and https on ports 80 and 443 only;
 * no cookies, no credentials, no referrer, no proxy, nothing stored. The address is looked at when
 * the socket is made, so that no name can lead elsewhere meanwhile: special-purpose addresses are
 * refused, at every hop, unless [networks] public names them.
 * Limits:  TRACE_HOPS_MAX hops, TRACE_SECONDS and TRACE_OCTETS each.
 * Threads: no shared state.
 */
#pragma once

#include "base/ip.h"

#define TRACE_HOPS_MAX 10
#define TRACE_SECONDS 5
#define TRACE_OCTETS (64 * 1024)
#define TRACE_URL_OCTETS 8192

struct trace_hop {
    char *url;
    char *host;  /* canonical, or NULL when it is none */
    long status; /* 0: no answer */
    char *text;  /* the reason phrase, or why there was no answer; printable */
};

struct trace_settings {
    const struct ip_range *public; /* special addresses that count as public */
    size_t public_count;
    bool any_port; /* tests */
};

/* Of struct trace_hop, freed with the array; at least one. */
GPtrArray *url_trace(const char *url, const struct trace_settings *settings);
