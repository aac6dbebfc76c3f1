/* SPDX-License-Identifier: Apache-2.0 */
/*
 * genuine - signs that a reported mail was sent by who it says, and failed DMARC on its way
 *
 * In:      a report; the Authentication-Results that its reporter wrote into the feedback part.
 *          Those inside the reported mail are not read: who forged the mail forged them too.
 * Threads: no state. The settings are only read.
 * Source:  RFC 8601; relaxed alignment of RFC 9989.
 */
#pragma once

#include "report/report.h"

struct classify_settings {
    const struct ip_range *own_networks; /* networks that our own mail leaves from */
    size_t own_network_count;
    const char *const *forwarders; /* domains of known forwarders, canonical (base/domain.h) */
    size_t forwarder_count;
};

/* True when SPF or DKIM passed for a domain that shares its registrable domain with the From
 * address, when either passed for a known forwarder, or when the source lies in our networks and
 * was stated by the report or by a trusted Received field. `settings` may be NULL. */
bool likely_genuine(const struct report *report, const struct classify_settings *settings);
