/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection_where - conditions of selection_sql.h that ask the database first: names, URLs,
 * attachments, patterns, lists
 *
 * Questions about each mail are "1 = (SELECT 1 ... LIMIT 1)", not EXISTS: of that MariaDB makes a
 * join which reads all that could match before the first mail.
 * Each appends " AND ..." to sql->where, or sets sql->none, and tells what it found.
 * Errors and threads: as selection_sql.h.
 */
#pragma once

#include "select/selection_sql.h"

#define WHERE_IDS_MAX 1000    /* names or URLs as a list of ids; more are asked row by row */
#define WHERE_LINKS_MAX 10000 /* mails of a pattern or URL that are looked up rather than walked */
#define WHERE_SPLITS_MAX 4    /* stars in an address without @ */

/* What a condition found: how to come to the few mails that can match. */
enum where_found {
    WHERE_FAILED, /* *error */
    WHERE_WALK,   /* common, or a plain condition: walk and ask each mail */
    WHERE_FEW     /* *list names the few */
};

/* Name of the column's domain (DICTIONARY domain), whole value with `*`. *single: one name only. */
enum where_found where_domain(struct db *db, struct selection_sql *sql, const char *column,
                              const char *text, bool *single, GError **error);
/* An address in a pair of columns; `further` also among the recipients behind the first. */
enum where_found where_address(struct db *db, struct selection_sql *sql, const char *local_column,
                               const char *domain_column, const char *text, bool further,
                               GError **error);
/* The same as a condition of its own, without AND, for an OR: "(...)". */
bool where_address_text(struct db *db, struct selection_sql *sql, GString *out,
                        const char *local_column, const char *domain_column, const char *text,
                        GError **error);
/* Ids of a name and of all below it, as "1,2,3" ("NULL" for none); NULL with *error. Caller
 * frees. */
char *where_host_ids(struct db *db, const char *host, size_t max, GError **error);
/* WHERE_FEW: *list is "1,2,3", ids of URLs; caller frees. Otherwise the condition is appended. */
enum where_found where_url(struct db *db, struct selection_sql *sql, const char *text, bool like,
                           char **list, GError **error);
/* WHERE_FEW: *list is of ids of mails. */
enum where_found where_file(struct db *db, struct selection_sql *sql, const char *text, bool like,
                            char **list, GError **error);
/* Whether a pattern or URL has few mails. */
enum where_found where_links(struct db *db, const char *table, const char *index,
                             const char *column, int64_t id, GError **error);
/* Addresses that ZEN lists: WHERE_FEW: *list is "x'..',x'..'". */
enum where_found where_listed(struct db *db, struct selection_sql *sql, char **list,
                              GError **error);
/* Whether a network has few mails. */
enum where_found where_network(struct db *db, const char *condition, GError **error);
