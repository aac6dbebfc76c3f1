/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer leaves in the tables, column by column, with and without array binding. */
#include "test.h"

#include "server.h"
#include "store/ledger.h"
#include "store/writer.h"
#include "synthetic.h"

static void
store_all(struct db *db, struct record **records, size_t n, enum stored *outcomes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Writer) writer = writer_new(db, NULL, &error);
    must(writer != NULL, error);
    must(writer_store(writer, records, n, outcomes, &error), error);
}

/* A record in which every field says something. */
static struct record *
rich_record(void)
{
    struct record *record = synthetic_record(0, 100);
    struct report *report = record->reports[0].report;
    static const char *const rcpt[] = { "user0@example.com", "Second@Example.NET", "third" };
    static const char *const domains[] = { "example.org", "b\303\274cher.example" };
    static const char *const results[] = { "mx1; spf=fail", "mx2; dkim=none" };
    static const char *const uris[] = { "http://a.test/", "mailto:x@a.test" };
    static const struct derived derived[] = { { "source_ip", "received" },
                                              { "arrival_date", "date" } };
    report->part = 2;
    report->source_port = 65536; /* a claim, not a port */
    report->arrival_date = SYNTHETIC_NOW + 3 * 86400;
    set_list(report, &report->original_rcpt_to, 3, rcpt);
    set_list(report, &report->reported_domain, 2, domains);
    set_list(report, &report->authentication_results, 2, results);
    set_list(report, &report->reported_uri, 2, uris);
    report->feedback_type = "x-own";
    report->identity_alignment = "none";
    report->original_envelope_id = "o3F52gxO029144";
    report->reporting_mta = "dns; mx.example.net";
    report->dkim_domain = "example.org";
    report->dkim_selector = "s1";
    report->dkim_identity = "@example.org";
    report->incidents = 4000000000u;
    report->headers_only = true;
    report->truncated = true;
    report->derived = g_memdup2(derived, sizeof derived);
    report->derived_count = 2;
    ((struct link *)(uintptr_t)report->links)[0].outer = "http://WWW.example.net/redirect?u=x";
    record->reports[0].judged = (struct judged){ "bounce", "dsn-failed", true };
    record->reports[0].report_auth = 'p';
    record->folder = "INBOX";
    record->uid_validity = 4294967295u;
    record->uid = 7;
    return record;
}

