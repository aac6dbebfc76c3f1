/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <glib/gstdio.h>

#include "base/fault.h"
#include "packed.h"
#include "study/line_reader.h"
#include "study/octet_stream.h"

/* clang-format off */
static const struct { const char *form; packer *pack; } packers[] = {
    { "gzip", pack_gzip }, { "zstd", pack_zstd }, { "xz", pack_xz },
};
/* clang-format on */

static char *
numbered_lines(unsigned count)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(text, "line %u of a text that repeats itself\n", i);
    return g_string_free(text, FALSE);
}

/* All octets, read in pieces of that size. */
static GString *
drained(struct octet_stream *stream, size_t piece)
{
    g_autofree char *room = g_malloc(piece);
    GString *out = g_string_new(NULL);
    size_t got;
    while ((got = octet_stream_read(stream, room, piece)) > 0)
        g_string_append_len(out, room, (gssize)got);
    return out;
}

static struct span
span_of_array(const GByteArray *array)
{
    return (struct span){ (const char *)array->data, array->len };
}

static void
test_packed(void **state)
{
    g_autofree char *text = numbered_lines(20000);
    static const size_t pieces[] = { 1000, 65536, 1024 * 1024 };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        packers[i].pack(span_of(text), packed);
        for (size_t k = 0; k < G_N_ELEMENTS(pieces); k++) {
            g_autoptr(OctetStream) stream = octet_stream_of(span_of_array(packed));
            g_autoptr(GString) got = drained(stream, pieces[k]);
            assert_string_equal(octet_stream_form(stream), packers[i].form);
            assert_string_equal(got->str, text);
            assert_null(octet_stream_damage(stream));
            assert_int_equal(octet_stream_done(stream), packed->len);
        }
    }
}

static void
test_members_follow_each_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        g_autoptr(OctetStream) stream = NULL;
        g_autoptr(GString) got = NULL;
        packers[i].pack(span_of("one\n"), packed);
        packers[i].pack(span_of("two\n"), packed);
        packers[i].pack(span_of(""), packed);
        packers[i].pack(span_of("three\n"), packed);
        stream = octet_stream_of(span_of_array(packed));
        got = drained(stream, 100);
        assert_string_equal(got->str, "one\ntwo\nthree\n");
        assert_null(octet_stream_damage(stream));
    }
}

static void
test_line_feed_between_frames(void **state)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();
    g_autoptr(OctetStream) stream = NULL;
    g_autoptr(GString) got = NULL;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        pack_zstd(span_of("{}"), packed);
        g_byte_array_append(packed, (const guint8 *)"\n", 1);
    }
    stream = octet_stream_of(span_of_array(packed));
    got = drained(stream, 100);
    assert_string_equal(got->str, "{}\n{}\n{}\n");
    assert_null(octet_stream_damage(stream));
}

/* A frame of 8,196 octets, says its header, with an empty block alone. */
static void
test_frame_that_holds_less(void **state)
{
    static const char octets[] = "\x28\xb5\x2f\xfd\x60\x04\x1f\x01\x00\x00";
    static const size_t pieces[] = { 113, 65536 };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(OctetStream) stream = octet_stream_of((struct span){ octets, sizeof octets - 1 });
        g_autoptr(GString) got = drained(stream, pieces[i]);
        assert_int_equal(got->len, 0);
        assert_non_null(octet_stream_damage(stream));
    }
}

/* Cut at any octet: what comes is the front of the text, and the loss is told. */
static void
test_cut(void **state)
{
    g_autofree char *text = numbered_lines(3000);
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        packers[i].pack(span_of(text), packed);
        for (size_t len = 8; len < packed->len; len += 97) {
            g_autoptr(OctetStream) stream = octet_stream_of(span_head(span_of_array(packed), len));
            g_autoptr(GString) got = drained(stream, 5000);
            assert_true(strncmp(text, got->str, got->len) == 0);
            assert_non_null(octet_stream_damage(stream));
        }
    }
}

static void
test_damaged(void **state)
{
    g_autofree char *text = numbered_lines(3000);
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        g_autoptr(OctetStream) stream = NULL;
        g_autoptr(GString) got = NULL;
        packers[i].pack(span_of(text), packed);
        memset(packed->data + packed->len / 2, 0x5a, 20);
        stream = octet_stream_of(span_of_array(packed));
        got = drained(stream, 5000);
        assert_non_null(octet_stream_damage(stream));
    }
}

