/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/contact_run.h"

#include "base/clock.h"
#include "base/progress.h"
#include "ingest/contact_gather.h"
#include "ingest/run_state.h"
#include "mailbox/run_lock.h"
#include "store/contact.h"
#include "store/query.h"
#include "store/schema.h"

#define LOCK_NAME "contacts"
#define CHUNK_ADDRESSES 500
#define ADDRESSES_MAX 1000000
#define KEPT_SECONDS (30 * CLOCK_DAY_S) /* that a finding stays after it ceased to hold */

static void
tell_known(void *user, const struct contact_row *row)
{
    struct contact contact = { .prefix = row->prefix,
                               .addresses = row->email,
                               .checked = row->checked,
                               .expires = row->expires };
    if (contact_origin_read(row->origin, &contact.origin))
        contact_find_know(user, &contact);
}

static void
take_fresh(void *user, const struct contact *contact)
{
    struct contact_row row = { .prefix = contact->prefix,
                               .origin = contact_origin_word(contact->origin),
                               .email = contact->addresses,
                               .checked = contact->checked,
                               .expires = contact->expires };
    contact_batch_add(user, &row);
}

static void
count_results(const struct contact_find *find, const struct ip *ips, size_t count,
              struct contact_run_counts *counts)
{
    for (size_t i = 0; i < count; i++) {
        switch (contact_find_ip(find, &ips[i]).known) {
        case KNOWN:
            counts->found++;
            break;
        case KNOWN_NONE:
            counts->none++;
            break;
        case NOT_KNOWN:
            counts->not_known++;
            break;
        }
    }
    counts->addresses += count;
    if (contact_find_failure(find)[0] != '\0')
        counts->failure = g_intern_string(contact_find_failure(find));
}

bool
contact_run_ask(struct contact_find *find, struct db *db, const struct ip *ips, size_t count,
                int64_t deadline_us, const volatile int *stop, struct contact_run_counts *counts,
                GError **error)
{
    g_autoptr(ContactBatch) batch = contact_batch_new();
    if (!contact_read(db, ips, count, tell_known, find, error))
        return false;
    for (size_t i = 0; i < count; i++)
        contact_find_add(find, &ips[i]);
    contact_find_run(find, deadline_us, stop);
    contact_find_fresh(find, take_fresh, batch);
    count_results(find, ips, count, counts);
    size_t fresh = contact_batch_count(batch);
    if (!contact_batch_write(batch, db, error))
        return false;
    counts->written += fresh;
    return true;
}

/* The sources to look at, each once. */
static GArray *
read_sources(const struct config *config, struct db *db, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    int64_t days = config->dns.backfill_days;
    struct value values[] = { value_text(clock_sql(clock_now() - days * CLOCK_DAY_S, since)),
                              value_number(ADDRESSES_MAX) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT DISTINCT sourceIp FROM arfEmail WHERE receivedDate >= ? AND emailType = "
                  "'normal' AND likelyGenuine = 0 AND sourceSpecial = 0 AND sourceIp IS NOT NULL "
                  "LIMIT ?",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return NULL;
    GArray *ips = g_array_new(FALSE, FALSE, sizeof(struct ip));
    while (query_next(query)) {
        struct ip ip = { .len = (unsigned char)query_len(query, 0) };
        if (ip.len != 4 && ip.len != 16)
            continue;
        memcpy(ip.octets, query_text(query, 0), ip.len);
        g_array_append_val(ips, ip);
    }
    return ips;
}

static bool
run_chunks(const struct contact_run_options *options, struct db *db,
           struct contact_run_counts *counts, GError **error)
{
    int64_t deadline_us =
        clock_monotonic_us() + (int64_t)options->config->dns.budget_s * G_USEC_PER_SEC;
    g_autoptr(GArray) ips = read_sources(options->config, db, error);
    g_autoptr(ContactFind) find = ips != NULL ? contact_find_open(options->config, error) : NULL;
    if (find == NULL)
        return false;
    g_autoptr(Progress) progress = progress_new("sources", ips->len, options->quiet);
    const struct ip *all = (const struct ip *)(const void *)ips->data;
    for (guint at = 0; at < ips->len;) {
        guint n = MIN(ips->len - at, CHUNK_ADDRESSES);
        if (*options->stop || clock_monotonic_us() >= deadline_us) {
            counts->addresses += ips->len - at;
            counts->not_known += ips->len - at;
            counts->failure = *options->stop ? "stopped" : "deadline";
            break;
        }
        if (!contact_run_ask(find, db, all + at, n, deadline_us, options->stop, counts, error))
            return false;
        at += n;
        progress_show(progress, at);
    }
    uint64_t gone = 0;
    return contact_purge(db, clock_now() - KEPT_SECONDS, &gone, error);
}

enum contact_run_end
contact_run(const struct contact_run_options *options, struct contact_run_counts *counts,
            GError **error)
{
    struct db_settings settings = db_settings_of(options->config);
    int64_t started = clock_monotonic_us();
    bool held = false;
    *counts = (struct contact_run_counts){ .failure = "" };
    g_autoptr(RunLock) lock = run_lock_take(LOCK_NAME, &held, NULL, NULL, error);
    if (lock == NULL)
        return held ? CONTACTS_HELD : CONTACTS_FAILED;
    g_autoptr(Db) db = db_open(&settings, error);
    bool good = db != NULL && schema_check(db, error) && run_chunks(options, db, counts, error);
    counts->seconds = (double)(clock_monotonic_us() - started) / 1e6;
    return good ? CONTACTS_DONE : CONTACTS_FAILED;
}
