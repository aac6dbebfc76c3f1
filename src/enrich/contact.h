/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact - one finding of whom to tell about abuse from a network, and who found it
 *
 * Order: what a person wrote, the networks file, RDAP, Abusix; the first that has an address is the
 * contact of an address. An AS's contact (table asn) is told besides. Times are seconds since 1970.
 * Threads: no state.
 */
#pragma once

#include "base/clock.h"
#include "base/config.h"
#include "base/ip.h"

enum contact_origin {
    CONTACT_PERSON,
    CONTACT_FILE,
    CONTACT_RDAP,
    CONTACT_ABUSIX,
    CONTACT_AS /* table asn; in no row of table contact */
};
#define CONTACT_ORIGINS 4 /* of table contact */

/* How long a finding holds; a person's holds until it is changed. */
#define CONTACT_SECONDS (7 * 86400)
#define CONTACT_NONE_SECONDS 86400
#define CONTACT_FILE_SECONDS 86400 /* so that what left the file leaves the database */

/* Prefixes wider than these are no contact's (a person can't write them, RDAP's are cut). */
#define CONTACT_PREFIX_V4_MIN 8
#define CONTACT_PREFIX_V6_MIN 16

struct contact {
    struct ip_range prefix;
    enum contact_origin origin;
    const char *addresses; /* contact_address.h; "": there is none */
    int64_t checked;
    int64_t expires; /* CLOCK_UNKNOWN: never */
};

/* "person", "file", "rdap", "abusix" as table contact has them; "asn". */
const char *contact_origin_word(enum contact_origin origin);
/* False when it is no word of table contact. */
bool contact_origin_read(const char *word, enum contact_origin *origin);
bool contact_holds(const struct contact *contact, int64_t now);
/* Our own domains: wldomain and the sender's of complaints; for contact_address_read(). Caller
 * frees with g_strfreev. */
char **contact_own_domains(const struct config *config);
