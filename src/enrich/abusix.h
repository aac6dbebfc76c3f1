/* SPDX-License-Identifier: Apache-2.0 */
/*
 * abusix - whom to tell about an address, by the DNS zone of Abusix's contact database
 *
 * The question is TXT of the address, reversed, below the zone ([dns] abuse). The answer has the
 * addresses in one or several records, several in one separated by commas; LACNIC's are taken away
 * ("removed@lacnic.net"). Threads: no state. Source: spec of the zone, abusix.com.
 */
#pragma once

#include "base/ip.h"
#include "enrich/answer.h"

/* The name to ask about; NULL without a zone or an address. Caller frees. */
char *abusix_name(const struct ip *ip, const char *zone);
/* Adds the addresses that can be written to to `list` (contact_address.h). */
void abusix_read(const struct answer *answer, char *const *own, GString *list);
