/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection_sql - a selection as FROM and WHERE with bound values, and the index it walks
 *
 * In:      a selection. Names, URLs and attachments are looked up first, so that the mails are
 *          asked for by numbers; what a person typed is bound, never quoted in. (Numbers, dates and
 *          words of our own stand in the text.)
 * Which index: the filter that leaves fewest rows: pattern, URL, attachment, address; network;
 *          reported; names; subject; domain; else the walk by arrival with the words in the index.
 *          Index-only but for mails found.
 * Errors:  FAULT_REJECT: a lookup took too long; else db.h. Threads: as db.h.
 */
#pragma once

#include "select/selection.h"
#include "store/db.h"
#include "store/value.h"

#define SELECTION_VALUES_MAX 48

struct selection_sql {
    GString *from;  /* "arfEmail e FORCE INDEX (...)"; the mails are `e` */
    GString *where; /* "1 = 1 AND ..." */
    struct value values[SELECTION_VALUES_MAX];
    size_t value_count;
    GPtrArray *texts; /* what the values point to */
    size_t type_at,
        type_len;  /* where in `where` " AND e.emailType = ..." stands; type_len 0: not */
    bool masked;   /* as of the selection */
    bool none;     /* nothing can match: a name that nobody has */
    bool distinct; /* a mail may come several times */
    bool gathers;  /* all that match are read before the first is known */
    bool ties;     /* the index does not order mails of one second by their id */
    int64_t from_date, to_date;
};

struct selection_sql *selection_sql_new(struct db *db, const struct selection *selection,
                                        int64_t now, GError **error);
void selection_sql_free(struct selection_sql *sql); /* NULL is allowed */
typedef struct selection_sql SelectionSql;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SelectionSql, selection_sql_free)
/* Takes the text (may be NULL). False when there are too many. */
bool selection_sql_bind(struct selection_sql *sql, char *text);
/* " AND e.arrivalDate >= '...'" for the open ends too, where they are told. */
void selection_sql_dates(GString *out, const char *column, int64_t from, int64_t to);