static void
test_something_behind_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packers); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        g_autoptr(OctetStream) stream = NULL;
        g_autoptr(GString) got = NULL;
        packers[i].pack(span_of("text\n"), packed);
        g_byte_array_append(packed, (const guint8 *)"garbage!", 8);
        stream = octet_stream_of(span_of_array(packed));
        got = drained(stream, 100);
        assert_string_equal(got->str, "text\n");
        assert_non_null(octet_stream_damage(stream));
    }
}

static void
test_plain_and_empty(void **state)
{
    static const char *const texts[] = { "", "a", "\x1f", "plain\n\n" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(OctetStream) stream = octet_stream_of(span_of(texts[i]));
        g_autoptr(GString) got = drained(stream, 100);
        assert_string_equal(got->str, texts[i]);
        assert_string_equal(octet_stream_form(stream), "plain");
        assert_null(octet_stream_damage(stream));
    }
}

static void
test_file(void **state)
{
    g_autofree char *text = numbered_lines(60000); /* more than what is read at once */
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(OctetStream) stream = NULL;
    g_autoptr(GString) got = NULL;
    int fd = g_file_open_tmp("streamXXXXXX", &path, NULL);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    stream = octet_stream_open(path, &error);
    assert_non_null(stream);
    got = drained(stream, 1024 * 1024);
    assert_string_equal(got->str, text);
    assert_int_equal(octet_stream_size(stream), strlen(text));
    assert_int_equal(octet_stream_done(stream), strlen(text));
    g_unlink(path);
    assert_null(octet_stream_open(path, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    g_clear_error(&error);
    assert_null(octet_stream_open("/", &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
}

/* ---- lines ---- */

static char *
lines_of(const char *text, size_t max, uint64_t *overlong)
{
    g_autoptr(LineReader) reader = line_reader_new(octet_stream_of(span_of(text)), max);
    GString *out = g_string_new(NULL);
    struct span line;
    while (line_reader_next(reader, &line))
        g_string_append_printf(out, "%u<%.*s>", (unsigned)line_reader_number(reader), (int)line.len,
                               line.octets);
    *overlong = line_reader_overlong(reader);
    return g_string_free(out, FALSE);
}

static void
test_lines(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *text, *want; unsigned overlong; } cases[] = {
        { "LF",              "a\nbc\n",          "1<a>2<bc>",       0 },
        { "CRLF",            "a\r\nbc\r\n",      "1<a>2<bc>",       0 },
        { "no end",          "a\nbc",            "1<a>2<bc>",       0 },
        { "empty lines",     "\n\r\na\n",        "1<>2<>3<a>",      0 },
        { "nothing",         "",                 "",                0 },
        { "too long",        "a\n123456789\nb\n", "1<a>3<b>",       1 },
        { "just fits",       "12345678\nb",      "1<12345678>2<b>", 0 },
        { "too long, last",  "a\n123456789",     "1<a>",            1 },
        { "too long, twice", "123456789\n123456789\nb", "3<b>",     2 },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t overlong;
        g_autofree char *got = lines_of(cases[i].text, 8, &overlong);
        if (strcmp(got, cases[i].want) != 0 || overlong != cases[i].overlong)
            fail_msg("%s: \"%s\", %u too long", cases[i].label, got, (unsigned)overlong);
    }
}

/* Lines that lie across the edges of the room. */
static void
test_many_lines(void **state)
{
    g_autofree char *text = numbered_lines(100000);
    g_autoptr(LineReader) reader = line_reader_new(octet_stream_of(span_of(text)), 4096);
    struct span line;
    unsigned count = 0;
    (void)state;
    for (; line_reader_next(reader, &line); count++) {
        char want[64];
        g_snprintf(want, sizeof want, "line %u of a text that repeats itself", count);
        assert_true(span_equals(line, want));
    }
    assert_int_equal(count, 100000);
}

static void
test_take(void **state)
{
    g_autoptr(LineReader) reader =
        line_reader_new(octet_stream_of(span_of("$3\na\nb\nnext\n")), 64);
    struct span line;
    (void)state;
    assert_true(line_reader_next(reader, &line) && span_equals(line, "$3"));
    assert_true(line_reader_take(reader, 3, &line) && span_equals(line, "a\nb"));
    assert_true(line_reader_next(reader, &line) && span_equals(line, ""));
    assert_true(line_reader_next(reader, &line) && span_equals(line, "next"));
    assert_false(line_reader_take(reader, 1, &line));
    assert_false(line_reader_take(reader, 65, &line));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_members_follow_each_other),
        cmocka_unit_test(test_line_feed_between_frames),
        cmocka_unit_test(test_frame_that_holds_less),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_something_behind_the_end),
        cmocka_unit_test(test_plain_and_empty),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
