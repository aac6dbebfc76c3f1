/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <glib/gstdio.h>

#include "base/compress.h"
#include "ingest/examine.h"

/* clang-format off */
#define FRAME(second_type, second, third) \
    "Received: from out.example.org by mx.example.net; Tue, 14 Nov 2023 22:13:20 +0000\r\n" \
    "Authentication-Results: mx.example.net; dmarc=pass header.from=example.org\r\n" \
    "From: reports@example.org\r\nTo: trap@example.com\r\nSubject: FW: report\r\n" \
    "Date: Tue, 14 Nov 2023 20:00:00 +0000\r\nMIME-Version: 1.0\r\n" \
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n" \
    "--b\r\nContent-Type: text/plain\r\n\r\nA report for trap@example.com\r\n" \
    "--b\r\nContent-Type: " second_type "\r\n\r\n" second "\r\n" \
    "--b\r\nContent-Type: message/rfc822\r\n\r\n" third "\r\n--b--\r\n"

#define FEEDBACK \
    "Feedback-Type: auth-failure\r\nUser-Agent: x/1\r\nVersion: 1\r\n" \
    "Source-IP: 192.0.2.7\r\nOriginal-Rcpt-To: trap@example.com\r\n" \
    "Original-Mail-From: spammer@example.net\r\n"
#define ORIGINAL \
    "From: Bank <bank@example.net>\r\nTo: trap@example.com\r\nSubject: invoice 12345\r\n" \
    "Message-ID: <1@example.net>\r\n\r\nhttp://evil.test/a/mail.htm\r\n"
#define ARF FRAME("message/feedback-report", FEEDBACK, ORIGINAL)
#define SPAM \
    "From: Bank <bank@example.net>\r\nTo: trap@example.com\r\nSubject: invoice 12345\r\n" \
    "Message-ID: <1@example.net>\r\n\r\nDear trap@example.com\r\nhttp://evil.test/a/mail.htm\r\n"
/* clang-format on */

#define SETTINGS                                                                                   \
    "[networks]\nown = 192.0.2.0/24, 2001:db8::/32\nforwarders = list.test\n"                      \
    "[reports-in]\nsource = dir:x\nauthservId = mx.example.net\n"                                  \
    "[spamtrap]\nsource = dir:y\nauthservId = mx.example.net\n"

struct bench {
    Config *config;
    struct examine_settings settings;
    Examiner *examiner;
    struct delivery delivery;
    unsigned char digest[DIGEST_OCTETS];
};

/* `feed` NULL: none. */
static void
bench_open(struct bench *bench, const char *feed, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("lafayette-test-XXXXXX", &path, NULL);
    assert_true(fd >= 0);
    g_close(fd, NULL);
    assert_true(g_file_set_contents(path, SETTINGS, -1, NULL));
    *bench = (struct bench){ .config = config_load(path, &error) };
    g_remove(path);
    if (bench->config == NULL)
        fail_msg("%s", error->message);
    memset(bench->digest, 0x5a, DIGEST_OCTETS);
    examine_settings_init(&bench->settings, bench->config,
                          feed != NULL ? config_feed(bench->config, feed) : NULL);
    bench->examiner = examiner_new(&bench->settings);
    bench->delivery = (struct delivery){
        .octets = g_bytes_new(message, strlen(message)),
        .where = g_strdup("dir/1.eml"),
        .received_date = 1700001111,
        .uid_validity = 3,
        .uid = 17,
    };
}

static void
bench_close(struct bench *bench)
{
    examiner_free(bench->examiner);
    examine_settings_clear(&bench->settings);
    config_free(bench->config);
    g_clear_pointer(&bench->delivery.octets, g_bytes_unref);
    g_clear_pointer(&bench->delivery.where, g_free);
}

static char *
raw_text(const struct record *record)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) raw = decompress(span_of_bytes(record->raw), 100000, &error);
    assert_non_null(raw);
    return span_dup(span_of_bytes(raw));
}

static bool
has_pattern(const struct record_report *report, const char *kind, const char *part)
{
    for (size_t i = 0; i < report->pattern_count; i++)
        if (strcmp(report->patterns[i].kind, kind) == 0 &&
            strstr(report->patterns[i].text, part) != NULL)
            return true;
    return false;
}

