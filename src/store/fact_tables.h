/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_tables - the tables of facts, and how a fact becomes a row; seen by fact_write.c only
 *
 * Threads: no state.
 */
#pragma once

#include "base/ip.h"
#include "store/rows.h"

enum fact_table_name {
    FACT_TABLE_IP,
    FACT_TABLE_HOST,
    FACT_TABLE_NETWORK,
    FACT_TABLE_AS,
    FACT_TABLE_IP_LISTING,
    FACT_TABLE_HOST_LISTING,
    FACT_TABLES
};

/* A row of any of them; texts live as long as the rows. NULL, len 0 and asn 0 are NULL there. */
struct fact {
    struct ip ip;          /* key of IP, NETWORK, IP_LISTING */
    int64_t id;            /* key of HOST, AS, HOST_LISTING */
    unsigned prefix;       /* key of NETWORK */
    const char *list;      /* key of the listings */
    const int64_t *domain; /* name of an address, registrable domain of a host */
    bool confirmed;
    const char *name_checked, *name_expires; /* dates of SQL */
    int64_t asn;
    const char *country;
    const char *from; /* the network's source; a listing's state */
    const char *checked, *expires;
    const char *text; /* origins, name of an AS, codes */
    const char *meaning;
    const char *listed;
};

struct fact_table {
    const char *name;
    const char *sql; /* one `?` a column */
    const struct column *columns;
    size_t column_count;
    void (*fill)(struct rows *rows, const struct fact *fact);
};

const struct fact_table *fact_table(enum fact_table_name name);