/* clang-format off */
#define EMAIL(column) "SELECT " column " FROM arfEmail"
#define NAME(id) "SELECT domain FROM domain JOIN arfEmail ON domainId = " id
#define LOCAL(id) "SELECT emailLocal FROM emailLocal JOIN arfEmail ON emailLocalId = " id
static const struct {
    const char *sql, *want;
} rich_cells[] = {
    { EMAIL("COUNT(*)"), "1" },
    { EMAIL("feedbackType"), "other" },
    { EMAIL("feedbackTypeRaw"), "x-own" },
    { EMAIL("emailType"), "bounce" },
    { EMAIL("emailRule"), "dsn-failed" },
    { EMAIL("emailTypeOverride"), NULL },
    { EMAIL("reported"), "0" },
    { LOCAL("originalMailFromLocalId"), "bounce0" },
    { NAME("originalMailFromDomainId"), "mail0.example.org" },
    { LOCAL("originalRcptToLocalId"), "user0" },
    { NAME("originalRcptToDomainId"), "example.com" },
    { EMAIL("arrivalDate"), "2023-11-14 22:13:20" }, /* three days ahead is not believed */
    { EMAIL("messageId"), "<0@mail.example.org>" },
    { EMAIL("authenticationResults"), "mx1; spf=fail\nmx2; dkim=none" },
    { EMAIL("INET6_NTOA(sourceIp)"), "198.18.0.0" },
    { EMAIL("LENGTH(sourceIp)"), "4" },
    { EMAIL("sourceDomainId"), NULL },
    { EMAIL("sourceAsn"), NULL },
    { EMAIL("countryCode"), NULL },
    { EMAIL("deliveryResult"), "reject" },
    { EMAIL("deliveryResultRaw"), "reject" },
    { EMAIL("authFailure"), "dmarc" },
    { NAME("reportedDomainID"), "example.org" },
    { LOCAL("originalFromLocalId"), "ceo0" },
    { NAME("originalFromDomainId"), "example.org" },
    { EMAIL("subject"), "Wire transfer 0 for Fran\303\247ois" },
    { EMAIL("kind"), "arf" },
    { EMAIL("part"), "2" },
    { EMAIL("feed"), "mailbox" },
    { EMAIL("receivedDate"), "2023-11-14 22:13:20" },
    { EMAIL("reportMessageId"), "<report-0@reporter.example.net>" },
    { EMAIL("reportDate"), "2023-11-14 22:13:15" },
    { LOCAL("reporterLocalId"), "noreply" },
    { NAME("reporterDomainId"), "reporter0.example.net" },
    { EMAIL("reportingMta"), "dns; mx.example.net" },
    { EMAIL("reportAuth"), "pass" },
    { EMAIL("ipTrust"), "stated" },
    { EMAIL("userAgent"), "Reporter/1.0" },
    { EMAIL("version"), "1" },
    { EMAIL("sourcePort"), "65536" },
    { EMAIL("sourceSpecial"), "1" },
    { EMAIL("sourceDomainConfirmed"), NULL },
    { EMAIL("incidents"), "4000000000" },
    { EMAIL("identityAlignment"), "none" },
    { EMAIL("dkimDomain"), "example.org" },
    { EMAIL("dkimSelector"), "s1" },
    { EMAIL("dkimIdentity"), "@example.org" },
    { EMAIL("reportedUri"), "http://a.test/\nmailto:x@a.test" },
    { EMAIL("originalEnvelopeId"), "o3F52gxO029144" },
    { EMAIL("fromHeader"), "\"Bank 0\" <ceo0@example.org>" },
    { EMAIL("headersOnly"), "1" },
    { EMAIL("truncated"), "1" },
    { EMAIL("likelyGenuine"), "1" },
    { EMAIL("LOWER(HEX(fingerprint)) = SHA2('mail 0', 256)"), "1" },
    { EMAIL("LOWER(HEX(digest)) = SHA2('mail 0', 256)"), "1" },
    { EMAIL("derived"), "{\"source_ip\":\"received\",\"arrival_date\":\"received_date\"}" },
    { EMAIL("octets"), "200" },
    { EMAIL("parserVersion"), "1" },
    { "SELECT GROUP_CONCAT(position, ' ', emailLocal, '@', domain ORDER BY position) FROM emailRcptTo "
      "JOIN emailLocal USING (emailLocalId) JOIN domain USING (domainId)", "2 Second@example.net,3 third@" },
    { "SELECT GROUP_CONCAT(position, ' ', domain) FROM emailReportedDomain JOIN domain USING (domainId)",
      "2 xn--bcher-kva.example" },
    { "SELECT CONCAT_WS(' ', u.url, u.tail, u.firstSeen, u.lastSeen, d.domain, e.position, e.flags, "
      "o.url, x.domain) FROM emailUrl e JOIN url u USING (urlId) JOIN domain d ON d.domainId = u.urlDomainId "
      "JOIN url o ON o.urlId = e.outerUrlId JOIN domain x ON x.domainId = o.urlDomainId",
      "http://WWW0.example.com/a/b/mail0.htm mail0.htm 2023-11-14 22:13:20 2023-11-14 22:13:20 "
      "www0.example.com 1 0 http://WWW.example.net/redirect?u=x www.example.net" },
    { "SELECT LOWER(HEX(keyHash)) = SHA2('http://www0.example.com/a/b/mail0.htm', 256) FROM url "
      "WHERE tail = 'mail0.htm'", "1" },
    { "SELECT CONCAT_WS(' ', f.hash = MD5('file 0'), f.sha256 = SHA2('file 0', 256), "
      "LOWER(HEX(f.keyHash)) = f.sha256, f.size, f.filename, e.position, e.filename, f.firstSeen) "
      "FROM file f JOIN emailFile e USING (fileId)",
      "1 1 1 1000 invoice0.pdf 1 invoice0.pdf 2023-11-14 22:13:20" },
    { "SELECT GROUP_CONCAT(kind, ' ', pattern, ' ', LOWER(HEX(keyHash)) = SHA2(CONCAT(kind, '\\0', pattern), "
      "256) ORDER BY kind) FROM emailPattern JOIN pattern USING (patternId)",
      "subject wire transfer # for X 1,url /a/b/mail0.htm 1" },
    { "SELECT CONCAT_WS(' ', seq, dictionaryId, LENGTH(body)) FROM rawMessage JOIN arfEmail USING (rawId)",
      "1 0 100" },
    { "SELECT CONCAT_WS(' ', COUNT(*), LOWER(HEX(digest)) = SHA2('mail 0', 256)) FROM ledger", "1 1" },
    { "SELECT CONCAT_WS(' ', feed, mailbox, uidValidity, uid) FROM feedState", "mailbox INBOX 4294967295 7" },
    { "SELECT COUNT(*) FROM heldMessage", "0" },
};
/* clang-format on */

