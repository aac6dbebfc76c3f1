/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "enrich/network_file.h"

/* clang-format off */
static const struct {
    const char *label;
    const char *text;
    const char *want; /* of 192.0.2.1: "prefix-bits asn country name abuse"; "none"; or "!" and a part of the error */
} reads[] = {
    { "all columns", "prefix,asn,name,country,abuse\n192.0.2.0/24,64496,A,DE,a@example.net\n", "24 64496 DE [A] [a@example.net]" },
    { "any order, any case", "Abuse,COUNTRY,prefix\na@example.net,de,192.0.2.0/24\n", "24 0 DE [] [a@example.net]" },
    { "the prefix alone", "prefix\n192.0.2.0/24\n", "24 0  [] []" },
    { "no line end", "prefix,asn\n192.0.2.0/24,1", "24 1  [] []" },
    { "CRLF", "prefix,asn\r\n192.0.2.0/24,1\r\n", "24 1  [] []" },
    { "byte order mark", "\xEF\xBB\xBFprefix,asn\n192.0.2.0/24,1\n", "24 1  [] []" },
    { "AS before the number", "prefix,asn\n192.0.2.0/24,AS64496\n", "24 64496  [] []" },
    { "largest number", "prefix,asn\n192.0.2.0/24,4294967295\n", "24 4294967295  [] []" },
    { "blanks around", "prefix , asn\n 192.0.2.0/24 , 1 \n", "24 1  [] []" },
    { "empty lines before the header", "\n\r\nprefix,asn\n192.0.2.0/24,1\n", "24 1  [] []" },
    { "comment before the header", "# mine\nprefix,asn\n#no\n\n192.0.2.0/24,1\n\n# end\n", "24 1  [] []" },
    { "quoted comma", "prefix,name,abuse\n192.0.2.0/24,\"A, Inc\",\"a@example.net,b@example.net\"\n", "24 0  [A, Inc] [a@example.net,b@example.net]" },
    { "doubled quotes, twice", "prefix,name,abuse\n192.0.2.0/24,\"\"\"A\"\" B\",\"\"\"c\"\"\"\n", "24 0  [\"A\" B] [\"c\"]" },
    { "line end in quotes", "prefix,name\n192.0.2.0/24,\"A\nB\"\n192.0.2.0/25,x\n", "25 0  [x] []" },
    { "control characters", "prefix,name\n192.0.2.0/24,A\x1b[31m\xff\n", "24 0  [A\xEF\xBF\xBD[31m\xEF\xBF\xBD] []" },
    { "marks of direction", "prefix,name\n192.0.2.0/24,A\xE2\x80\xAE\n", "24 0  [A\xEF\xBF\xBD] []" },
    { "longest wins", "prefix,asn\n192.0.2.0/25,2\n192.0.0.0/16,1\n", "25 2  [] []" },
    { "last of equals wins", "prefix,asn\n192.0.2.0/24,1\n192.0.2.77/24,2\n", "24 2  [] []" },
    { "ZZ says nothing", "prefix,country\n192.0.2.0/24,ZZ\n", "24 0  [] []" },
    { "short row", "prefix,asn,name\n192.0.2.0/24\n", "24 0  [] []" },
    { "another network", "prefix\n198.51.100.0/24\n", "none" },
    { "v6 only", "prefix\n2001:db8::/32\n", "none" },
    { "header alone", "prefix,asn\n", "none" },
    { "empty file", "", "!line 1: the file is empty" },
    { "no prefix column", "asn,name\n1,x\n", "!line 1: the header line has no column \"prefix\"" },
    { "no header", "192.0.2.0/24,1\n", "!line 1: unknown column \"192.0.2.0/24\"" },
    { "column twice", "prefix,asn,ASN\n", "!column \"ASN\" stands there twice" },
    { "unknown column", "prefix,contry\n", "!unknown column \"contry\"" },
    { "bad prefix", "prefix\n192.0.2.0/24\n192.0.2.0/33\n", "!line 3: \"192.0.2.0/33\" is no prefix" },
    { "bad number", "prefix,asn\n192.0.2.0/24,4294967296\n", "!line 2: \"4294967296\" is no asn" },
    { "bad country", "prefix,country\n192.0.2.0/24,DEU\n", "!line 2: \"DEU\" is no country" },
    { "row too long", "prefix,name\n192.0.2.0/24,A, Inc\n", "!line 2: more fields than columns" },
    { "quote not closed", "prefix,name\n192.0.2.0/24,\"A\n\n\n", "!line 2: a quote is not closed" },
    { "quote inside", "prefix,name\n192.0.2.0/24,A \"B\"\n", "!line 2: a quote inside" },
    { "text behind a quote", "prefix,name\n192.0.2.0/24,\"A\" B\n", "!line 2: text after a closing quote" },
    { "lines counted through quotes", "prefix,name\n192.0.2.0/24,\"A\nB\n\"\nx,\n", "!line 5: \"x\" is no prefix" },
    { "octets shown are masked", "prefix\n\x1b[2J\n", "!line 2: \"\\x1B[2J\" is no prefix" },
};
/* clang-format on */

