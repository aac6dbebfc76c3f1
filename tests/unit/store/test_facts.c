/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as rows, and what the writer tells new mails of them. */
#include "test.h"

#include "server.h"

#include "facts.h"

static void
test_facts_are_kept_as_rows(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_facts");
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    struct fact_network network = {
        .asn = 64500, .asns = "64500 64502", .country = "VN", .expires = SYNTHETIC_NOW + 60
    };
    struct fact_as holder = { .asn = 64500, .name = "T\303\251l\303\251", .country = "V1" };
    pin_time(SYNTHETIC_NOW);
    ip_range_parse(span_of("2001:db8::/48"), &network.prefix);
    add_whole_ip(writer, "198.18.0.1");
    fact_writer_add_network(writer, &network);
    fact_writer_add_as(writer, &holder);
    flush(writer);
    add_whole_host(writer, 77);
    flush(writer);
    static const struct {
        const char *label, *sql, *want;
    } cases[] = {
        { "address",
          "SELECT CONCAT_WS('|', INET6_NTOA(f.ip), d.domain, domainConfirmed, domainChecked, "
          "domainExpires, asn, countryCode, networkFrom, networkChecked, networkExpires) FROM "
          "ipFact f JOIN domain d USING (domainId)",
          "198.18.0.1|host.isp.example|1|2023-11-14 22:13:20|2023-11-14 23:13:20|64500|VN|dns|"
          "2023-11-14 22:13:20|2023-11-15 00:13:20" },
        { "listing",
          "SELECT CONCAT_WS('|', INET6_NTOA(ip), list, state, codes, meaning, checked, expires, "
          "listed) FROM ipListing",
          "198.18.0.1|zen|listed|127.0.0.4|XBL|2023-11-14 22:13:20|2023-11-14 22:28:20|"
          "2023-11-14 22:13:20" },
        { "network",
          "SELECT CONCAT_WS('|', INET6_NTOA(base), prefix, asn, asns, countryCode, checked, "
          "expires) FROM network",
          "2001:db8::|48|64500|64500 64502|VN|2023-11-14 22:13:20|2023-11-14 22:14:20" },
        { "holder: no country, held for a minute at least",
          "SELECT CONCAT_WS('|', asn, name, countryCode IS NULL, checked, expires) FROM asName",
          "64500|T\303\251l\303\251|1|2023-11-14 22:13:20|2023-11-14 22:14:20" },
        { "host",
          "SELECT CONCAT_WS('|', f.domainId, d.domain, INET6_NTOA(ip), asn, countryCode, checked, "
          "expires) FROM hostFact f JOIN domain d ON d.domainId = registrableId",
          "77|example.com|198.18.9.9|64501|DE|2023-11-14 22:13:20|2023-11-14 23:13:20" },
        { "host's listings",
          "SELECT GROUP_CONCAT(CONCAT(domainId, list, state, listed IS NULL) ORDER BY list) FROM "
          "hostListing",
          "77dblclean1,77it'sclean1" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = ask(db, cases[i].sql);
        if (g_strcmp0(found, cases[i].want) != 0)
            fail_msg("%s: %s", cases[i].label, found);
    }
}

/* What the new row does not know stays as it was. */
static void
test_a_fact_replaces_what_it_knows(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_replace");
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    struct fact_ip fact = whole_ip("198.18.0.1");
    struct fact_listing clean = listing_of("zen", "clean");
    static const char row[] =
        "SELECT CONCAT_WS('|', COALESCE(domainId > 0, '-'), COALESCE(domainConfirmed, '-'), "
        "domainChecked, COALESCE(asn, '-'), COALESCE(countryCode, '-'), networkChecked) FROM "
        "ipFact";
    pin_time(SYNTHETIC_NOW);
    add_whole_ip(writer, "198.18.0.1");
    flush(writer);
    pin_time(SYNTHETIC_NOW + 10);
    fact.network_known = false;
    fact.name = NULL; /* it has none any more */
    fact_writer_add_ip(writer, &fact);
    fact_writer_add_ip_listing(writer, &fact.ip, &clean);
    flush(writer);
    g_autofree char *first = ask(db, row);
    assert_string_equal(first, "-|-|2023-11-14 22:13:30|64500|VN|2023-11-14 22:13:20");
    g_autofree char *listing =
        ask(db, "SELECT CONCAT_WS('|', state, codes, meaning, checked, listed) FROM ipListing");
    assert_string_equal(listing, "clean|||2023-11-14 22:13:30|2023-11-14 22:13:20");
    fact = whole_ip("198.18.0.1");
    fact.name_known = false;
    fact.asn = 0;
    fact.country = "";
    fact_writer_add_ip(writer, &fact);
    flush(writer);
    g_autofree char *second = ask(db, row);
    assert_string_equal(second, "-|-|2023-11-14 22:13:30|-|-|2023-11-14 22:13:30");
    fact.network_known = false;
    fact.ip = ip_of("198.18.0.2"); /* nothing is known of it: no row */
    fact_writer_add_ip(writer, &fact);
    flush(writer);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM ipFact"), 1);
}

/* A mail from 198.18.0.3 with one URL on www21.example.com. */
static struct record *
mail_3(void)
{
    return synthetic_record(3, 10);
}

/* All that the mails were told. */
#define TOLD                                                                                       \
    "SELECT CONCAT_WS('|', COALESCE((SELECT domain FROM domain WHERE domainId = sourceDomainId), " \
    "'-'), COALESCE(sourceDomainConfirmed, '-'), COALESCE(sourceAsn, '-'), "                       \
    "COALESCE(countryCode, '-'), (SELECT COUNT(*) FROM lookup), (SELECT "                          \
    "CONCAT_WS('|', COALESCE(INET6_NTOA(urlIp), '-'), COALESCE(urlAsn, '-'), "                     \
    "COALESCE(urlCountryCode, '-')) FROM url LIMIT 1)) FROM arfEmail LIMIT 1"
#define ALL_TOLD "host.isp.example|1|64500|VN|0|198.18.9.9|64501|DE"
#define NOT_TOLD(lookups) "-|-|-|-|" lookups "|-|-|-"

enum twist {
    TWIST_NONE,
    NO_FACTS,
    NAME_EXPIRED,
    LISTING_EXPIRED,
    LISTING_UNKNOWN,
    HOST_EXPIRED,
    HOST_LISTING_UNKNOWN,
    NAME_NONE,
    OLD_MAIL,
    OLD_CLAIM,
    NO_DAYS,
    SPECIAL,
    NO_ADDRESS,
    ALLOWED,
    PICTURE,
    ADDRESS
};

static const struct {
    const char *label;
    enum twist twist;
    const char *want;
} fills[] = {
    { "all is known", TWIST_NONE, ALL_TOLD },
    { "nothing is known", NO_FACTS, NOT_TOLD("1") },
    { "the name has expired", NAME_EXPIRED, "-|-|64500|VN|1|198.18.9.9|64501|DE" },
    { "the listing has expired", LISTING_EXPIRED,
      "host.isp.example|1|64500|VN|1|198.18.9.9|64501|DE" },
    { "a list has not answered", LISTING_UNKNOWN,
      "host.isp.example|1|64500|VN|1|198.18.9.9|64501|DE" },
    { "the host has expired", HOST_EXPIRED, "host.isp.example|1|64500|VN|1|-|-|-" },
    { "one list of two has not answered about the host", HOST_LISTING_UNKNOWN,
      "host.isp.example|1|64500|VN|1|198.18.9.9|64501|DE" },
    { "that it has no name is known", NAME_NONE, "-|-|64500|VN|0|198.18.9.9|64501|DE" },
    { "received long ago", OLD_MAIL, NOT_TOLD("0") },
    { "received today, arrived long ago", OLD_CLAIM, NOT_TOLD("0") },
    { "no days: nothing is told or looked up", NO_DAYS, NOT_TOLD("0") },
    { "special address, host known", SPECIAL, "-|-|-|-|0|198.18.9.9|64501|DE" },
    { "no address, host known", NO_ADDRESS, "-|-|-|-|0|198.18.9.9|64501|DE" },
    { "host unknown, but allowed", ALLOWED, "host.isp.example|1|64500|VN|0|-|-|-" },
    { "host is an address: one list of two is asked about it", ADDRESS,
      "host.isp.example|1|64500|VN|0|198.18.9.9|64501|DE" },
    { "host unknown, of a picture", PICTURE, "host.isp.example|1|64500|VN|0|-|-|-" },
};

static void
expire(struct db *db, enum twist twist)
{
    static const struct {
        enum twist twist;
        const char *sql;
    } ways[] = {
        { NO_FACTS, "DELETE FROM ipFact" },
        { NO_FACTS, "DELETE FROM hostFact" },
        { NAME_EXPIRED, "UPDATE ipFact SET domainExpires = '2023-11-14 22:13:20'" },
        { LISTING_EXPIRED, "UPDATE ipListing SET expires = '2023-11-14 22:13:20'" },
        { LISTING_UNKNOWN, "DELETE FROM ipListing" },
        { HOST_EXPIRED, "UPDATE hostFact SET expires = '2023-11-14 22:13:20'" },
        { HOST_LISTING_UNKNOWN, "DELETE FROM hostListing WHERE list = 'dbl'" },
        { ADDRESS, "DELETE FROM hostListing WHERE list = 'dbl'" },
        { ADDRESS, "UPDATE domain SET domain = '198.18.9.9', keyHash = UNHEX(SHA2('198.18.9.9', "
                   "256)) WHERE domain = 'www21.example.com'" },
        { NAME_NONE, "UPDATE ipFact SET domainId = NULL, domainConfirmed = NULL" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        if (ways[i].twist == twist)
            must_run(db, ways[i].sql);
}

static void
twist_record(struct record *record, enum twist twist)
{
    struct report *report = record->reports[0].report;
    struct link *link = (struct link *)(uintptr_t)report->links;
    if (twist == OLD_MAIL)
        record->received_date -= 8 * 86400;
    if (twist == OLD_MAIL || twist == OLD_CLAIM)
        report->arrival_date -= 8 * 86400;
    if (twist == SPECIAL)
        report->source_ip = ip_of("10.1.2.3");
    if (twist == NO_ADDRESS)
        report->source_ip.len = 0;
    if (twist == ALLOWED)
        link->host = "www.Allowed.example";
    if (twist == ADDRESS)
        link->host = "198.18.9.9";
    if (twist == PICTURE) {
        link->host = "other.example";
        link->flags |= LINK_NOT_REPORTABLE;
    }
}

static void
test_new_mails_are_told_what_is_known(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_fill");
    struct fact_wants wants = test_wants();
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    pin_time(SYNTHETIC_NOW);
    for (size_t i = 0; i < G_N_ELEMENTS(fills); i++) {
        struct record *record = mail_3();
        store_mail(db, &wants, record); /* makes the host's id */
        must_run(db, "DELETE FROM arfEmail");
        must_run(db, "DELETE FROM ledger");
        must_run(db, "DELETE FROM lookup");
        must_run(db, "DELETE FROM url");
        must_run(db, "DELETE FROM emailUrl");
        add_whole_ip(writer, "198.18.0.3");
        add_whole_host(writer, domain_id(db, "www21.example.com"));
        flush(writer);
        expire(db, fills[i].twist);
        record = mail_3();
        twist_record(record, fills[i].twist);
        wants.days = fills[i].twist == NO_DAYS ? 0 : 7;
        store_mail(db, &wants, record);
        g_autofree char *told = ask(db, TOLD);
        if (g_strcmp0(told, fills[i].want) != 0)
            fail_msg("%s: %s", fills[i].label, told);
        must_run(db, "DELETE FROM arfEmail");
        must_run(db, "DELETE FROM ledger");
        must_run(db, "DELETE FROM lookup");
        must_run(db, "DELETE FROM url");
        must_run(db, "DELETE FROM emailUrl");
    }
}

/* Many mails in one batch: each has its own hosts, and the row says when it arrived. */
static void
test_mails_of_a_batch_are_told_apart(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_apart");
    struct fact_wants wants = test_wants();
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    struct record *records[30];
    pin_time(SYNTHETIC_NOW);
    store_mail(db, &wants, synthetic_record(1000, 10)); /* www21 and two more */
    for (unsigned i = 0; i < 30; i++) {
        g_autofree char *ip = g_strdup_printf("198.18.0.%u", i);
        records[i] = synthetic_record(i, 10);
        if (i != 7)
            add_whole_ip(writer, ip);
    }
    must_run(db, "DELETE FROM lookup");
    static const char *const known[] = { "www0.example.com", "www21.example.com" };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *make =
            g_strdup_printf("INSERT IGNORE INTO domain VALUES (%d, '%s', UNHEX(SHA2('%s', 256)))",
                            900000 + (int)i, known[i], known[i]);
        must_run(db, make);
        add_whole_host(writer, domain_id(db, known[i]));
    }
    flush(writer);
    store_mails(db, &wants, records, 30);
    /* 0 has www0 alone, 3 www21 alone, the others hosts that nobody knows. */
    assert_int_equal(count(db, "SELECT COUNT(*) FROM lookup"), 28);
    g_autofree char *without = ask(
        db, "SELECT GROUP_CONCAT(reportMessageId ORDER BY reportMessageId) FROM arfEmail LEFT JOIN "
            "lookup USING (emailId) WHERE lookup.emailId IS NULL");
    assert_string_equal(without, "<report-0@reporter.example.net>,<report-1000@reporter.example."
                                 "net>,<report-3@reporter.example.net>");
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail WHERE sourceAsn = 64500"), 29);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail a JOIN lookup l USING (emailId) "
                               "WHERE a.arrivalDate <> l.arrivalDate"),
                     0);
    for (unsigned i = 0; i < 30; i++)
        record_free(records[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_are_kept_as_rows),
        cmocka_unit_test(test_a_fact_replaces_what_it_knows),
        cmocka_unit_test(test_new_mails_are_told_what_is_known),
        cmocka_unit_test(test_mails_of_a_batch_are_told_apart),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
