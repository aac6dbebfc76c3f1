/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mmdb - networks from files in MaxMind's DB format: [networks] countryDb and asnDb
 *
 * Read are country.iso_code, registered_country.iso_code and country_code; and
 * autonomous_system_number or asn (a number or "AS64496"), autonomous_system_organization or
 * as_name. Both files may be one and the same.
 * Errors: FAULT_OPERATOR with the path. Threads: finding is safe in many.
 */
#pragma once

#include "enrich/fact.h"

struct mmdb;

/* NULL or "": no such file. */
struct mmdb *mmdb_open(const char *country_path, const char *asn_path, GError **error);
void mmdb_close(struct mmdb *mmdb); /* NULL is allowed */
typedef struct mmdb Mmdb;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mmdb, mmdb_close)
/* What the files say of an address: AS number (0: nothing), country ("": nothing) and the prefix of
 * which that is true, the longer one of the two; `from` and `expires` are left alone. The name of
 * the AS, printable, is put into `name`. False when they say nothing. */
bool mmdb_find(const struct mmdb *mmdb, const struct ip *ip, struct network *network,
               GString *name);
