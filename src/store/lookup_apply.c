/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lookup_apply.h"

#include "base/clock.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/transaction.h"

#define URLS_AT_ONCE 500

struct apply {
    const struct lookup_chunk *chunk;
    const char *ids; /* of all mails */
    char now[CLOCK_TEXT_MAX];
    GArray *urls;     /* those of one transaction */
    GArray *complete; /* mails */
};

char *
lookup_chunk_ids(const struct lookup_chunk *chunk)
{
    g_autoptr(GArray) ids = id_list_new();
    for (guint i = 0; i < chunk->emails->len; i++)
        id_list_add(ids, g_array_index(chunk->emails, struct lookup_email, i).id);
    return id_list_text(ids);
}

static bool
tell_urls(struct db *db, void *self, bool *final, GError **error)
{
    struct apply *apply = self;
    g_autofree char *behind = g_strdup_printf(
        " AND u.urlIp IS NULL AND u.urlAsn IS NULL AND u.urlCountryCode IS NULL AND f.ip IS NOT "
        "NULL AND f.expires > '%s'",
        apply->now);
    (void) final;
    return id_list_execute(
        db,
        "UPDATE url u STRAIGHT_JOIN hostFact f ON f.domainId = u.urlDomainId SET "
        "u.urlIp = f.ip, u.urlAsn = f.asn, u.urlCountryCode = f.countryCode "
        "WHERE u.urlId IN ",
        apply->urls, behind, error);
}

static bool
tell_all_urls(struct db *db, struct apply *apply, GError **error)
{
    const GArray *urls = apply->chunk->urls;
    for (guint i = 0; i < urls->len; i++) {
        id_list_add(apply->urls, id_list_at(urls, i));
        if (apply->urls->len < URLS_AT_ONCE && i + 1 < urls->len)
            continue;
        if (!transaction_run(db, tell_urls, apply, error))
            return false;
        g_array_set_size(apply->urls, 0);
    }
    return true;
}

/* The order of the assignments does not matter: servers do not promise one. */
static bool
tell_mails(struct db *db, void *self, bool *final, GError **error)
{
    const struct apply *apply = self;
    g_autofree char *sql = g_strdup_printf(
        "UPDATE arfEmail a STRAIGHT_JOIN ipFact f ON f.ip = a.sourceIp SET "
        "a.sourceDomainId = IF(f.domainExpires > '%s', COALESCE(a.sourceDomainId, f.domainId), "
        "a.sourceDomainId), "
        "a.sourceDomainConfirmed = IF(f.domainExpires > '%s' AND COALESCE(a.sourceDomainId, "
        "f.domainId) = f.domainId, COALESCE(a.sourceDomainConfirmed, f.domainConfirmed), "
        "a.sourceDomainConfirmed), "
        "a.sourceAsn = IF(f.networkExpires > '%s', COALESCE(a.sourceAsn, f.asn), a.sourceAsn), "
        "a.countryCode = IF(f.networkExpires > '%s', COALESCE(a.countryCode, f.countryCode), "
        "a.countryCode) WHERE a.sourceSpecial = 0 AND a.emailId IN (%s)",
        apply->now, apply->now, apply->now, apply->now, apply->ids);
    (void) final;
    return db_execute(db, sql, error) &&
           id_list_execute(db, "DELETE FROM lookup WHERE emailId IN ", apply->complete, "", error);
}

/* Mails with a URL on a host of which something is missing. */
static bool
with_missing_hosts(struct db *db, const struct apply *apply, GHashTable *emails, GError **error)
{
    g_autoptr(GArray) hosts = id_list_new();
    for (guint i = 0; i < apply->chunk->hosts->len; i++) {
        const struct lookup_host *host = g_ptr_array_index(apply->chunk->hosts, i);
        if (host->missing != 0)
            id_list_add(hosts, host->domain_id);
    }
    if (hosts->len == 0)
        return true;
    g_autofree char *list = id_list_text(hosts);
    g_autofree char *sql = g_strconcat(
        "SELECT DISTINCT x.emailId FROM emailUrl x JOIN url u USING (urlId) WHERE " LOOKUP_LINKS
        " AND x.emailId IN (",
        apply->ids, ") AND u.urlDomainId IN (", list, ")", NULL);
    g_autoptr(Query) rows = query_run_once(db, sql, error);
    if (rows == NULL)
        return false;
    while (query_next(rows)) {
        int64_t id = query_number(rows, 0);
        g_hash_table_add(emails, g_memdup2(&id, sizeof id));
    }
    return true;
}

static bool
find_complete(struct db *db, struct apply *apply, GError **error)
{
    g_autoptr(GHashTable) waiting =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (!with_missing_hosts(db, apply, waiting, error))
        return false;
    for (guint i = 0; i < apply->chunk->emails->len; i++) {
        const struct lookup_email *email =
            &g_array_index(apply->chunk->emails, struct lookup_email, i);
        if ((email->source == NULL || email->source->missing == 0) &&
            !g_hash_table_contains(waiting, &email->id))
            id_list_add(apply->complete, email->id);
    }
    return true;
}

bool
lookup_apply(struct db *db, const struct lookup_chunk *chunk, uint64_t *done, GError **error)
{
    g_autofree char *ids = lookup_chunk_ids(chunk);
    struct apply apply = {
        .chunk = chunk, .ids = ids, .urls = id_list_new(), .complete = id_list_new()
    };
    clock_sql(chunk->now, apply.now);
    bool ok = tell_all_urls(db, &apply, error) && find_complete(db, &apply, error) &&
              transaction_run(db, tell_mails, &apply, error);
    *done = ok ? apply.complete->len : 0;
    g_array_unref(apply.urls);
    g_array_unref(apply.complete);
    return ok;
}
