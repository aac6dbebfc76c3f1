/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url_rows - a page of the list of URLs, and one URL with its counts
 *
 * In:      a selection. SELECT_URLS: filters url, urllike, asn, country, ip of the URL's host,
 *          the window is on lastSeen. SELECT_URLS_OF_MAILS: distinct URLs of the mails that the
 *          selection holds, by any filter. Order: lastSeen, urlId, both descending.
 *          What is not reportable (images, namespaces) or lies under a domain of `hidden` is left
 *          out unless selection->all.
 * Limits, errors, threads: as email_rows.h.
 */
#pragma once

#include "select/selection_path.h"
#include "store/db.h"

struct url_row {
    int64_t url_id;
    int64_t first_seen, last_seen;
    const char *url, *host, *ip, *country_code,
        *as_name;      /* NULL: not known (host: never in new rows) */
    uint32_t asn;      /* 0: not known */
    const char *lists; /* lists that name the host: "dbl surbl"; "" none does; NULL not known */
};

struct url_rows {
    struct url_row *rows;
    size_t count;
    char *next, *previous;
    GStringChunk *text;
};

/* `hidden`: [dnsbl] wldomain, NULL-terminated, or NULL. */
struct url_rows *url_rows_read(struct db *db, const struct selection *selection,
                               enum selection_of of, const char *const *hidden, int64_t now,
                               GError **error);
void url_rows_free(struct url_rows *rows); /* NULL is allowed */
typedef struct url_rows UrlRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UrlRows, url_rows_free)
/* One URL, rows 0 or 1. */
struct url_rows *url_rows_by_id(struct db *db, int64_t url_id, GError **error);
/* As email_rows_stream(). */
bool url_rows_stream(struct db *db, const struct selection *selection, enum selection_of of,
                     const char *const *hidden, int64_t now, size_t max,
                     bool (*each)(void *user, const struct url_row *row), void *user, bool *cut,
                     GError **error);
