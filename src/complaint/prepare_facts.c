/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/prepare_facts.h"

#include <string.h>

#include "base/domain.h"
#include "report/original_octets.h"
#include "report/report.h"
#include "report/url.h"
#include "store/query.h"
#include "store/raw_read.h"

struct prepared_rows {
    GHashTable *by_id; /* email id: struct extra * */
};

/* Columns of one mail. */
struct extra {
    int64_t id, raw_id, parser_version;
    unsigned part;
    uint32_t source_port;
    char *results, *reporting_mta, *message_id, *auth_failure;
    GPtrArray *recipients; /* of char * */
};

static void
free_extra(void *one)
{
    struct extra *extra = one;
    g_free(extra->results);
    g_free(extra->reporting_mta);
    g_free(extra->message_id);
    g_free(extra->auth_failure);
    g_ptr_array_unref(extra->recipients);
    g_free(extra);
}

static struct query *
ask(struct db *db, const char *before, const int64_t *ids, size_t count, const char *after,
    GError **error)
{
    g_autoptr(GString) sql = g_string_new(before);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(sql, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", (gint64)ids[i]);
    g_string_append(sql, after);
    return query_run_once(db, sql->str, error);
}

static void
take_recipient(struct extra *extra, const char *local, const char *domain)
{
    if (local != NULL && domain != NULL && domain[0] != '\0')
        g_ptr_array_add(extra->recipients, g_strconcat(local, "@", domain, NULL));
}

static bool
read_more_recipients(struct prepared_rows *rows, struct db *db, const int64_t *ids, size_t count,
                     GError **error)
{
    g_autoptr(Query) query =
        ask(db,
            "SELECT r.emailId, l.emailLocal, d.domain FROM emailRcptTo r JOIN emailLocal l USING "
            "(emailLocalId) JOIN domain d USING (domainId) WHERE r.emailId IN (",
            ids, count, ") ORDER BY r.emailId, r.position", error);
    while (query != NULL && query_next(query)) {
        int64_t id = query_number(query, 0);
        struct extra *extra = g_hash_table_lookup(rows->by_id, &id);
        if (extra != NULL)
            take_recipient(extra, query_text(query, 1), query_text(query, 2));
    }
    return query != NULL;
}

struct prepared_rows *
prepared_rows_read(struct db *db, const int64_t *ids, size_t count, GError **error)
{
    g_autoptr(PreparedRows) rows = g_new0(struct prepared_rows, 1);
    rows->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_extra);
    if (count == 0)
        return g_steal_pointer(&rows);
    g_autoptr(Query) query =
        ask(db,
            "SELECT a.emailId, a.rawId, a.part, a.sourcePort, a.authenticationResults, "
            "a.reportingMta, a.messageId, l.emailLocal, d.domain, a.parserVersion, "
            "a.authFailure FROM arfEmail a "
            "LEFT JOIN emailLocal l ON l.emailLocalId = a.originalRcptToLocalId LEFT JOIN domain d "
            "ON d.domainId = a.originalRcptToDomainId WHERE a.emailId IN (",
            ids, count, ")", error);
    if (query == NULL)
        return NULL;
    while (query_next(query)) {
        struct extra *extra = g_new0(struct extra, 1);
        extra->id = query_number(query, 0);
        extra->raw_id = query_number(query, 1);
        extra->part = (unsigned)query_number(query, 2);
        extra->source_port = (uint32_t)query_number(query, 3);
        extra->results = g_strdup(query_text(query, 4));
        extra->reporting_mta = g_strdup(query_text(query, 5));
        extra->message_id = g_strdup(query_text(query, 6));
        extra->parser_version = query_number(query, 9);
        extra->auth_failure = g_strdup(query_text(query, 10));
        extra->recipients = g_ptr_array_new_with_free_func(g_free);
        take_recipient(extra, query_text(query, 7), query_text(query, 8));
        g_hash_table_insert(rows->by_id, &extra->id, extra);
    }
    return read_more_recipients(rows, db, ids, count, error) ? g_steal_pointer(&rows) : NULL;
}

void
prepared_rows_free(struct prepared_rows *rows)
{
    if (rows == NULL)
        return;
    g_hash_table_destroy(rows->by_id);
    g_free(rows);
}

/* The canonical host of a URL as it was written, or NULL. */
static char *
host_of(const char *url)
{
    g_autoptr(GString) host = g_string_new(NULL);
    struct url_parts parts;
    struct span name, port;
    g_autofree char *full =
        strstr(url, "://") == NULL ? g_strconcat("http://", url, NULL) : g_strdup(url);
    if (!url_split(span_of(full), &parts) || !url_split_authority(parts.authority, &name, &port) ||
        !url_append_host(host, name))
        return NULL;
    return g_strdup(host->str);
}

static bool
is_ours(const struct config *config, const char *host)
{
    for (char **ours = config->dnsbl.wldomain; *ours != NULL; ours++)
        if (domain_is_within(host, *ours))
            return true;
    return false;
}

