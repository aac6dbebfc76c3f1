/* SPDX-License-Identifier: Apache-2.0 */
/* Mails wait in table lookup until all is known of them. */
#include "test.h"

#include "server.h"

#include "facts.h"
#include "store/id_list.h"
#include "store/lookup_queue.h"
#include "store/network_read.h"

#define HOUR 3600

static struct lookup_chunk *
next(struct lookup_queue *queue, unsigned mails)
{
    g_autoptr(GError) error = NULL;
    struct lookup_chunk *chunk = NULL;
    must(lookup_queue_next(queue, mails, &chunk, &error), error);
    return chunk;
}

static uint64_t
finish(struct lookup_queue *queue, const struct lookup_chunk *chunk)
{
    g_autoptr(GError) error = NULL;
    uint64_t done = 99;
    must(lookup_queue_finish(queue, chunk, &done, &error), error);
    return done;
}

/* Writes facts about all that the chunk asks, but for one address and one host. */
static void
answer(struct db *db, struct lookup_chunk *chunk, const char *not_ip, const char *not_host)
{
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    for (guint i = 0; i < chunk->new_ips->len; i++) {
        struct lookup_ip *ip = g_ptr_array_index(chunk->new_ips, i);
        char text[IP_TEXT_MAX];
        ip_text(&ip->ip, text);
        if (g_strcmp0(text, not_ip) == 0)
            continue;
        add_whole_ip(writer, text);
        ip->missing = 0;
    }
    for (guint i = 0; i < chunk->new_hosts->len; i++) {
        struct lookup_host *host = g_ptr_array_index(chunk->new_hosts, i);
        if (g_strcmp0(host->host, not_host) == 0)
            continue;
        add_whole_host(writer, host->domain_id);
        host->missing = 0;
    }
    flush(writer);
}

static struct record *
mail_of(unsigned n, int64_t arrival)
{
    struct record *record = synthetic_record(n, 10);
    record->reports[0].report->arrival_date = arrival;
    return record;
}

/* Ten mails, 0 the newest, from ten addresses; 0, 3, 6 and 9 have one URL. */
static void
store_ten(struct db *db, const struct fact_wants *wants)
{
    pin_time(SYNTHETIC_NOW);
    for (unsigned i = 0; i < 10; i++)
        store_mail(db, wants, mail_of(i, SYNTHETIC_NOW - i * HOUR));
}

static void
test_chunks_come_newest_first(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_chunks");
    struct fact_wants wants = test_wants();
    store_ten(db, &wants);
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    unsigned seen = 0;
    for (unsigned expected = 4; seen < 10; expected = MIN(4, 10 - seen)) {
        g_autoptr(LookupChunk) chunk = next(queue, 4);
        assert_int_equal(chunk->emails->len, expected);
        for (unsigned i = 0; i < expected; i++, seen++) {
            int64_t id = g_array_index(chunk->emails, struct lookup_email, i).id;
            g_autofree char *sql =
                g_strdup_printf("SELECT reportMessageId = '<report-%u@reporter.example.net>' FROM "
                                "arfEmail WHERE emailId = %" G_GINT64_FORMAT,
                                seen, id);
            assert_int_equal(count(db, sql), 1);
        }
    }
    assert_null(next(queue, 4));
}

