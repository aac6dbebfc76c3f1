/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contacts - the parts of `lafayette-admin contacts`
 *
 * Each gets its own arguments, argv[0] is "contacts import" and the like. Threads: one.
 */
#pragma once

#include "admin/admin.h"
#include "store/contact.h"

struct contacts_site {
    const struct admin_run *run;
    const struct config *config;
    struct db *db;
};

typedef bool contacts_command(const struct contacts_site *site, int argc, char **argv,
                              GError **error);

/* A list of AS numbers or prefixes and their addresses becomes a person's word; all of it, or with
 * FAULT_REJECT nothing. */
contacts_command contacts_import;
/* Who would be written to about an address, and why; or what is stored. */
contacts_command contacts_list;
/* An address, a domain or an AS is not to be written to; or is again. */
contacts_command contacts_disable;
contacts_command contacts_enable;
/* In which form an address, or a domain, wants complaints. */
contacts_command contacts_wish;
/* A line about one wish. */
void contacts_wish_print(void *user, const struct wish_row *row);