static void
check_every_column(struct server *server)
{
    g_autoptr(Db) db = server_database(server, "arf_rich");
    g_autoptr(Record) record = rich_record();
    enum stored outcome;
    store_all(db, &record, 1, &outcome);
    assert_int_equal(outcome, STORED_NEW);
    for (size_t i = 0; i < G_N_ELEMENTS(rich_cells); i++) {
        g_autofree char *got = ask(db, rich_cells[i].sql);
        if (g_strcmp0(got, rich_cells[i].want) != 0)
            fail_msg("%s: got %s, want %s", rich_cells[i].sql, got, rich_cells[i].want);
    }
    /* Nothing was added to the table that this test does not look at. */
    assert_int_equal(count(db, "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA "
                               "= DATABASE() AND TABLE_NAME = 'arfEmail'"),
                     58);
}

static void
test_every_column_is_written(void **state)
{
    check_every_column(*state);
}

static void
test_every_column_is_written_row_by_row(void **state)
{
    g_setenv("LAFAYETTE_NO_BULK", "1", TRUE);
    check_every_column(*state);
    g_unsetenv("LAFAYETTE_NO_BULK");
}

static void
test_a_report_that_says_nothing_leaves_nulls(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_poor");
    struct record *record = g_new0(struct record, 1);
    struct report *report = g_new0(struct report, 1);
    enum stored outcome;
    record->received_date = SYNTHETIC_NOW;
    record->raw = g_bytes_new_static("x", 1);
    record->reports = g_new0(struct record_report, 1);
    record->report_count = 1;
    record->reports[0].report = report;
    record->reports[0].judged = (struct judged){ "normal", "direct", false };
    report->arena = g_string_chunk_new(16);
    report->arrival_date = CLOCK_UNKNOWN;
    report->outer = g_new0(struct mail, 1);
    store_all(db, &record, 1, &outcome);
    assert_int_equal(outcome, STORED_NEW);
    assert_int_equal(
        count(db,
              "SELECT COUNT(*) FROM arfEmail WHERE COALESCE(feedbackType, feedbackTypeRaw, "
              "originalMailFromLocalId, originalRcptToLocalId, messageId, sourceIp, sourcePort, "
              "deliveryResult, reportedDomainID, originalFromLocalId, authenticationResults, "
              "reporterLocalId, fromHeader, userAgent, dkimDomain, reportedUri) IS NULL AND "
              "subject = '' AND incidents = 1 AND ipTrust = 'none' AND sourceSpecial = 0 AND "
              "reportAuth = 'none' AND arrivalDate = receivedDate"),
        1);
    record_free(record);
}

static void
test_long_texts_are_cut_on_a_character(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_long");
    g_autoptr(Record) record = synthetic_record(1, 100);
    g_autoptr(GString) wide = g_string_new(NULL);
    enum stored outcome;
    for (int i = 0; i < 70000; i++)
        g_string_append(wide, "\360\237\230\200"); /* four octets */
    struct report *report = record->reports[0].report;
    const char *lines[] = { wide->str };
    ((struct mail *)(uintptr_t)report->original)->subject = wide->str;
    ((struct mail *)(uintptr_t)report->original)->from_address = wide->str;
    report->user_agent = wide->str;
    set_list(report, &report->authentication_results, 1, lines);
    store_all(db, &record, 1, &outcome);
    assert_int_equal(outcome, STORED_NEW);
    assert_int_equal(count(db, "SELECT CHAR_LENGTH(subject) FROM arfEmail"), 766);
    assert_int_equal(count(db, "SELECT CHAR_LENGTH(userAgent) FROM arfEmail"), 255);
    assert_int_equal(count(db, "SELECT LENGTH(authenticationResults) FROM arfEmail"), 65000);
    assert_int_equal(
        count(db, "SELECT COUNT(*) FROM emailLocal WHERE CHAR_LENGTH(emailLocal) = 255"), 1);
}

static void
test_bulk_and_rows_leave_the_same(void **state)
{
    enum { RECORDS = 60 };
    char *sums[2] = { NULL, NULL };
    for (int way = 0; way < 2; way++) {
        struct record *records[RECORDS];
        enum stored outcomes[RECORDS];
        if (way == 1)
            g_setenv("LAFAYETTE_NO_BULK", "1", TRUE);
        g_autoptr(Db) db = server_database(*state, "arf_same");
        assert_int_equal(db_has_bulk(db), way == 0);
        for (unsigned i = 0; i < RECORDS; i++)
            records[i] = synthetic_record(i, 500);
        store_all(db, records, RECORDS, outcomes);
        sums[way] =
            ask(db, "SELECT CONCAT_WS(' ', (SELECT SUM(CRC32(CONCAT_WS('|', emailId, subject, "
                    "messageId, arrivalDate, HEX(sourceIp)))) FROM arfEmail), (SELECT "
                    "SUM(CRC32(CONCAT_WS('|', emailId, position, flags, url, u.lastSeen))) FROM "
                    "emailUrl JOIN url u USING (urlId)), (SELECT SUM(CRC32(CONCAT(rawId, body))) "
                    "FROM rawMessage), (SELECT SUM(CRC32(domain)) FROM domain), (SELECT "
                    "SUM(CRC32(emailLocal)) FROM emailLocal), (SELECT COUNT(*) FROM "
                    "emailPattern), (SELECT COUNT(*) FROM emailFile))");
        for (unsigned i = 0; i < RECORDS; i++)
            record_free(records[i]);
    }
    g_unsetenv("LAFAYETTE_NO_BULK");
    assert_string_equal(sums[0], sums[1]);
    g_free(sums[0]);
    g_free(sums[1]);
}