/* Of a URL that may be reported, the host; else NULL. */
static char *
reportable_host(const struct config *config, const struct email_url *url)
{
    g_autofree char *host = (url->flags & LINK_NOT_REPORTABLE) == 0 ? host_of(url->url) : NULL;
    return host != NULL && !is_ours(config, host) ? g_steal_pointer(&host) : NULL;
}

char *
prepared_facts_host(const struct config *config, const struct email_row *row)
{
    char *host = NULL;
    for (size_t i = 0; i < row->url_count && host == NULL; i++)
        host = reportable_host(config, &row->urls[i]);
    return host;
}

static void
take_uris(struct prepared_facts *facts, const struct config *config, const struct email_row *row)
{
    for (size_t i = 0; i < row->url_count && facts->uris->len < COMPLAINT_URIS_MAX; i++) {
        g_autofree char *host = reportable_host(config, &row->urls[i]);
        if (host != NULL)
            g_ptr_array_add(facts->uris, (void *)(uintptr_t)row->urls[i].url);
    }
}

static void
take_results(struct prepared_facts *facts, const char *lines)
{
    struct span rest = span_of(lines), line;
    while (span_line(&rest, &line))
        if (line.len > 0)
            g_ptr_array_add(facts->results,
                            g_string_chunk_insert_len(facts->text, line.octets, (gssize)line.len));
}

/* The reported mail; none is no error, a lost connection is. */
static bool
take_original(struct prepared_facts *facts, struct db *db, const struct extra *extra,
              GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(GBytes) raw = extra->raw_id != 0 ? raw_read(db, extra->raw_id, &trouble) : NULL;
    if (raw != NULL && extra->parser_version <= 0)
        facts->facts.original = g_bytes_ref(raw); /* of the original: the reported mail only */
    else if (raw != NULL)
        facts->facts.original =
            original_octets(span_of_bytes(raw), extra->part, &facts->facts.headers_only, &trouble);
    if (trouble == NULL || g_error_matches(trouble, FAULT, FAULT_REJECT))
        return true;
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}

static void
take_row(struct complaint_facts *facts, const struct prepared_mail *mail)
{
    const struct email_row *row = mail->row;
    if (mail->source != NULL)
        facts->source_ip = mail->source->ip;
    facts->reported_as = row->feedback_type != NULL ? row->feedback_type : "other";
    facts->source_domain = row->source_domain;
    facts->source_confirmed = row->source_confirmed;
    facts->asn = row->source_asn;
    facts->as_name = row->as_name;
    facts->country_code = row->country_code;
    facts->arrival = row->arrival_date;
    facts->incidents = row->incidents;
    facts->subject = row->subject;
    facts->mail_from = row->mail_from;
    facts->has_attachments = row->file_count > 0;
}

bool
prepared_facts_fill(struct prepared_facts *facts, struct db *db, const struct config *config,
                    const struct prepared_rows *rows, const struct prepared_mail *mail,
                    GError **error)
{
    const struct extra *extra = g_hash_table_lookup(rows->by_id, &mail->row->email_id);
    *facts = (struct prepared_facts){ .uris = g_ptr_array_new(),
                                      .domains = g_ptr_array_new(),
                                      .results = g_ptr_array_new(),
                                      .recipients = g_ptr_array_new(),
                                      .text = g_string_chunk_new(1024) };
    take_row(&facts->facts, mail);
    take_uris(facts, config, mail->row);
    if (mail->row->reported_domain != NULL)
        g_ptr_array_add(facts->domains, (void *)(uintptr_t)mail->row->reported_domain);
    if (extra != NULL) {
        take_results(facts, extra->results);
        for (guint i = 0; i < extra->recipients->len; i++)
            g_ptr_array_add(facts->recipients, g_ptr_array_index(extra->recipients, i));
        facts->facts.message_id = extra->message_id;
        facts->facts.reporting_mta = extra->reporting_mta;
        facts->facts.auth_failure = extra->auth_failure;
        facts->facts.source_port = extra->source_port;
    }
    GPtrArray *const lists[] = { facts->uris, facts->domains, facts->results, facts->recipients };
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_add(lists[i], NULL);
    facts->facts.uris = (const char *const *)facts->uris->pdata;
    facts->facts.reported_domains = (const char *const *)facts->domains->pdata;
    facts->facts.authentication_results = (const char *const *)facts->results->pdata;
    facts->facts.recipients = (const char *const *)facts->recipients->pdata;
    return extra == NULL || take_original(facts, db, extra, error);
}

void
prepared_facts_clear(struct prepared_facts *facts)
{
    if (facts->text == NULL)
        return;
    g_ptr_array_unref(facts->uris);
    g_ptr_array_unref(facts->domains);
    g_ptr_array_unref(facts->results);
    g_ptr_array_unref(facts->recipients);
    g_string_chunk_free(facts->text);
    if (facts->facts.original != NULL)
        g_bytes_unref(facts->facts.original);
    facts->text = NULL;
}
