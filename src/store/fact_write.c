/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fact_write.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/bulk.h"
#include "store/fact_tables.h"
#include "store/intern.h"
#include "store/replay.h"
#include "store/transaction.h"

#define EXPIRES_SOONEST 60
#define EXPIRES_LATEST (31 * 86400)
#define CHARS_TEXT 255
#define CHARS_LIST 32

struct fact_writer {
    struct db *db;
    struct intern *intern;
    struct wanted *wanted;
    GStringChunk *texts;
    GArray *facts[FACT_TABLES]; /* of struct fact, sorted by key before they are sent */
    struct rows *rows[FACT_TABLES];
};

struct fact_writer *
fact_writer_new(struct db *db)
{
    struct fact_writer *writer = g_new0(struct fact_writer, 1);
    writer->db = db;
    writer->intern = intern_new(INTERN_ENTRIES);
    writer->wanted = wanted_new();
    writer->texts = g_string_chunk_new(16384);
    for (int i = 0; i < FACT_TABLES; i++) {
        const struct fact_table *table = fact_table((enum fact_table_name)i);
        writer->facts[i] = g_array_new(FALSE, TRUE, sizeof(struct fact));
        writer->rows[i] = rows_new_sql(table->sql, table->columns, table->column_count);
    }
    return writer;
}

void
fact_writer_free(struct fact_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < FACT_TABLES; i++) {
        g_array_unref(writer->facts[i]);
        rows_free(writer->rows[i]);
    }
    intern_free(writer->intern);
    wanted_free(writer->wanted);
    g_string_chunk_free(writer->texts);
    g_free(writer);
}

static const char *
keep(struct fact_writer *writer, const char *text, size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text != NULL ? text : ""));
    return g_string_chunk_insert_len(writer->texts, valid,
                                     (gssize)text_cut_chars(valid, strlen(valid), chars));
}

static const int64_t *
domain_of(struct fact_writer *writer, const char *name)
{
    return &wanted_domain(writer->wanted, span_of(keep(writer, name, CHARS_TEXT)))->id;
}

static const char *
country_of(struct fact_writer *writer, const char *country)
{
    if (country == NULL || !g_ascii_isalpha(country[0]) || !g_ascii_isalpha(country[1]) ||
        country[2] != '\0')
        return NULL;
    return g_string_chunk_insert_const(writer->texts, country);
}

static const char *
date_of(struct fact_writer *writer, int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    return g_string_chunk_insert_const(writer->texts, clock_sql(when, text));
}

/* A fact of this moment. */
static void
set_times(struct fact_writer *writer, struct fact *fact, int64_t expires)
{
    int64_t now = clock_now();
    fact->checked = date_of(writer, now);
    fact->expires = date_of(writer, CLAMP(expires, now + EXPIRES_SOONEST, now + EXPIRES_LATEST));
}

static void
set_network(struct fact_writer *writer, struct fact *fact, int64_t asn, const char *country)
{
    fact->asn = asn;
    fact->country = country_of(writer, country);
}

void
fact_writer_add_ip(struct fact_writer *writer, const struct fact_ip *ip)
{
    struct fact fact = { .ip = ip->ip };
    if (ip->name_known) {
        set_times(writer, &fact, ip->name_expires);
        fact.name_checked = fact.checked;
        fact.name_expires = fact.expires;
        if (ip->name != NULL) {
            fact.domain = domain_of(writer, ip->name);
            fact.confirmed = ip->name_confirmed;
        }
    }
    fact.checked = fact.expires = NULL;
    if (ip->network_known) {
        set_times(writer, &fact, ip->network_expires);
        set_network(writer, &fact, ip->asn, ip->country);
        fact.from = ip->network_from;
    }
    if (ip->name_known || ip->network_known)
        g_array_append_val(writer->facts[FACT_TABLE_IP], fact);
}

void
fact_writer_add_host(struct fact_writer *writer, const struct fact_host *host)
{
    struct fact fact = { .id = host->domain_id, .ip = host->ip };
    set_times(writer, &fact, host->expires);
    set_network(writer, &fact, host->asn, host->country);
    if (host->registrable != NULL)
        fact.domain = domain_of(writer, host->registrable);
    g_array_append_val(writer->facts[FACT_TABLE_HOST], fact);
}

