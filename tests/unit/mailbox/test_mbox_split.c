/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "mailbox/mbox_split.h"

#define F "From a@example.com Fri Feb 13 02:48:13 2015\n"
#define LIMIT 100000

/* clang-format off */
static const struct {
    const char *label;
    enum mbox_form form;
    const char *octets, *want; /* messages joined by "|" */
} cases[] = {
    { "one",                        MBOX_FORM_MBOX, F "A: b\n\nx\n\n",               "A: b\n\nx\n" },
    { "two",                        MBOX_FORM_MBOX, F "A: b\n\nx\n\n" F "C: d\n\ny\n\n",
      "A: b\n\nx\n|C: d\n\ny\n" },
    { "no empty line at the end",   MBOX_FORM_MBOX, F "A: b\n\nx\n",                 "A: b\n\nx\n" },
    { "no line end at the end",     MBOX_FORM_MBOX, F "A: b\n\nx",                   "A: b\n\nx" },
    { "only one empty line goes",   MBOX_FORM_MBOX, F "A: b\n\nx\n\n\n" F "C: d\n\n", "A: b\n\nx\n\n|C: d\n" },
    { "CRLF",                       MBOX_FORM_MBOX,
      "From a Fri Feb 13 02:48:13 2015\r\nA: b\r\n\r\nx\r\n\r\nFrom a Fri Feb 13 02:48:13 2015\r\nC: d\r\n",
      "A: b\r\n\r\nx\r\n|C: d\r\n" },
    { "no empty line before From_", MBOX_FORM_MBOX, F "A: b\n\nx\n" F "C: d\n",      "A: b\n\nx\n" F "C: d\n" },
    { "unquoted From in the text",  MBOX_FORM_MBOX, F "A: b\n\nx\n\nFrom now on\ny\n", "A: b\n\nx\n\nFrom now on\ny\n" },
    { "mboxo",                      MBOX_FORM_MBOX, F "A: b\n\n>From x\n",           "A: b\n\nFrom x\n" },
    { "mboxrd",                     MBOX_FORM_MBOX, F "A: b\n\n>>From x\n> From y\n>From: z\n",
      "A: b\n\n>From x\n> From y\n>From: z\n" },
    { "Content-Length is a claim",  MBOX_FORM_MBOX, F "Content-Length: 500\n\nx\n\n" F "C: d\n",
      "Content-Length: 500\n\nx\n|C: d\n" },
    { ">From_ after From_",         MBOX_FORM_MBOX, F ">From b Fri Feb 13 02:48:13 2015 remote from h\nA: b\n", "A: b\n" },
    { "From_ after From_",          MBOX_FORM_MBOX, F F "A: b\n",                    "A: b\n" },
    { "empty lines first",          MBOX_FORM_MBOX, "\n\r\n" F "A: b\n",             "A: b\n" },
    { "text before the first",      MBOX_FORM_MBOX, "lost?\n\n" F "A: b\n",          "lost?\n|A: b\n" },
    { "odd first From_ line",       MBOX_FORM_MBOX, "From () 2020-03-03\nA: b\n\n" F "C: d\n", "A: b\n|C: d\n" },
    { "empty",                      MBOX_FORM_MBOX, "",                              "" },
    { "empty lines only",           MBOX_FORM_MBOX, "\n\n\n",                        "" },
    { "a From_ line only",          MBOX_FORM_MBOX, F,                               "<empty>" },
    { "a message of nothing",       MBOX_FORM_MBOX, F "\n" F "A: b\n",               "<empty>|A: b\n" },
    { "auto: a message",            MBOX_FORM_AUTO, "A: b\n\n>From x\n\n" F "\n\n",  "A: b\n\n>From x\n\n" F "\n\n" },
    { "auto: begins with >From_",   MBOX_FORM_AUTO, ">From b\nA: b\n\n>From x\n\n" F, "A: b\n\n>From x\n\n" F },
    { "auto: begins with a field",  MBOX_FORM_AUTO, "From: b\n\nx\n\n" F "y\n",      "From: b\n\nx\n\n" F "y\n" },
    { "auto: begins with From_",    MBOX_FORM_AUTO, F "A: b\n\n>From x\n\n" F "C: d\n", "A: b\n\nFrom x\n|C: d\n" },
    { "auto: empty line first",     MBOX_FORM_AUTO, "\n" F "A: b\n",                 "\n" F "A: b\n" },
    { "auto: empty",                MBOX_FORM_AUTO, "",                              "" },
};
/* clang-format on */

/* Gives the octets in pieces of `step`, then fails if told so. */
struct stream {
    struct span left;
    size_t step;
    bool breaks;
};

static ptrdiff_t
stream_read(void *source, char *out, size_t max, GError **error)
{
    struct stream *stream = source;
    size_t len = MIN(MIN(stream->left.len, stream->step), max);
    if (len == 0 && stream->breaks) {
        g_set_error(error, FAULT, FAULT_RETRY, "the line broke");
        return -1;
    }
    if (len > 0)
        memcpy(out, stream->left.octets, len);
    stream->left = span_from(stream->left, len);
    return (ptrdiff_t)len;
}

