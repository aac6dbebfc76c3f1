/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lookup_queue.h"

#include <string.h>

#include "base/clock.h"
#include "store/id_list.h"
#include "store/lookup_apply.h"
#include "store/query.h"
#include "store/statement.h"

#define LAST_DATE "9999-12-31 23:59:59"
#define DROP_AT_ONCE 5000
#define SELECT_MAILS                                                                               \
    "SELECT l.emailId, l.arrivalDate, a.sourceIp FROM lookup l LEFT JOIN arfEmail a USING "        \
    "(emailId) "

struct lookup_queue {
    struct db *db;
    struct fact_wants wants;
    GHashTable *ips;   /* struct ip to struct lookup_ip, which begins with it */
    GHashTable *hosts; /* id to struct lookup_host, which begins with it */
    bool following;    /* by id, from `id` on; else by arrival and id, both falling */
    char *arrival;     /* behind this place the next chunk begins */
    int64_t id;
};

static void
host_free(void *pointer)
{
    struct lookup_host *host = pointer;
    g_free(host->host);
    g_free(host);
}

struct lookup_queue *
lookup_queue_new(struct db *db, const struct fact_wants *wants)
{
    struct lookup_queue *queue = g_new0(struct lookup_queue, 1);
    queue->db = db;
    queue->wants = *wants;
    queue->ips = g_hash_table_new_full(fact_ip_hash, fact_ip_equal, NULL, g_free);
    queue->hosts = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, host_free);
    lookup_queue_rewind(queue);
    return queue;
}

void
lookup_queue_rewind(struct lookup_queue *queue)
{
    queue->following = false;
    g_free(queue->arrival);
    queue->arrival = g_strdup(LAST_DATE);
    queue->id = INT64_MAX;
}

bool
lookup_queue_newest(struct db *db, int64_t *id, GError **error)
{
    return query_figure(db, "SELECT COALESCE(MAX(emailId), 0) FROM lookup", NULL, 0, id, error);
}

void
lookup_queue_follow(struct lookup_queue *queue, int64_t above)
{
    queue->following = true;
    queue->id = above;
}

void
lookup_queue_free(struct lookup_queue *queue)
{
    if (queue == NULL)
        return;
    g_hash_table_unref(queue->ips);
    g_hash_table_unref(queue->hosts);
    g_free(queue->arrival);
    g_free(queue);
}

static struct lookup_chunk *
chunk_new(void)
{
    struct lookup_chunk *chunk = g_new0(struct lookup_chunk, 1);
    chunk->emails = g_array_new(FALSE, FALSE, sizeof(struct lookup_email));
    chunk->urls = id_list_new();
    chunk->ips = g_ptr_array_new();
    chunk->hosts = g_ptr_array_new();
    chunk->new_ips = g_ptr_array_new();
    chunk->new_hosts = g_ptr_array_new();
    chunk->now = clock_now();
    return chunk;
}

void
lookup_chunk_free(struct lookup_chunk *chunk)
{
    if (chunk == NULL)
        return;
    g_array_unref(chunk->emails);
    g_array_unref(chunk->urls);
    g_ptr_array_unref(chunk->ips);
    g_ptr_array_unref(chunk->hosts);
    g_ptr_array_unref(chunk->new_ips);
    g_ptr_array_unref(chunk->new_hosts);
    g_free(chunk);
}

bool
lookup_queue_trim(struct lookup_queue *queue, uint64_t *dropped, uint64_t *left, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    int64_t since = MIN(fact_since(&queue->wants, clock_now()), CLOCK_MAX), count = 0;
    struct value values[] = { value_text(clock_sql(since, text)), value_number(DROP_AT_ONCE) };
    *dropped = 0;
    for (uint64_t gone = DROP_AT_ONCE; gone == DROP_AT_ONCE; *dropped += gone)
        if (!statement_run(queue->db,
                           "DELETE FROM lookup WHERE arrivalDate < ? ORDER BY arrivalDate LIMIT ?",
                           values, G_N_ELEMENTS(values), &gone, NULL, error))
            return false;
    if (!query_figure(queue->db, "SELECT COUNT(*) FROM lookup", NULL, 0, &count, error))
        return false;
    *left = (uint64_t)count;
    return true;
}