static void
test_mails_leave_when_all_is_known(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_leave");
    struct fact_wants wants = test_wants();
    store_ten(db, &wants);
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    g_autoptr(LookupChunk) chunk = next(queue, 100);
    assert_int_equal(chunk->new_ips->len, 10);
    assert_int_equal(chunk->urls->len, count(db, "SELECT COUNT(*) FROM url"));
    answer(db, chunk, "198.18.0.2", "www63.example.com"); /* the host of mail 9 */
    assert_int_equal(finish(queue, chunk), 8);
    g_autofree char *left =
        ask(db, "SELECT GROUP_CONCAT(INET6_NTOA(sourceIp) ORDER BY sourceIp) FROM lookup JOIN "
                "arfEmail USING (emailId)");
    assert_string_equal(left, "198.18.0.2,198.18.0.9");
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail JOIN domain ON domainId = "
                               "sourceDomainId WHERE domain = 'host.isp.example' AND "
                               "sourceDomainConfirmed = 1 AND sourceAsn = 64500 AND countryCode = "
                               "'VN'"),
                     9);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM url JOIN domain ON domainId = urlDomainId "
                               "WHERE (INET6_NTOA(urlIp) <=> '198.18.9.9' AND urlAsn <=> 64501 AND "
                               "urlCountryCode <=> 'DE') = (domain = 'www63.example.com')"),
                     0);
    /* The next run asks for no more than that, and this one not again. */
    assert_null(next(queue, 100));
    g_autoptr(LookupQueue) again = lookup_queue_new(db, &wants);
    g_autoptr(LookupChunk) rest = next(again, 100);
    assert_int_equal(rest->emails->len, 2);
    assert_int_equal(rest->new_ips->len, 1);
    assert_int_equal(rest->new_hosts->len, 1);
    answer(db, rest, NULL, NULL);
    assert_int_equal(finish(again, rest), 2);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM lookup"), 0);
}

/* Beside the storing: what is stored from then on, each mail once; then all, and nothing anew. */
static void
test_following(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_follow");
    struct fact_wants wants = test_wants();
    g_autoptr(GError) error = NULL;
    int64_t newest = 99;
    must(lookup_queue_newest(db, &newest, &error), error);
    assert_int_equal(newest, 0);
    store_ten(db, &wants);
    must(lookup_queue_newest(db, &newest, &error), error);
    assert_int_equal(newest, count(db, "SELECT MAX(emailId) FROM lookup"));
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    lookup_queue_follow(queue, newest);
    assert_null(next(queue, 100));
    for (unsigned i = 10; i < 13; i++) {
        store_mail(db, &wants, mail_of(i, SYNTHETIC_NOW - i * HOUR));
        g_autoptr(LookupChunk) chunk = next(queue, 100);
        assert_int_equal(chunk->emails->len, 1);
        assert_true(g_array_index(chunk->emails, struct lookup_email, 0).id > newest);
        answer(db, chunk, "198.18.0.12", NULL);
        assert_null(next(queue, 100));
        assert_int_equal(finish(queue, chunk), i != 12);
    }
    lookup_queue_rewind(queue);
    g_autoptr(LookupChunk) all = next(queue, 100);
    assert_int_equal(all->emails->len, 11);
    assert_int_equal(all->new_ips->len, 10);
    answer(db, all, NULL, NULL);
    assert_int_equal(finish(queue, all), 10);
    assert_null(next(queue, 100));
}

/* Facts that came meanwhile by another's hand are not asked for; values that are there stay. */
static void
test_what_is_there_is_kept(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_kept");
    struct fact_wants wants = test_wants();
    store_ten(db, &wants);
    must_run(db,
             "UPDATE arfEmail SET sourceDomainId = 1, sourceDomainConfirmed = 0, sourceAsn = 7, "
             "countryCode = 'AA' WHERE sourceIp = INET6_ATON('198.18.0.1')");
    must_run(db, "UPDATE arfEmail SET sourceAsn = 8 WHERE sourceIp = INET6_ATON('198.18.0.2')");
    must_run(db, "UPDATE url SET urlAsn = 9");
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    struct fact_ip part = whole_ip("198.18.0.4");
    part.network_known = false;
    add_whole_ip(writer, "198.18.0.3");
    fact_writer_add_ip(writer, &part);
    flush(writer);
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    g_autoptr(LookupChunk) chunk = next(queue, 100);
    assert_int_equal(chunk->new_ips->len, 9);
    assert_int_equal(chunk->urls->len, 0);
    for (guint i = 0; i < chunk->new_ips->len; i++) {
        const struct lookup_ip *ip = g_ptr_array_index(chunk->new_ips, i);
        struct ip four = ip_of("198.18.0.4");
        assert_int_equal(ip->missing,
                         ip_equal(&ip->ip, &four) ? FACT_NETWORK | FACT_LISTS : FACT_OF_IP);
    }
    answer(db, chunk, NULL, NULL);
    assert_int_equal(finish(queue, chunk), 10);
    static const char row[] =
        "SELECT CONCAT_WS('|', sourceDomainId = 1, sourceDomainConfirmed, sourceAsn, countryCode) "
        "FROM arfEmail WHERE sourceIp = INET6_ATON('198.18.0.%d')";
    static const struct {
        int last;
        const char *want;
    } rows[] = { { 1, "1|0|7|AA" }, { 2, "0|1|8|VN" }, { 3, "0|1|64500|VN" } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql = g_strdup_printf(row, rows[i].last);
        g_autofree char *found = ask(db, sql);
        assert_string_equal(found, rows[i].want);
    }
    assert_int_equal(count(db, "SELECT COUNT(*) FROM url WHERE urlAsn <> 9 OR urlIp IS NOT NULL"),
                     0);
}

