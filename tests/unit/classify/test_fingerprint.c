/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "classify/fingerprint.h"

#include "made_report.h"

#define HEADER "Message-ID: <1@example.com>\nFrom: a@example.com\nSubject: x  y\n"

/* clang-format off */
static const struct {
    const char *label;
    struct made_text report;
    int64_t date;
    bool same;
} cases[] = {
    { "the same",                 { .header = HEADER, .source = "192.0.2.1" }, 1000, true },
    { "written otherwise",        { .header = "message-id:  <1@example.com>\nFROM: a@example.com\nSubject: x\t y \n",
                                    .source = "::ffff:192.0.2.1" }, 1000, true },
    { "mailbox fields",           { .header = "Status: RO\nX-UID: 7\n" HEADER "Content-Length: 12\n",
                                    .source = "192.0.2.1" }, 1000, true },
    { "other text and path",      { .header = HEADER, .source = "192.0.2.1", .text = "t", .path = "a@b" }, 1000, true },
    { "another address",          { .header = HEADER, .source = "192.0.2.2" }, 1000, false },
    { "no address",               { .header = HEADER }, 1000, false },
    { "another date",             { .header = HEADER, .source = "192.0.2.1" }, 1001, false },
    { "no date",                  { .header = HEADER, .source = "192.0.2.1" }, CLOCK_UNKNOWN, false },
    { "another subject",          { .header = "Message-ID: <1@example.com>\nFrom: a@example.com\nSubject: x z\n",
                                    .source = "192.0.2.1" }, 1000, false },
    { "another order",            { .header = "From: a@example.com\nMessage-ID: <1@example.com>\nSubject: x y\n",
                                    .source = "192.0.2.1" }, 1000, false },
    { "a field more",             { .header = HEADER "X: y\n", .source = "192.0.2.1" }, 1000, false },
    { "no mail",                  { .source = "192.0.2.1" }, 1000, false },
};
/* clang-format on */

static void
fingerprint_of(const struct made_text *text, int64_t date, unsigned char out[FINGERPRINT_OCTETS])
{
    g_autoptr(Made) made = made_new(text);
    made->report.arrival_date = date;
    report_fingerprint(&made->report, out);
}

static void
test_same_report_has_same_fingerprint(void **state)
{
    unsigned char want[FINGERPRINT_OCTETS];
    (void)state;
    fingerprint_of(&cases[0].report, cases[0].date, want);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned char got[FINGERPRINT_OCTETS] = { 0 };
        fingerprint_of(&cases[i].report, cases[i].date, got);
        if ((memcmp(got, want, sizeof got) == 0) != cases[i].same)
            fail_msg("%s", cases[i].label);
    }
}

static void
test_report_id_stands_in_for_the_mails(void **state)
{
    struct made_text text = { .header = "From: a@example.com\n" };
    unsigned char one[FINGERPRINT_OCTETS];
    unsigned char two[FINGERPRINT_OCTETS];
    g_autoptr(Made) made = made_new(&text);
    (void)state;
    made->report.report_message_id = "<r1@example.net>";
    report_fingerprint(&made->report, one);
    made->report.report_message_id = "<r2@example.net>";
    report_fingerprint(&made->report, two);
    assert_memory_not_equal(one, two, sizeof one);
}

/* The database keeps fingerprints: they must not change from release to release. */
static void
test_fingerprint_is_pinned(void **state)
{
    unsigned char got[FINGERPRINT_OCTETS];
    char hex[2 * FINGERPRINT_OCTETS + 1];
    (void)state;
    fingerprint_of(&cases[0].report, cases[0].date, got);
    for (size_t i = 0; i < sizeof got; i++)
        g_snprintf(hex + 2 * i, 3, "%02x", got[i]);
    assert_string_equal(hex, "58c10a32fe6df180a6908826fdc418e0697a61370f56f1136cc64fa6bc4f0869");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_report_has_same_fingerprint),
        cmocka_unit_test(test_report_id_stands_in_for_the_mails),
        cmocka_unit_test(test_fingerprint_is_pinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