/* The address of a mail; NULL when nobody is asked about it. New ones are noted. */
static struct lookup_ip *
source_of(struct lookup_queue *queue, struct lookup_chunk *chunk, GHashTable *met,
          const struct query *row)
{
    struct ip ip = { .len = (unsigned char)query_len(row, 2) };
    if (ip.len != 4 && ip.len != 16)
        return NULL;
    memcpy(ip.octets, query_text(row, 2), ip.len);
    if (!fact_asks_ip(&queue->wants, &ip))
        return NULL;
    struct lookup_ip *known = g_hash_table_lookup(queue->ips, &ip);
    if (known == NULL) {
        known = g_new0(struct lookup_ip, 1);
        known->ip = ip;
        known->missing = FACT_OF_IP;
        g_hash_table_insert(queue->ips, &known->ip, known);
        g_ptr_array_add(chunk->new_ips, known);
    }
    if (g_hash_table_add(met, known))
        g_ptr_array_add(chunk->ips, known);
    return known;
}

static bool
read_mails(struct lookup_queue *queue, struct lookup_chunk *chunk, unsigned mails, GError **error)
{
    struct value falling[] = { value_text(queue->arrival), value_text(queue->arrival),
                               value_number(queue->id), value_number(mails) };
    struct value rising[] = { value_number(queue->id), value_number(mails) };
    g_autoptr(Query) rows =
        queue->following
            ? query_run(queue->db, SELECT_MAILS "WHERE l.emailId > ? ORDER BY l.emailId LIMIT ?",
                        rising, G_N_ELEMENTS(rising), error)
            : query_run(queue->db,
                        SELECT_MAILS "WHERE l.arrivalDate <= ? AND (l.arrivalDate < ? OR "
                                     "l.emailId < ?) ORDER BY l.arrivalDate DESC, l.emailId DESC "
                                     "LIMIT ?",
                        falling, G_N_ELEMENTS(falling), error);
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
    if (rows == NULL)
        return false;
    while (query_next(rows)) {
        struct lookup_email email = { .id = query_number(rows, 0),
                                      .source = source_of(queue, chunk, met, rows) };
        g_array_append_val(chunk->emails, email);
        queue->id = email.id;
        g_free(queue->arrival);
        queue->arrival = g_strdup(query_text(rows, 1));
    }
    return true;
}

/* The host of a URL; a new one is noted. */
static void
note_host(struct lookup_queue *queue, struct lookup_chunk *chunk, GHashTable *met,
          int64_t domain_id)
{
    struct lookup_host *known = g_hash_table_lookup(queue->hosts, &domain_id);
    if (known == NULL) {
        known = g_new0(struct lookup_host, 1);
        known->domain_id = domain_id;
        known->missing = FACT_OF_HOST;
        g_hash_table_insert(queue->hosts, &known->domain_id, known);
        g_ptr_array_add(chunk->new_hosts, known);
    }
    if (g_hash_table_add(met, known))
        g_ptr_array_add(chunk->hosts, known);
}

static bool
read_urls(struct lookup_queue *queue, struct lookup_chunk *chunk, GError **error)
{
    g_autofree char *ids = lookup_chunk_ids(chunk);
    g_autofree char *sql = g_strconcat(
        "SELECT DISTINCT u.urlId, u.urlDomainId, u.urlIp IS NULL AND u.urlAsn IS NULL AND "
        "u.urlCountryCode IS NULL FROM emailUrl x JOIN url u USING (urlId) WHERE u.urlDomainId IS "
        "NOT NULL AND " LOOKUP_LINKS " AND x.emailId IN (",
        ids, ") ORDER BY u.urlId", NULL);
    g_autoptr(Query) rows = query_run_once(queue->db, sql, error);
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
    if (rows == NULL)
        return false;
    while (query_next(rows)) {
        if (query_number(rows, 2) != 0)
            id_list_add(chunk->urls, query_number(rows, 0));
        note_host(queue, chunk, met, query_number(rows, 1));
    }
    return true;
}

static void
take_ip(void *self, const struct known_ip *found)
{
    struct lookup_ip *known = g_hash_table_lookup(self, &found->ip);
    if (known != NULL)
        known->missing &= ~found->known;
}

static void
take_host(void *self, const struct known_host *found)
{
    struct lookup_host *known = g_hash_table_lookup(self, &found->domain_id);
    if (known != NULL)
        known->missing &= ~found->known;
}

