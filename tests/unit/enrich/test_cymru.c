/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/cymru.h"
#include "enrich/plain_text.h"

/* clang-format off */
static const struct {
    const char *label;
    const char *text;
    const char *want; /* "prefix asns country chosen"; NULL: none */
} origins[] = {
    { "usual", "64496 | 192.0.2.0/24 | DE | ripencc | 2001-02-03", "192.0.2.0/24 [64496] DE 64496" },
    { "v6", "64496 | 2001:db8::/32 | DE | ripencc | 2001-02-03", "2001:db8::/32 [64496] DE 64496" },
    { "several origins", "64498 64496 64497 | 192.0.2.0/24 | DE | ripencc |", "192.0.2.0/24 [64496 64497 64498] DE 64496" },
    { "origin twice", "64496 64496 | 192.0.2.0/24 | DE | ripencc |", "192.0.2.0/24 [64496] DE 64496" },
    { "AS_TRANS beside another", "23456 4200000000 | 192.0.2.0/24 | DE | ripencc |", "192.0.2.0/24 [23456 4200000000] DE 4200000000" },
    { "AS_TRANS alone", "23456 | 192.0.2.0/24 | DE | ripencc |", "192.0.2.0/24 [23456] DE 23456" },
    { "nobody beside another", "0 64496 | 192.0.2.0/24 | DE | ripencc |", "192.0.2.0/24 [64496] DE 64496" },
    { "nobody", "0 | 192.0.2.0/24 | DE | ripencc |", NULL },
    { "largest number", "4294967295 | 192.0.2.0/24 | DE |", "192.0.2.0/24 [4294967295] DE 4294967295" },
    { "no blanks", "64496|192.0.2.0/24|de|ripencc|2001-02-03", "192.0.2.0/24 [64496] DE 64496" },
    { "no country", "64496 | 192.0.2.0/24 |  | ripencc | 2001-02-03", "192.0.2.0/24 [64496]  64496" },
    { "no date", "64496 | 192.0.2.0/24 | DE | ripencc", "192.0.2.0/24 [64496] DE 64496" },
    { "three fields", "64496 | 192.0.2.0/24 | DE", "192.0.2.0/24 [64496] DE 64496" },
    { "country not available", "64496 | 192.0.2.0/24 | NA | ripencc |", "192.0.2.0/24 [64496]  64496" },
    { "Namibia", "64496 | 192.0.2.0/24 | NA | afrinic | 2001-02-03", "192.0.2.0/24 [64496] NA 64496" },
    { "ZZ", "64496 | 192.0.2.0/24 | ZZ | arin |", "192.0.2.0/24 [64496]  64496" },
    { "country of three letters", "64496 | 192.0.2.0/24 | DEU | ripencc |", "192.0.2.0/24 [64496]  64496" },
    { "country of octets", "64496 | 192.0.2.0/24 | \xff\x01 | ripencc |", "192.0.2.0/24 [64496]  64496" },
    { "more fields", "64496 | 192.0.2.0/24 | DE | ripencc | a | b | c", "192.0.2.0/24 [64496] DE 64496" },
    { "host bits", "64496 | 192.0.2.77/24 | DE | ripencc |", "192.0.2.0/24 [64496] DE 64496" },
    { "all of IPv4", "64496 | 0.0.0.0/0 | DE | ripencc |", "0.0.0.0/0 [64496] DE 64496" },
    { "17 origins", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 | 192.0.2.0/24 | DE | a |", "192.0.2.0/24 [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16] DE 1" },
    { "number too large", "4294967296 | 192.0.2.0/24 | DE | ripencc |", NULL },
    { "number not available", "NA | 192.0.2.0/24 | DE | ripencc |", NULL },
    { "no number", " | 192.0.2.0/24 | DE | ripencc |", NULL },
    { "address without a prefix", "64496 | 192.0.2.1 | DE | ripencc |", NULL },
    { "prefix of 33", "64496 | 192.0.2.0/33 | DE | ripencc |", NULL },
    { "prefix not available", "64496 | NA | DE | ripencc |", NULL },
    { "two fields", "64496 | 192.0.2.0/24", NULL },
    { "empty", "", NULL },
    { "bars alone", "||||", NULL },
    { "another text", "v=spf1 -all", NULL },
};

static const struct {
    const char *label;
    const char *text;
    const char *want; /* "asn country [name]"; NULL: none */
} names[] = {
    { "usual", "64496 | DE | ripencc | 2001-02-03 | EXAMPLE-AS Example, DE", "64496 DE [EXAMPLE-AS Example, DE]" },
    { "no date, no country", "64496 |  | ripencc |  | EXAMPLE", "64496  [EXAMPLE]" },
    { "bar in the name", "64496 | DE | ripencc | 2001-02-03 | A | B", "64496 DE [A | B]" },
    { "not available", "64496 | NA | ripencc | | NA", "64496  []" },
    { "dash", "64496 | US | arin | | -", "64496 US []" },
    { "Namibia", "64496 | NA | afrinic | | X", "64496 NA [X]" },
    { "no name", "64496 | US | arin | 2001-02-03 |", "64496 US []" },
    { "octets", "64496 | US | arin | | A\xff\x01\xC2\x85\xE2\x80\x8B" "B", "64496 US [A\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "B]" },
    { "UTF-8", "64496 | BR | lacnic | | Jo\xC3\xA3o", "64496 BR [Jo\xC3\xA3o]" },
    { "four fields", "64496 | US | arin | 2001-02-03", NULL },
    { "no number", "AS64496 | US | arin | 2001-02-03 | X", NULL },
};
/* clang-format on */

static char *
origin_text(const struct cymru_origin *origin)
{
    char asns[CYMRU_ASNS_TEXT_MAX];
    char base[IP_TEXT_MAX];
    return g_strdup_printf("%s/%u [%s] %s %u", ip_text(&origin->prefix.base, base),
                           origin->prefix.prefix, cymru_origin_asns(origin, asns), origin->country,
                           cymru_origin_asn(origin));
}

static void
test_origins(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(origins); i++) {
        struct cymru_origin origin;
        bool read = cymru_origin_parse(span_of(origins[i].text), &origin);
        g_autofree char *got = read ? origin_text(&origin) : NULL;
        if (g_strcmp0(got, origins[i].want) != 0)
            fail_msg("%s: %s", origins[i].label, got != NULL ? got : "none");
    }
}