static char *
shown(const struct network_file *file, const char *ip_text_given)
{
    struct ip ip;
    const struct local_network *found;
    assert_true(ip_parse(span_of(ip_text_given), &ip));
    found = network_file_find(file, &ip);
    if (found == NULL)
        return g_strdup("none");
    return g_strdup_printf("%u %u %s [%s] [%s]", found->prefix.prefix, found->asn, found->country,
                           found->name, found->abuse);
}

static void
test_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(NetworkFile) file =
            network_file_parse(span_of(reads[i].text), "networks.csv", &error);
        g_autofree char *got = file != NULL ? shown(file, "192.0.2.1") : NULL;
        if (reads[i].want[0] != '!') {
            if (file == NULL || strcmp(got, reads[i].want) != 0)
                fail_msg("%s: %s", reads[i].label, got != NULL ? got : error->message);
            continue;
        }
        if (file != NULL)
            fail_msg("%s: was read", reads[i].label);
        assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
        if (!g_str_has_prefix(error->message, "networks.csv: line ") ||
            strstr(error->message, reads[i].want + 1) == NULL)
            fail_msg("%s: %s", reads[i].label, error->message);
    }
}

static void
test_limits(void **state)
{
    g_autofree char *name = g_strnfill(400, 'n');
    g_autofree char *abuse = g_strnfill(NETWORK_ABUSE_OCTETS_MAX + 1, 'a');
    g_autofree char *quotes = g_strnfill(20000, '"');
    g_autofree char *commas = g_strnfill(64, ',');
    g_autofree char *long_name = g_strdup_printf("prefix,name\n192.0.2.0/24,%s\n", name);
    g_autofree char *long_abuse = g_strdup_printf("prefix,abuse\n192.0.2.0/24,%s\n", abuse);
    g_autofree char *long_quoted = g_strdup_printf("prefix,name\n192.0.2.0/24,%s\n", quotes);
    g_autofree char *many = g_strdup_printf("prefix,name\n192.0.2.0/24%s\n", commas);
    g_autoptr(GError) error = NULL;
    g_autoptr(NetworkFile) file = network_file_parse(span_of(long_name), "n", NULL);
    struct ip ip = { { 192, 0, 2, 1 }, 4 };
    (void)state;
    assert_non_null(file);
    assert_int_equal(strlen(network_file_find(file, &ip)->name), NETWORK_NAME_CHARS_MAX);
    assert_null(network_file_parse(span_of(long_abuse), "n", &error));
    assert_string_equal(error->message, "n: line 2: abuse has more than 1000 octets");
    g_clear_error(&error);
    assert_null(network_file_parse(span_of(long_quoted), "n", &error));
    assert_string_equal(error->message, "n: line 2: the quoted text is too long");
    g_clear_error(&error);
    assert_null(network_file_parse(span_of(many), "n", &error));
    assert_string_equal(error->message, "n: line 2: too many fields");
}

static void
test_names_of_numbers(void **state)
{
    g_autoptr(NetworkFile) file = network_file_parse(
        span_of("prefix,asn,name\n192.0.2.0/25,1,\n192.0.2.0/24,1,First\n2001:db8::/32,1,Second\n"
                "198.51.100.0/24,2,\n"),
        "n", NULL);
    (void)state;
    assert_string_equal(network_file_find_asn(file, 1)->name, "First");
    assert_null(network_file_find_asn(file, 2));
    assert_null(network_file_find_asn(file, 3));
    assert_int_equal(network_file_count(file), 4);
}

static void
test_opens(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("lafayette-networks-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "networks.csv", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(NetworkFile) file = NULL;
    (void)state;
    assert_null(network_file_open(path, &error));
    assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    assert_non_null(strstr(error->message, path));
    assert_true(g_file_set_contents(path, "prefix\n192.0.2.0/24\n", -1, NULL));
    file = network_file_open(path, NULL);
    assert_non_null(file);
    assert_int_equal(network_file_count(file), 1);
    g_remove(path);
    g_rmdir(folder);
}

static void
test_a_million(void **state)
{
    g_autoptr(GString) text = g_string_new("prefix,asn,name,country,abuse\n");
    g_autoptr(NetworkFile) file = NULL;
    g_autoptr(GError) error = NULL;
    int64_t began;
    (void)state;
    for (unsigned i = 0; i < NETWORK_FILE_ROWS_MAX; i++)
        g_string_append_printf(text, "%u.%u.%u.%u/28,%u,\"NAME-%u, Inc\",DE,abuse@example%u.net\n",
                               i >> 20, (i >> 12) & 255, (i >> 4) & 255, (i << 4) & 255, i / 10,
                               i / 10, i / 10);
    began = clock_monotonic_us();
    file = network_file_parse((struct span){ text->str, text->len }, "n", NULL);
    assert_non_null(file);
    print_message("%d networks in %d ms\n", NETWORK_FILE_ROWS_MAX,
                  (int)((clock_monotonic_us() - began) / 1000));
    assert_int_equal(network_file_count(file), NETWORK_FILE_ROWS_MAX);
    g_string_append(text, "192.0.2.0/24,1,,,\n");
    assert_null(network_file_parse((struct span){ text->str, text->len }, "n", &error));
    assert_string_equal(error->message, "n: line 1000002: more than 1000000 networks");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_names_of_numbers),
        cmocka_unit_test(test_opens),
        cmocka_unit_test(test_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