static void
expect_identity(const struct bench *bench, const struct record *record, const char *feed)
{
    assert_memory_equal(record->digest, bench->digest, DIGEST_OCTETS);
    assert_string_equal(record->feed, feed);
    assert_string_equal(record->where, "dir/1.eml");
    assert_int_equal(record->uid_validity, 3);
    assert_int_equal(record->uid, 17);
    assert_int_equal(record->octets, g_bytes_get_size(bench->delivery.octets));
}

static void
test_report(void **state)
{
    (void)state;
    struct bench bench;
    unsigned char none[DIGEST_OCTETS] = { 0 };
    const struct record_report *report;
    bench_open(&bench, "reports-in", ARF);
    g_autoptr(Record) record = examine(bench.examiner, &bench.delivery, bench.digest);
    g_autofree char *raw = raw_text(record);
    expect_identity(&bench, record, "reports-in");
    assert_null(record->held_kind);
    assert_null(record->held_reason);
    assert_int_equal(record->received_date, 1700001111); /* the mailbox knows better */
    assert_string_equal(raw, ARF);
    assert_int_equal(record->report_count, 1);
    report = &record->reports[0];
    assert_int_equal(report->report->kind, REPORT_ARF);
    assert_string_equal(report->report->feedback_type, "auth-failure");
    assert_int_equal(report->report->original_rcpt_to.count, 1);
    assert_int_equal(report->report->link_count, 1);
    assert_string_equal(report->judged.email_type, "normal");
    assert_string_equal(report->judged.email_rule, "direct");
    assert_true(report->judged.likely_genuine); /* 192.0.2.7 is our own */
    assert_int_equal(report->report_auth, 'p');
    assert_int_equal(report->ip_trust, 's');
    assert_true(has_pattern(report, "subject", "invoice"));
    assert_true(has_pattern(report, "url", "mail.htm"));
    assert_memory_not_equal(report->fingerprint, none, DIGEST_OCTETS);
    bench_close(&bench);
}

static void
test_no_feed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, NULL, ARF);
    g_autoptr(Record) record = examine(bench.examiner, &bench.delivery, bench.digest);
    expect_identity(&bench, record, "files");
    assert_int_equal(record->reports[0].report_auth, 'n'); /* no authservId is ours */
    bench_close(&bench);
}

static void
test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        int64_t given;
        bool is_weak;
        int64_t want;
    } cases[] = {
        { "the mailbox's own", 1600000000, false, 1600000000 },
        { "a file's: Received is better", 1600000000, true, 1700000000 },
        { "none: Received", CLOCK_UNKNOWN, false, 1700000000 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench bench;
        bench_open(&bench, "reports-in", ARF);
        bench.delivery.received_date = cases[i].given;
        bench.delivery.date_is_weak = cases[i].is_weak;
        g_autoptr(Record) record = examine(bench.examiner, &bench.delivery, bench.digest);
        if (record->received_date != cases[i].want)
            fail_msg("%s: got %lld", cases[i].label, (long long)record->received_date);
        bench_close(&bench);
    }
}

/* clang-format off */
static const struct {
    const char *label, *feed, *message, *kind; /* kind NULL: is taken as a report */
} held[] = {
    { "a letter",             "reports-in", SPAM, HELD_UNREADABLE },
    { "empty",                "reports-in", "", HELD_UNREADABLE },
    { "empty, in the trap",   "spamtrap",   "", HELD_UNREADABLE },
    { "octets",               "reports-in", "\xFF\xFE\x01\n\n\x80", HELD_UNREADABLE },
    { "aggregate", "reports-in",
      "From: r@example.org\nSubject: Report domain: example.com Submitter: example.org "
      "Report-ID: <1>\nMIME-Version: 1.0\nContent-Type: application/xml; "
      "name=\"example.org!example.com!1700000000!1700086400.xml\"\n\n"
      "<?xml version=\"1.0\"?>\n<feedback><report_metadata><org_name>example.org</org_name>"
      "</report_metadata></feedback>\n", HELD_AGGREGATE },
    { "TLS report", "reports-in",
      "From: r@example.org\nTLS-Report-Domain: example.com\nTLS-Report-Submitter: example.org\n"
      "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n"
      "--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: application/tlsrpt+json\n\n{\"organization-name\":\"x\",\"date-range\":{},\"report-id\":\"1\",\"policies\":[]}\n--b--\n",
      HELD_TLSRPT },
    { "report",               "reports-in", ARF, NULL },
    { "report in the trap",   "spamtrap",   ARF, NULL },
    { "a letter in the trap", "spamtrap",   SPAM, NULL },
};
/* clang-format on */