static void
test_duplicates(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_twice");
    struct record *records[] = { synthetic_record(1, 10), synthetic_record(2, 10),
                                 synthetic_record(1, 10), synthetic_record(3, 10) };
    enum stored outcomes[4];
    bool known[4];
    const unsigned char *digests[4];
    g_autoptr(GError) error = NULL;
    store_all(db, records, 3, outcomes);
    assert_int_equal(outcomes[0], STORED_NEW);
    assert_int_equal(outcomes[1], STORED_NEW);
    assert_int_equal(outcomes[2], STORED_DUPLICATE);
    records[1]->folder = "INBOX"; /* the known one is now met in a kept mailbox */
    records[1]->uid = 9;
    store_all(db, records, 4, outcomes);
    assert_int_equal(outcomes[0], STORED_DUPLICATE);
    assert_int_equal(outcomes[1], STORED_DUPLICATE);
    assert_int_equal(outcomes[2], STORED_DUPLICATE);
    assert_int_equal(outcomes[3], STORED_NEW);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail"), 3);
    assert_int_equal(count(db, "SELECT uid FROM feedState"), 9);
    digest_of("never stored", records[0]->digest);
    for (int i = 0; i < 4; i++)
        digests[i] = records[i]->digest;
    must(ledger_known(db, digests, 4, known, &error), error);
    assert_false(known[0]);
    assert_true(known[1] && known[2] && known[3]);
    for (int i = 0; i < 4; i++)
        record_free(records[i]);
}

static void
test_dates_of_urls_follow_their_mails(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_seen");
    static const int64_t arrivals[] = { SYNTHETIC_NOW - 500, SYNTHETIC_NOW - 100,
                                        SYNTHETIC_NOW - 900 };
    g_autoptr(GError) error = NULL;
    g_autoptr(Writer) writer = writer_new(db, NULL, &error);
    must(writer != NULL, error);
    for (int i = 0; i < 3; i++) {
        g_autoptr(Record) record = synthetic_record(0, 10);
        enum stored outcome;
        record->digest[0] = (unsigned char)i;
        record->reports[0].report->arrival_date = arrivals[i];
        must(writer_store(writer, (struct record *[]){ record }, 1, &outcome, &error), error);
        assert_int_equal(outcome, STORED_NEW);
    }
    writer_flush(writer);
    g_autofree char *dates =
        ask(db, "SELECT CONCAT_WS(' ', COUNT(*), TIMESTAMPDIFF(SECOND, '2023-11-14 22:13:20', "
                "MIN(firstSeen)), TIMESTAMPDIFF(SECOND, '2023-11-14 22:13:20', MAX(lastSeen))) "
                "FROM url");
    assert_string_equal(dates, "1 -900 -100");
    g_autofree char *file_dates =
        ask(db, "SELECT TIMESTAMPDIFF(SECOND, firstSeen, lastSeen) FROM file");
    assert_string_equal(file_dates, "800");
}

static void
test_held_messages(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_held");
    struct record *record = synthetic_record(1, 10);
    enum stored outcome;
    record->held_kind = "unreadable";
    record->held_reason = g_strdup("no \377 part");
    record->where = g_strdup("maildir:/x");
    store_all(db, &record, 1, &outcome);
    assert_int_equal(outcome, STORED_HELD);
    g_autofree char *row =
        ask(db, "SELECT CONCAT_WS('|', kind, reason, feed, place, receivedDate, octets, "
                "LOWER(HEX(digest)) = SHA2('mail 1', 256), LENGTH(body)) FROM heldMessage JOIN "
                "rawMessage USING (rawId)");
    assert_string_equal(row, "unreadable|no \357\277\275 part|mailbox|maildir:/x|"
                             "2023-11-14 22:13:20|20|1|10");
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail"), 0);
    store_all(db, &record, 1, &outcome);
    assert_int_equal(outcome, STORED_DUPLICATE);
    record_free(record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_column_is_written),
        cmocka_unit_test(test_every_column_is_written_row_by_row),
        cmocka_unit_test(test_a_report_that_says_nothing_leaves_nulls),
        cmocka_unit_test(test_long_texts_are_cut_on_a_character),
        cmocka_unit_test(test_bulk_and_rows_leave_the_same),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_dates_of_urls_follow_their_mails),
        cmocka_unit_test(test_held_messages),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