void
fact_writer_add_network(struct fact_writer *writer, const struct fact_network *network)
{
    struct fact fact = { .ip = network->prefix.base, .prefix = network->prefix.prefix };
    set_times(writer, &fact, network->expires);
    set_network(writer, &fact, network->asn, network->country);
    if (network->asns != NULL)
        fact.text = keep(writer, network->asns, CHARS_TEXT);
    g_array_append_val(writer->facts[FACT_TABLE_NETWORK], fact);
}

void
fact_writer_add_as(struct fact_writer *writer, const struct fact_as *as)
{
    struct fact fact = { .id = as->asn };
    set_times(writer, &fact, as->expires);
    set_network(writer, &fact, as->asn, as->country);
    fact.text = keep(writer, as->name, CHARS_TEXT);
    g_array_append_val(writer->facts[FACT_TABLE_AS], fact);
}

static void
add_listing(struct fact_writer *writer, enum fact_table_name table, struct fact *fact,
            const struct fact_listing *listing)
{
    set_times(writer, fact, listing->expires);
    fact->list = keep(writer, listing->list, CHARS_LIST);
    fact->from = listing->state;
    fact->text = keep(writer, listing->codes, CHARS_TEXT);
    fact->meaning = keep(writer, listing->meaning, CHARS_TEXT);
    if (strcmp(listing->state, "listed") == 0)
        fact->listed = fact->checked;
    g_array_append_vals(writer->facts[table], fact, 1);
}

void
fact_writer_add_ip_listing(struct fact_writer *writer, const struct ip *ip,
                           const struct fact_listing *listing)
{
    struct fact fact = { .ip = *ip };
    add_listing(writer, FACT_TABLE_IP_LISTING, &fact, listing);
}

void
fact_writer_add_host_listing(struct fact_writer *writer, int64_t domain_id,
                             const struct fact_listing *listing)
{
    struct fact fact = { .id = domain_id };
    add_listing(writer, FACT_TABLE_HOST_LISTING, &fact, listing);
}

/* In the order in which the indexes have them, so that two that write the same do not wait for each
 * other in a circle. */
static gint
by_key(gconstpointer a, gconstpointer b)
{
    const struct fact *left = a, *right = b;
    int order = memcmp(left->ip.octets, right->ip.octets, sizeof left->ip.octets);
    if (order == 0)
        order = left->ip.len - right->ip.len;
    if (order == 0)
        order = (left->id > right->id) - (left->id < right->id);
    if (order == 0)
        order = (left->prefix > right->prefix) - (left->prefix < right->prefix);
    return order != 0 ? order : g_strcmp0(left->list, right->list);
}

static bool
resolve_names(struct fact_writer *writer, GError **error)
{
    for (struct replay replay = { 0 };;) {
        g_autoptr(GError) problem = NULL;
        if ((db_is_connected(writer->db) || db_reconnect(writer->db, &problem)) &&
            intern_resolve_domains(writer->intern, writer->db, writer->wanted, &problem))
            return true;
        struct failure failure = *db_failure(writer->db);
        replay_clean(writer->db, &failure);
        if (failure.remedy == REMEDY_OPERATOR || !replay_again(&replay, &failure)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
}

static bool
send_rows(struct db *db, void *self, bool *final, GError **error)
{
    struct fact_writer *writer = self;
    (void) final;
    for (int i = 0; i < FACT_TABLES; i++)
        if (!bulk_run(db, writer->rows[i], fact_table((enum fact_table_name)i)->name, error))
            return false;
    return true;
}

static void
clear(struct fact_writer *writer)
{
    for (int i = 0; i < FACT_TABLES; i++) {
        g_array_set_size(writer->facts[i], 0);
        rows_clear(writer->rows[i]);
    }
    wanted_clear(writer->wanted);
    g_string_chunk_clear(writer->texts);
}

bool
fact_writer_flush(struct fact_writer *writer, GError **error)
{
    size_t count = 0;
    if (!resolve_names(writer, error))
        return false;
    for (int i = 0; i < FACT_TABLES; i++) {
        struct rows *rows = writer->rows[i];
        rows_clear(rows);
        g_array_sort(writer->facts[i], by_key);
        for (guint k = 0; k < writer->facts[i]->len; k++) {
            rows_begin(rows);
            fact_table((enum fact_table_name)i)
                ->fill(rows, &g_array_index(writer->facts[i], struct fact, k));
        }
        rows_resolve(rows);
        count += rows_count(rows);
    }
    if (count > 0 && !transaction_run(writer->db, send_rows, writer, error))
        return false;
    clear(writer);
    return true;
}