static void
test_held(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(held); i++) {
        struct bench bench;
        bench_open(&bench, held[i].feed, held[i].message);
        g_autoptr(Record) record = examine(bench.examiner, &bench.delivery, bench.digest);
        if (g_strcmp0(record->held_kind, held[i].kind) != 0)
            fail_msg("%s: got %s", held[i].label,
                     record->held_kind != NULL ? record->held_kind : "a report");
        if ((record->held_reason != NULL && record->held_reason[0] != '\0') !=
                (held[i].kind != NULL) ||
            (record->report_count > 0) != (held[i].kind == NULL))
            fail_msg("%s: %zu reports, reason %s", held[i].label, record->report_count,
                     record->held_reason);
        if (held[i].kind != NULL) {
            g_autofree char *raw = raw_text(record);
            if (strcmp(raw, held[i].message) != 0)
                fail_msg("%s: other octets are kept", held[i].label);
        }
        expect_identity(&bench, record, held[i].feed);
        bench_close(&bench);
    }
}

static void
test_held_without_octets(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, "reports-in", "");
    g_clear_pointer(&bench.delivery.octets, g_bytes_unref);
    g_autoptr(Record) record =
        examine_held(bench.examiner, &bench.delivery, bench.digest, HELD_LEFT, "no permission");
    assert_string_equal(record->held_kind, HELD_LEFT);
    assert_string_equal(record->held_reason, "no permission");
    assert_null(record->raw);
    assert_int_equal(record->octets, 0);
    bench_close(&bench);
}

static void
test_known(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, "reports-in", ARF);
    g_autoptr(Record) record = examine_known(bench.examiner, &bench.delivery, bench.digest);
    expect_identity(&bench, record, "reports-in");
    assert_int_equal(record->report_count, 0);
    assert_null(record->held_kind);
    assert_null(record->raw);
    bench_close(&bench);
}

/* Nothing by which a spammer could find the trap is in the record. */
static void
test_spamtrap(void **state)
{
    (void)state;
    static const struct {
        const char *label, *message, *feedback_type;
        enum report_kind kind;
    } cases[] = {
        { "spam", SPAM, "abuse", REPORT_SPAMTRAP },
        { "report", ARF, "auth-failure", REPORT_ARF },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench bench;
        const struct report *report;
        bench_open(&bench, "spamtrap", cases[i].message);
        g_autoptr(Record) record = examine(bench.examiner, &bench.delivery, bench.digest);
        g_autofree char *raw = raw_text(record);
        if (record->report_count != 1)
            fail_msg("%s: %s", cases[i].label, record->held_reason);
        report = record->reports[0].report;
        if (report->kind != cases[i].kind || report->original_rcpt_to.count != 0 ||
            strcmp(report->feedback_type, cases[i].feedback_type) != 0)
            fail_msg("%s: kind %d, %zu recipients, %s", cases[i].label, (int)report->kind,
                     report->original_rcpt_to.count, report->feedback_type);
        if (strstr(raw, "trap@") != NULL || strstr(raw, "Message-ID: <1@example.net>") == NULL ||
            strstr(raw, "http://evil.test/a/mail.htm") == NULL)
            fail_msg("%s: kept %s", cases[i].label, raw);
        if (!has_pattern(&record->reports[0], "subject", "invoice") || report->link_count != 1)
            fail_msg("%s: no pattern or no link", cases[i].label);
        bench_close(&bench);
    }
}

static int
open_parser(void **state)
{
    (void)state;
    report_open();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_no_feed),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_held_without_octets),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_spamtrap),
    };
    return cmocka_run_group_tests(tests, open_parser, NULL);
}
