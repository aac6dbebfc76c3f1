/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/limits.h"
#include "report/mime_guard.h"

static GString *
repeated(const char *head, const char *piece, size_t octets, const char *tail)
{
    GString *text = g_string_new(head);
    while (text->len < octets)
        g_string_append(text, piece);
    return g_string_append(text, tail);
}

/* clang-format off */
static const struct {
    const char *label, *head, *piece, *tail;
    size_t octets; /* of head and pieces */
    bool cut;
    size_t left_max; /* octets of the result, when cut */
} cases[] = {
    { "small, whatever it holds", "Subject: ", "=?x?q?a", "\n\nbody", GUARD_SMALL_OCTETS - 100, false, 0 },
    { "subject", "Subject: ", "=?x?q?a", "\nFrom: a\n\nbody\n", 100000, true, 8300 },
    { "subject, folded", "Subject: ", "=?x?q?a\n ", "\nFrom: a\n\nbody\n", 100000, true, 8300 },
    { "subject of a mail inside", "From: a\n\n--x\n\nSubject: ", "=?x?q?a", "\n\nbody\n", 100000, true, 8300 },
    { "content type", "Content-Type: text/plain", ";\n a=b", "\n\nbody\n", 100000, true, 16500 },
    { "addresses of a large meeting", "To: ", "a@example.com,\n ", "\n\nbody\n", 60000, false, 0 },
    { "addresses without end", "To: ", "a@example.com, ", "\n\nbody\n", 200000, true, 66000 },
    { "field lines without end", "", "X-Field: y\n", "\n\nbody\n", 1000000, true, LIMIT_HEADER_OCTETS + 1000 },
    { "a large text", "Subject: x\n\n", "one more line of text\n", "", 1000000, false, 0 },
    { "a large attachment", "Subject: x\n\n", "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "", 3000000, false, 0 },
    { "boundaries without end", "Subject: x\n\n", "--x\n\na\n", "", 1000000, true, 80000 },
    { "as many dashes as a real mail", "Subject: x\n\n", "--x\n\na\n", "", 60000, false, 0 },
};
/* clang-format on */

static void
test_guard(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) message =
            repeated(cases[i].head, cases[i].piece, cases[i].octets, cases[i].tail);
        g_autoptr(GBytes) guarded = mime_guard((struct span){ message->str, message->len });
        struct span left = { message->str, message->len };
        if ((guarded != NULL) != cases[i].cut)
            fail_msg("%s: cut %d", cases[i].label, guarded != NULL);
        if (guarded == NULL)
            continue;
        left = span_of_bytes(guarded);
        if (left.len > cases[i].left_max || left.len >= message->len)
            fail_msg("%s: %zu octets left", cases[i].label, left.len);
    }
}

/* What stands behind a field that was cut is still there. */
static void
test_rest_is_kept(void **state)
{
    g_autoptr(GString) message =
        repeated("From: a\nSubject: ", "xyz ", 50000, "\nDate: d\n\nthe body\n");
    g_autoptr(GBytes) guarded = mime_guard((struct span){ message->str, message->len });
    struct span left = span_of_bytes(guarded);
    (void)state;
    assert_true(span_starts_nocase(left, "From: a\nSubject: xyz xyz "));
    assert_true(span_equals(span_from(left, left.len - 19), "\nDate: d\n\nthe body\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_rest_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