static char *
joined(struct span octets, enum mbox_form form, size_t step)
{
    struct stream stream = { octets, step, false };
    g_autoptr(MboxSplit) split = mbox_split_new(stream_read, &stream, form, LIMIT);
    GString *out = g_string_new(NULL);
    struct mbox_piece piece;
    g_autoptr(GError) error = NULL;
    for (uint64_t number = 1; mbox_split_next(split, &piece, &error); number++) {
        struct span message = span_of_bytes(piece.octets);
        assert_int_equal(piece.number, number);
        assert_int_equal(piece.size, message.len);
        g_string_append(out, number > 1 ? "|" : "");
        g_string_append_len(out, message.len > 0 ? message.octets : "<empty>",
                            message.len > 0 ? (gssize)message.len : 7);
        g_bytes_unref(piece.octets);
    }
    assert_null(error);
    assert_false(mbox_split_next(split, &piece, &error));
    return g_string_free(out, FALSE);
}

static void
test_messages_whatever_the_pieces(void **state)
{
    const size_t steps[] = { 1, 2, 7, LIMIT };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (size_t j = 0; j < G_N_ELEMENTS(steps); j++) {
            g_autofree char *got = joined(span_of(cases[i].octets), cases[i].form, steps[j]);
            if (!g_str_equal(got, cases[i].want))
                fail_msg("%s, %zu at a time:\n%s", cases[i].label, steps[j], got);
        }
}

static void
test_dates_and_the_last_one(void **state)
{
    struct stream stream = { span_of("x\n\n" F "A: b\n\n" F "C: d\n"), 5, false };
    g_autoptr(MboxSplit) split = mbox_split_new(stream_read, &stream, MBOX_FORM_MBOX, LIMIT);
    const int64_t dates[] = { CLOCK_UNKNOWN, 1423795693, 1423795693 };
    struct mbox_piece piece;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        assert_true(mbox_split_next(split, &piece, NULL));
        assert_true(piece.date == dates[i]);
        assert_int_equal(piece.last, i + 1 == G_N_ELEMENTS(dates));
        g_bytes_unref(piece.octets);
    }
}

static void
test_a_message_over_the_limit_is_passed_over(void **state)
{
    const struct {
        const char *label;
        size_t octets; /* of the first message, all in one line of its own */
        bool kept;
    } sizes[] = {
        { "at the limit", LIMIT, true },   { "one more", LIMIT + 1, false },
        { "two more", LIMIT + 2, false },  { "three more", LIMIT + 3, false },
        { "many more", LIMIT * 7, false },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *line = g_strnfill(sizes[i].octets - 1, 'x');
        g_autofree char *mbox = g_strconcat(F, line, "\n\n", F, "C: d\n", NULL);
        struct stream stream = { span_of(mbox), 4096, false };
        g_autoptr(MboxSplit) split = mbox_split_new(stream_read, &stream, MBOX_FORM_MBOX, LIMIT);
        struct mbox_piece piece;
        assert_true(mbox_split_next(split, &piece, NULL));
        if ((piece.octets != NULL) != sizes[i].kept || piece.size != sizes[i].octets)
            fail_msg("%s: %s, size %llu", sizes[i].label,
                     piece.octets != NULL ? "kept" : "not kept", (unsigned long long)piece.size);
        g_clear_pointer(&piece.octets, g_bytes_unref);
        assert_true(mbox_split_next(split, &piece, NULL));
        assert_memory_equal(g_bytes_get_data(piece.octets, NULL), "C: d\n", 5);
        g_bytes_unref(piece.octets);
    }
}

static void
test_a_line_longer_than_the_window(void **state)
{
    /* "From " may stand at any place in it, also where the window begins anew. */
    GString *mbox = g_string_new(F "A: b\n\n\n");
    g_autofree char *got = NULL;
    size_t head = strlen(F);
    (void)state;
    while (mbox->len < 80000)
        g_string_append(mbox, F "x");
    g_string_truncate(mbox, mbox->len - 1); /* ends in a From_ line that follows no empty one */
    for (size_t i = head + 7; i < mbox->len; i++)
        if (mbox->str[i] == '\n')
            mbox->str[i] = '\r';
    got = joined((struct span){ mbox->str, mbox->len }, MBOX_FORM_MBOX, 65536);
    assert_int_equal(strlen(got), mbox->len - head);
    assert_string_equal(got, mbox->str + head);
    g_string_free(mbox, TRUE);
}

static void
test_a_stream_that_breaks(void **state)
{
    struct stream stream = { span_of(F "A: b\n\n" F "C: d\n"), 4, true };
    g_autoptr(MboxSplit) split = mbox_split_new(stream_read, &stream, MBOX_FORM_MBOX, LIMIT);
    struct mbox_piece piece;
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_true(mbox_split_next(split, &piece, &error));
    g_bytes_unref(piece.octets);
    assert_false(mbox_split_next(split, &piece, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_RETRY));
    assert_false(mbox_split_next(split, &piece, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_whatever_the_pieces),
        cmocka_unit_test(test_dates_and_the_last_one),
        cmocka_unit_test(test_a_message_over_the_limit_is_passed_over),
        cmocka_unit_test(test_a_line_longer_than_the_window),
        cmocka_unit_test(test_a_stream_that_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