/* An expired fact that could not be renewed is not told to new mails. */
static void
test_what_has_expired_is_not_told(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_expired");
    struct fact_wants wants = test_wants();
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    pin_time(SYNTHETIC_NOW);
    store_mail(db, &wants, mail_of(3, SYNTHETIC_NOW));
    add_whole_ip(writer, "198.18.0.3");
    add_whole_host(writer, domain_id(db, "www21.example.com"));
    flush(writer);
    pin_time(SYNTHETIC_NOW + 5400); /* the network's fact still holds */
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    g_autoptr(LookupChunk) chunk = next(queue, 100);
    const struct lookup_ip *ip = g_ptr_array_index(chunk->new_ips, 0);
    assert_int_equal(ip->missing, FACT_NAME | FACT_LISTS);
    assert_int_equal(chunk->new_hosts->len, 1);
    assert_int_equal(finish(queue, chunk), 0);
    g_autofree char *told =
        ask(db, "SELECT CONCAT_WS('|', COALESCE(sourceDomainId, '-'), "
                "COALESCE(sourceDomainConfirmed, '-'), sourceAsn, countryCode, (SELECT COUNT(*) "
                "FROM lookup), (SELECT COUNT(urlIp) FROM url)) FROM arfEmail");
    assert_string_equal(told, "-|-|64500|VN|1|0");
}

static void
test_old_mails_leave(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_old");
    g_autoptr(GError) error = NULL;
    struct fact_wants wants = test_wants();
    uint64_t dropped, left;
    store_ten(db, &wants);
    must_run(db, "DELETE a, x FROM arfEmail a JOIN emailUrl x USING (emailId) WHERE sourceIp = "
                 "INET6_ATON('198.18.0.0')"); /* purged */
    pin_time(SYNTHETIC_NOW + 7 * 86400 - 4 * HOUR - 1);
    g_autoptr(LookupQueue) queue = lookup_queue_new(db, &wants);
    must(lookup_queue_trim(queue, &dropped, &left, &error), error);
    assert_int_equal(dropped, 5);
    assert_int_equal(left, 5);
    g_autoptr(LookupChunk) chunk = next(queue, 100);
    assert_int_equal(chunk->new_ips->len, 4);
    assert_int_equal(finish(queue, chunk), 1); /* what is gone waits for nothing */
    wants.days = 0;
    g_autoptr(LookupQueue) off = lookup_queue_new(db, &wants);
    must(lookup_queue_trim(off, &dropped, &left, &error), error);
    assert_int_equal(dropped, 4);
    assert_int_equal(left, 0);
}

static void
test_two_at_once_write_the_same(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_both");
    g_autoptr(Db) other = server_open(*state, "arf_both");
    struct fact_wants wants = test_wants();
    store_ten(db, &wants);
    g_autoptr(LookupQueue) one = lookup_queue_new(db, &wants),
                           two = lookup_queue_new(other, &wants);
    g_autoptr(LookupChunk) first = next(one, 100), second = next(two, 100);
    assert_int_equal(second->new_ips->len, 10);
    answer(db, first, NULL, NULL);
    answer(other, second, NULL, NULL);
    assert_int_equal(finish(two, second), 10);
    assert_int_equal(finish(one, first), 10);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM lookup"), 0);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail WHERE sourceAsn = 64500"), 10);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM ipFact"), 10);
}