/* clang-format off */
static const struct {
    const char *label;
    const char *records[4];
    const char *want; /* for 192.0.2.1 */
} bests[] = {
    { "longest", { "1 | 192.0.2.0/23 | DE | a |", "2 | 192.0.2.0/24 | FR | a |", "3 | 192.0.0.0/16 | US | a |" }, "192.0.2.0/24 [2] FR 2" },
    { "longest last", { "3 | 192.0.0.0/16 | US | a |", "2 | 192.0.2.0/24 | FR | a |" }, "192.0.2.0/24 [2] FR 2" },
    { "equal ones together", { "5 | 192.0.2.0/24 |  | a |", "2 5 | 192.0.2.0/24 | FR | a |" }, "192.0.2.0/24 [2 5] FR 2" },
    { "another network is left out", { "1 | 198.51.100.0/24 | DE | a |", "2 | 192.0.0.0/16 | FR | a |" }, "192.0.0.0/16 [2] FR 2" },
    { "another family is left out", { "1 | ::/0 | DE | a |" }, NULL },
    { "nonsense beside", { "x", "2 | 192.0.0.0/16 | FR | a |" }, "192.0.0.0/16 [2] FR 2" },
    { "nonsense alone", { "x", "y" }, NULL },
    { "nothing", { NULL }, NULL },
};
/* clang-format on */

static void
test_bests(void **state)
{
    struct ip ip = { { 192, 0, 2, 1 }, 4 };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(bests); i++) {
        struct answer_record records[4] = { 0 };
        struct answer answer = { ANSWER_FOUND, 300, records, 0, NULL };
        struct cymru_origin origin;
        g_autofree char *got = NULL;
        for (const char *const *text = bests[i].records; *text != NULL; text++)
            records[answer.count++].text = span_of(*text);
        if (cymru_origin_best(&answer, &ip, &origin))
            got = origin_text(&origin);
        if (g_strcmp0(got, bests[i].want) != 0)
            fail_msg("%s: %s", bests[i].label, got != NULL ? got : "none");
    }
}

static void
test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct cymru_name name;
        g_autofree char *got = NULL;
        if (cymru_name_parse(span_of(names[i].text), &name)) {
            g_autoptr(GString) text = g_string_new(NULL);
            plain_text_append(text, name.name, 255);
            got = g_strdup_printf("%u %s [%s]", name.asn, name.country, text->str);
        }
        if (g_strcmp0(got, names[i].want) != 0)
            fail_msg("%s: %s", names[i].label, got != NULL ? got : "none");
    }
}

static void
test_plain_text_is_cut(void **state)
{
    g_autoptr(GString) text = g_string_new("x");
    (void)state;
    plain_text_append(text, span_of(" ab\tcd "), 4);
    assert_string_equal(text->str, "xab c");
    g_string_truncate(text, 0);
    plain_text_append(text, span_of("\xC3\xA3\xC3\xA3\xC3\xA3"), 2);
    assert_string_equal(text->str, "\xC3\xA3\xC3\xA3");
    g_string_truncate(text, 0);
    plain_text_append(text, (struct span){ "a\0b", 3 }, 9);
    assert_string_equal(text->str, "a\xEF\xBF\xBD"
                                   "b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_bests),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_plain_text_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