/* What the tables know is not missing. */
static bool
read_facts(struct lookup_queue *queue, const struct lookup_chunk *chunk, const GArray *hosts,
           GError **error)
{
    g_autoptr(GArray) ips = g_array_new(FALSE, FALSE, sizeof(struct ip));
    for (guint i = 0; i < chunk->new_ips->len; i++)
        g_array_append_val(ips, ((struct lookup_ip *)g_ptr_array_index(chunk->new_ips, i))->ip);
    return fact_read_ips(queue->db, &queue->wants, ips, chunk->now, take_ip, queue->ips, error) &&
           fact_read_hosts(queue->db, &queue->wants, hosts, chunk->now, take_host, queue->hosts,
                           error);
}

/* The names of new hosts; nothing is missing of those that nobody is asked about. */
static bool
read_names(struct lookup_queue *queue, const GArray *hosts, GError **error)
{
    if (hosts->len == 0)
        return true;
    g_autofree char *ids = id_list_text(hosts);
    g_autofree char *sql =
        g_strconcat("SELECT domainId, domain FROM domain WHERE domainId IN (", ids, ")", NULL);
    g_autoptr(Query) rows = query_run_once(queue->db, sql, error);
    if (rows == NULL)
        return false;
    while (query_next(rows)) {
        int64_t id = query_number(rows, 0);
        struct lookup_host *host = g_hash_table_lookup(queue->hosts, &id);
        struct span name = { query_text(rows, 1), query_len(rows, 1) };
        if (host == NULL || host->missing == 0)
            continue;
        if (fact_asks_host(&queue->wants, name))
            host->host = g_strndup(name.octets, name.len);
        else
            host->missing = 0;
    }
    return true;
}

/* Leaves those of which something is missing, and that can be asked about. */
static void
keep_missing(struct lookup_chunk *chunk)
{
    for (guint i = chunk->new_ips->len; i-- > 0;)
        if (((struct lookup_ip *)g_ptr_array_index(chunk->new_ips, i))->missing == 0)
            g_ptr_array_remove_index_fast(chunk->new_ips, i);
    for (guint i = chunk->new_hosts->len; i-- > 0;) {
        struct lookup_host *host = g_ptr_array_index(chunk->new_hosts, i);
        if (host->host == NULL)
            host->missing = 0; /* its name is gone */
        if (host->missing == 0)
            g_ptr_array_remove_index_fast(chunk->new_hosts, i);
    }
}

static bool
read_chunk(struct lookup_queue *queue, struct lookup_chunk *chunk, unsigned mails, GError **error)
{
    g_autoptr(GArray) hosts = id_list_new();
    if (!read_mails(queue, chunk, mails, error))
        return false;
    if (chunk->emails->len == 0)
        return true;
    if (!read_urls(queue, chunk, error))
        return false;
    for (guint i = 0; i < chunk->new_hosts->len; i++)
        id_list_add(hosts,
                    ((struct lookup_host *)g_ptr_array_index(chunk->new_hosts, i))->domain_id);
    if (!read_facts(queue, chunk, hosts, error) || !read_names(queue, hosts, error))
        return false;
    keep_missing(chunk);
    return true;
}

bool
lookup_queue_next(struct lookup_queue *queue, unsigned mails, struct lookup_chunk **chunk,
                  GError **error)
{
    g_autoptr(LookupChunk) read = chunk_new();
    *chunk = NULL;
    if (!read_chunk(queue, read, mails, error))
        return false;
    if (read->emails->len > 0)
        *chunk = g_steal_pointer(&read);
    return true;
}

bool
lookup_queue_finish(struct lookup_queue *queue, const struct lookup_chunk *chunk, uint64_t *done,
                    GError **error)
{
    return lookup_apply(queue->db, chunk, done, error);
}

bool
lookup_queue_add(struct db *db, const char *where, int64_t since, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    if (since > CLOCK_MAX)
        return true;
    g_autofree char *sql = g_strconcat(
        "INSERT IGNORE INTO lookup (emailId, arrivalDate) SELECT a.emailId, a.arrivalDate FROM "
        "arfEmail a WHERE ",
        where, " AND a.arrivalDate >= '", clock_sql(since, text),
        "' AND ((a.sourceIp IS NOT NULL AND a.sourceSpecial = 0 AND (a.sourceDomainId IS NULL OR "
        "a.sourceAsn IS NULL OR a.countryCode IS NULL)) OR EXISTS (SELECT 1 FROM emailUrl x JOIN "
        "url u USING (urlId) WHERE x.emailId = a.emailId AND " LOOKUP_LINKS
        " AND u.urlIp IS NULL AND u.urlDomainId IS NOT NULL)) ORDER BY a.emailId",
        NULL);
    return db_execute(db, sql, error);
}