static void
test_mails_are_put_back_when_something_is_missing(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_back");
    g_autoptr(GError) error = NULL;
    struct fact_wants wants = test_wants();
    int64_t since = SYNTHETIC_NOW - 8 * HOUR;
    store_ten(db, &wants);
    must_run(db, "DELETE FROM lookup");
    must_run(db, "UPDATE url SET urlIp = INET6_ATON('198.18.9.9')");
    must_run(db, "UPDATE arfEmail SET sourceDomainId = 1, sourceAsn = 1, countryCode = 'AA' WHERE "
                 "sourceIp <> INET6_ATON('198.18.0.5')");
    must_run(db, "UPDATE url JOIN emailUrl USING (urlId) JOIN arfEmail USING (emailId) SET urlIp = "
                 "NULL WHERE sourceIp IN (INET6_ATON('198.18.0.3'), INET6_ATON('198.18.0.9'))");
    must(lookup_queue_add(db, "a.sourceIp <> ''", since, &error), error);
    must(lookup_queue_add(db, "a.sourceIp <> ''", since, &error), error);
    g_autofree char *back = ask(db, "SELECT GROUP_CONCAT(INET6_NTOA(sourceIp) ORDER BY sourceIp) "
                                    "FROM lookup JOIN arfEmail USING (emailId)");
    assert_string_equal(back, "198.18.0.3,198.18.0.5"); /* 9 is too old */
    must(lookup_queue_add(db, "a.sourceIp <> ''", INT64_MAX, &error), error);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM lookup"), 2);
}

static void
take_network(void *self, const struct fact_network *network)
{
    char base[IP_TEXT_MAX];
    g_string_append_printf(self, "%s/%u %d %s %s;", ip_text(&network->prefix.base, base),
                           network->prefix.prefix, (int)network->asn, network->asns,
                           network->country);
}

static void
test_networks_are_read_until_they_expire(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_networks");
    g_autoptr(FactWriter) writer = fact_writer_new(db);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) found = g_string_new(NULL);
    g_autoptr(GArray) asns = id_list_new();
    static const char *const prefixes[] = { "198.18.1.0/24", "2001:db8:1::/48" };
    pin_time(SYNTHETIC_NOW);
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        struct fact_network network = { .asn = 64500 + (int)i,
                                        .asns = i == 0 ? "64500 64502" : NULL,
                                        .country = i == 0 ? NULL : "VN",
                                        .expires = SYNTHETIC_NOW + 100 * (int)(i + 1) };
        struct fact_as holder = { .asn = network.asn, .name = "X", .expires = network.expires };
        ip_range_parse(span_of(prefixes[i]), &network.prefix);
        fact_writer_add_network(writer, &network);
        fact_writer_add_as(writer, &holder);
    }
    flush(writer);
    must(network_read(db, SYNTHETIC_NOW + 99, take_network, found, &error), error);
    must(network_read(db, SYNTHETIC_NOW + 100, take_network, found, &error), error);
    assert_string_equal(found->str, "2001:db8:1::/48 64501 (null) VN;"
                                    "198.18.1.0/24 64500 64500 64502 (null);"
                                    "2001:db8:1::/48 64501 (null) VN;");
    for (int64_t asn = 64500; asn <= 64502; asn++)
        id_list_add(asns, asn);
    must(network_read_as_names(db, SYNTHETIC_NOW + 100, asns, &error), error);
    assert_int_equal(asns->len, 2); /* one has expired, one was never there */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_come_newest_first),
        cmocka_unit_test(test_following),
        cmocka_unit_test(test_mails_leave_when_all_is_known),
        cmocka_unit_test(test_what_is_there_is_kept),
        cmocka_unit_test(test_what_has_expired_is_not_told),
        cmocka_unit_test(test_old_mails_leave),
        cmocka_unit_test(test_two_at_once_write_the_same),
        cmocka_unit_test(test_mails_are_put_back_when_something_is_missing),
        cmocka_unit_test(test_networks_are_read_until_they_expire),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
