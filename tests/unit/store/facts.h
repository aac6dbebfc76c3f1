/* SPDX-License-Identifier: Apache-2.0 */
/* facts - a site's wishes, and facts about what synthetic.h makes, for tests */
#pragma once

#include "store/fact_read.h"
#include "store/fact_write.h"
#include "store/writer.h"
#include "synthetic.h"

static struct ip_range test_networks; /* of synthetic sources and hosts */
static char *const ip_lists[] = { (char[]){ "zen" }, NULL };
static char *const host_lists[] = { (char[]){ "dbl" }, (char[]){ "it's" }, NULL };
static char *const allowed[] = { (char[]){ "allowed.example" }, NULL };

static inline struct fact_wants
test_wants(void)
{
    ip_range_parse(span_of("198.18.0.0/15"), &test_networks);
    return (struct fact_wants){ .ip_lists = { ip_lists, 1, 1, 0 },
                                .host_lists = { host_lists, 1, 1, 2 },
                                .allowed = allowed,
                                .public_ranges = &test_networks,
                                .public_count = 1,
                                .days = 7 };
}

static inline void
pin_time(int64_t now)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, now);
    g_setenv("LAFAYETTE_NOW", text, TRUE);
}

static inline struct ip
ip_of(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(span_of(text), &ip));
    return ip;
}

static inline struct fact_ip
whole_ip(const char *text)
{
    return (struct fact_ip){ .ip = ip_of(text),
                             .name_known = true,
                             .name = "host.isp.example",
                             .name_confirmed = true,
                             .name_expires = SYNTHETIC_NOW + 3600,
                             .network_known = true,
                             .asn = 64500,
                             .country = "VN",
                             .network_from = "dns",
                             .network_expires = SYNTHETIC_NOW + 7200 };
}

static inline struct fact_listing
listing_of(const char *list, const char *state)
{
    return (struct fact_listing){ .list = list,
                                  .state = state,
                                  .codes = strcmp(state, "clean") == 0 ? "" : "127.0.0.4",
                                  .meaning = strcmp(state, "clean") == 0 ? "" : "XBL",
                                  .expires = SYNTHETIC_NOW + 900 };
}

static inline void
add_whole_ip(struct fact_writer *writer, const char *text)
{
    struct fact_ip fact = whole_ip(text);
    struct fact_listing zen = listing_of("zen", "listed");
    fact_writer_add_ip(writer, &fact);
    fact_writer_add_ip_listing(writer, &fact.ip, &zen);
}

static inline void
add_whole_host(struct fact_writer *writer, int64_t domain_id)
{
    struct fact_host fact = { .domain_id = domain_id,
                              .registrable = "example.com",
                              .ip = ip_of("198.18.9.9"),
                              .asn = 64501,
                              .country = "de",
                              .expires = SYNTHETIC_NOW + 3600 };
    struct fact_listing dbl = listing_of("dbl", "clean"), other = listing_of("it's", "clean");
    fact.country = "DE";
    fact_writer_add_host(writer, &fact);
    fact_writer_add_host_listing(writer, domain_id, &dbl);
    fact_writer_add_host_listing(writer, domain_id, &other);
}

static inline void
flush(struct fact_writer *writer)
{
    g_autoptr(GError) error = NULL;
    must(fact_writer_flush(writer, &error), error);
}

/* Stores the mails from..to-1 in one batch, as a program would that begins now. */
static inline void
store_mails(struct db *db, const struct fact_wants *wants, struct record **records, size_t n)
{
    g_autoptr(GError) error = NULL;
    struct writer_options options = { .facts = wants,
                                      .public_ranges = wants->public_ranges,
                                      .public_count = wants->public_count };
    g_autofree enum stored *outcomes = g_new(enum stored, n);
    g_autoptr(Writer) writer = writer_new(db, &options, &error);
    must(writer != NULL, error);
    must(writer_store(writer, records, n, outcomes, &error), error);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(outcomes[i], STORED_NEW);
}

static inline void
store_mail(struct db *db, const struct fact_wants *wants, struct record *record)
{
    store_mails(db, wants, &record, 1);
    record_free(record);
}

static inline int64_t
domain_id(struct db *db, const char *name)
{
    g_autofree char *sql = g_strdup_printf("SELECT domainId FROM domain WHERE domain = '%s'", name);
    return count(db, sql);
}
