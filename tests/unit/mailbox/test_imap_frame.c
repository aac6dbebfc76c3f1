/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "mailbox/imap_frame.h"

/* clang-format off */
static const struct {
    const char *label;
    const char *octets;
    enum imap_frame_verdict want; /* after all literals */
    size_t len;                   /* of the response, when whole */
} cases[] = {
    { "status line",           "* OK hello\r\n* NO",              IMAP_FRAME_WHOLE, 12 },
    { "tagged line",           "A1 OK done\r\n",                  IMAP_FRAME_WHOLE, 12 },
    { "free text has none",    "* OK text {5}\r\nhello",          IMAP_FRAME_WHOLE, 15 },
    { "tagged text has none",  "A1 NO text {5}\r\nhello",         IMAP_FRAME_WHOLE, 16 },
    { "quote in free text",    "* NO it's 5\" long\r\n",          IMAP_FRAME_WHOLE, 19 },
    { "OKAY is no status",     "* OKAY {2}\r\nab\r\n",            IMAP_FRAME_WHOLE, 16 },
    { "literal",               "* 1 FETCH (BODY[] {3}\r\na\r\n)\r\n", IMAP_FRAME_WHOLE, 29 },
    { "literal+",              "* 1 FETCH (BODY[] {3+}\r\na\r\n)\r\n", IMAP_FRAME_WHOLE, 30 },
    { "empty literal",         "* 1 FETCH (BODY[] {0}\r\n)\r\n",  IMAP_FRAME_WHOLE, 26 },
    { "two literals",          "* X {1}\r\n\" {2}\r\n{9\r\n",     IMAP_FRAME_WHOLE, 20 },
    { "answers in a literal",  "* X {15}\r\nA1 OK\r\n* BYE\r\n \r\n", IMAP_FRAME_WHOLE, 27 },
    { "number in quotes",      "* X \"{3}\"\r\nabc",              IMAP_FRAME_WHOLE, 11 },
    { "escaped quote",         "* X \"a\\\"{3}\"\r\nabc",         IMAP_FRAME_WHOLE, 14 },
    { "no number",             "* X {}\r\n",                      IMAP_FRAME_WHOLE, 8 },
    { "negative number",       "* X {-1}\r\n",                    IMAP_FRAME_WHOLE, 10 },
    { "number amid the line",  "* X {3} y\r\n",                   IMAP_FRAME_WHOLE, 11 },
    { "bare brace",            "3}\r\n",                          IMAP_FRAME_WHOLE, 4 },
    { "open quote",            "* X \"abc\r\n",                   IMAP_FRAME_BAD, 0 },
    { "literal in open quote", "* X \"abc {3}\r\n",               IMAP_FRAME_BAD, 0 },
    { "bare LF",               "* X y\n",                         IMAP_FRAME_BAD, 0 },
    { "bare CR",               "* X\r y\r\n",                     IMAP_FRAME_BAD, 0 },
    { "absurd number",         "* X {9999999999999}\r\n",         IMAP_FRAME_BAD, 0 },
    { "nothing",               "",                                IMAP_FRAME_MORE, 0 },
    { "half a line",           "* OK hel",                        IMAP_FRAME_MORE, 0 },
    { "CR only",               "* OK hello\r",                    IMAP_FRAME_MORE, 0 },
    { "half a literal",        "* X {10}\r\nabc\r\n",             IMAP_FRAME_MORE, 0 },
    { "literal without end",   "* X {3}\r\nabc",                  IMAP_FRAME_MORE, 0 },
};
/* clang-format on */

/* The verdict when `step` more octets come each time. */
static enum imap_frame_verdict
scan(struct span octets, size_t step, struct imap_frame *frame)
{
    enum imap_frame_verdict verdict = IMAP_FRAME_MORE;
    size_t there = 0;
    *frame = (struct imap_frame){ 0 };
    for (;;) {
        verdict = imap_frame_scan(frame, span_head(octets, there));
        if (verdict == IMAP_FRAME_LITERAL)
            continue;
        if (verdict != IMAP_FRAME_MORE || there == octets.len)
            return verdict;
        there = MIN(there + step, octets.len);
    }
}

static void
test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span octets = span_of(cases[i].octets);
        for (size_t step = 1; step <= octets.len + 1; step++) {
            struct imap_frame frame;
            enum imap_frame_verdict verdict = scan(octets, step, &frame);
            if (verdict != cases[i].want ||
                (verdict == IMAP_FRAME_WHOLE && frame.at != cases[i].len))
                fail_msg("%s, %zu octets at a time: verdict %d at %zu", cases[i].label, step,
                         (int)verdict, frame.at);
        }
    }
}

static void
test_endless_line_is_bad_before_it_is_held(void **state)
{
    struct imap_frame frame = { 0 };
    g_autofree char *line = g_malloc(IMAP_TEXT_MAX + 2);
    (void)state;
    memset(line, 'x', IMAP_TEXT_MAX + 2);
    memcpy(line, "* X ", 4);
    assert_int_equal(imap_frame_scan(&frame, (struct span){ line, IMAP_TEXT_MAX }),
                     IMAP_FRAME_MORE);
    assert_int_equal(imap_frame_scan(&frame, (struct span){ line, IMAP_TEXT_MAX + 1 }),
                     IMAP_FRAME_BAD);
}

static void
test_text_between_literals_counts(void **state)
{
    static const char piece[] = "x {1}\r\ny";
    GString *octets = g_string_new("* X ");
    struct imap_frame frame = { 0 };
    enum imap_frame_verdict verdict = IMAP_FRAME_LITERAL;
    (void)state;
    while (octets->len < 2 * IMAP_TEXT_MAX)
        g_string_append(octets, piece);
    while (verdict == IMAP_FRAME_LITERAL)
        verdict = imap_frame_scan(&frame, (struct span){ octets->str, octets->len });
    assert_int_equal(verdict, IMAP_FRAME_BAD);
    g_string_free(octets, TRUE);
}

static void
test_skipped_literal_leaves_an_empty_one(void **state)
{
    struct imap_frame frame = { 0 };
    const char before[] = "* 1 FETCH (BODY[] {999999999}\r\n";
    const char after[] = "* 1 FETCH (BODY[] {0}\r\n UID 3)\r\n";
    (void)state;
    assert_int_equal(imap_frame_scan(&frame, span_of(before)), IMAP_FRAME_LITERAL);
    assert_int_equal(frame.literal, 999999999);
    assert_memory_equal(before + frame.marker, "{9", 2);
    imap_frame_skip(&frame);
    assert_int_equal(imap_frame_scan(&frame, span_of(after)), IMAP_FRAME_WHOLE);
    assert_int_equal(frame.at, strlen(after));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_endless_line_is_bad_before_it_is_held),
        cmocka_unit_test(test_text_between_literals_counts),
        cmocka_unit_test(test_skipped_literal_leaves_an_empty_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
