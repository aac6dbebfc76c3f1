/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a mail's source and of the hosts of its URLs; table lookup for what is not.
 *
 * Facts are true today. They are for mails that arrived at their destination (arrivalDate: when the
 * source was seen at work; the report of it may come much later) within [dns] backfillDays.
 */
#include "store/batch.h"

enum { LOOKUP_EMAIL, LOOKUP_ARRIVAL };
const struct column batch_lookup_columns[] = {
    [LOOKUP_EMAIL] = { "emailId", CELL_NUMBER },
    [LOOKUP_ARRIVAL] = { "arrivalDate", CELL_TEXT },
};

bool
batch_know_sources(struct batch *batch, struct db *db, struct record *const *records, size_t count,
                   GError **error)
{
    if (batch->facts == NULL)
        return true;
    fact_memory_begin(batch->facts);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < records[i]->report_count; k++) {
            const struct ip *ip = &records[i]->reports[k].report->source_ip;
            if (ip->len != 0)
                fact_memory_want_ip(batch->facts, ip);
        }
    return fact_memory_load(batch->facts, db, error);
}

void
batch_begin_fill(struct batch *batch, const struct ip *source, int64_t email_id, int64_t arrival,
                 const struct known_ip **known)
{
    struct fill fill = { .email_id = email_id, .arrival = arrival, .links_end = batch->links->len };
    *known = NULL;
    batch->filling = batch->facts != NULL && arrival >= fact_memory_since(batch->facts);
    if (!batch->filling)
        return;
    fill.source_known = source->len == 0 || !fact_asks_ip(fact_memory_wants(batch->facts), source);
    if (!fill.source_known) {
        *known = fact_memory_ip(batch->facts, source);
        fill.source_known = *known != NULL && (*known)->known == FACT_OF_IP;
    }
    g_array_append_val(batch->fills, fill);
}

void
batch_note_link(struct batch *batch, struct entry *url)
{
    if (!batch->filling || url->host == NULL)
        return;
    g_ptr_array_add(batch->links, url);
    g_array_index(batch->fills, struct fill, batch->fills->len - 1).links_end = batch->links->len;
}

static bool
load_hosts(struct batch *batch, struct db *db, GError **error)
{
    for (guint i = 0; i < batch->links->len; i++) {
        const struct entry *url = g_ptr_array_index(batch->links, i);
        fact_memory_want_host(batch->facts, url->host->id);
    }
    return fact_memory_load(batch->facts, db, error);
}

/* Gives the URLs of a mail what is known of their hosts; true when that is all there is to know. */
static bool
fill_links(struct batch *batch, guint from, guint end)
{
    const struct fact_wants *wants = fact_memory_wants(batch->facts);
    bool complete = true;
    for (guint i = from; i < end; i++) {
        struct entry *url = g_ptr_array_index(batch->links, i);
        const struct known_host *known = fact_memory_host(batch->facts, url->host->id);
        url->host_fact = known;
        if (known == NULL || known->known != FACT_OF_HOST)
            complete = complete && !fact_asks_host(wants, url->host->text);
    }
    return complete;
}

static bool
fill(struct batch *batch, struct db *db, GError **error)
{
    struct rows *rows = batch->rows[BATCH_LOOKUP];
    guint from = 0;
    if (batch->facts == NULL)
        return true;
    rows_clear(rows);
    if (!load_hosts(batch, db, error))
        return false;
    for (guint i = 0; i < batch->fills->len; i++) {
        const struct fill *one = &g_array_index(batch->fills, struct fill, i);
        bool complete = fill_links(batch, from, one->links_end) && one->source_known;
        from = one->links_end;
        if (complete)
            continue;
        rows_begin(rows);
        rows_number(rows, LOOKUP_EMAIL, one->email_id);
        batch_date(batch, BATCH_LOOKUP, LOOKUP_ARRIVAL, one->arrival);
    }
    return true;
}

bool
batch_resolve(struct batch *batch, struct intern *intern, struct db *db, GError **error)
{
    return intern_resolve_domains(intern, db, batch->wanted, error) && fill(batch, db, error) &&
           intern_resolve_others(intern, db, batch->wanted, error);
}
