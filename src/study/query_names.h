/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_names - the names whose queries decide something, and how often each was asked
 *
 * A hash table of those names alone: a name that is not in it costs one look and no memory.
 * Threads: one table, one thread.
 */
#pragma once

#include <stdint.h>

#include "study/evidence.h"

enum dns_column { DNS_SPF_TXT, DNS_SPF_EXIST, DNS_DKIM_TXT, DNS_DMARC_TXT, DNS_EDV, DNS_COLUMNS };

/* "SPF_txt" ..., as in the published study. */
extern const char *const dns_column_names[DNS_COLUMNS];

struct query_count {
    uint64_t txt; /* asked for TXT */
    uint64_t any; /* asked for anything, TXT included */
};

struct query_target {
    char *name; /* lower case */
    char *label;
    enum dns_column column;
    struct query_count paper, correct; /* as query_line.h reads lines in the two ways */
    GPtrArray *evidence;
};

struct query_names;

struct query_names *query_names_new(void);
void query_names_free(struct query_names *names); /* NULL is allowed */
typedef struct query_names QueryNames;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QueryNames, query_names_free)

/* A name that is there already is left as it is. */
void query_names_add(struct query_names *names, const char *name, const char *label,
                     enum dns_column column);
/* The target of that name in any case, a final dot left away; NULL: none. */
struct query_target *query_names_find(const struct query_names *names, struct span name);
/* The target of a label and column, or NULL. */
struct query_target *query_names_of(const struct query_names *names, const char *label,
                                    enum dns_column column);
/* All of them, of struct query_target *, in order of adding; owned by the table. */
const GPtrArray *query_names_all(const struct query_names *names);
/* What the column of a target wants: TXT, or any type (SPF_exist; EDV, when `paper`). */
bool query_target_wants_txt(const struct query_target *target, bool paper);
bool query_target_asked(const struct query_target *target, bool paper);
