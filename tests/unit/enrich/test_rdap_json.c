/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "enrich/rdap_bootstrap.h"
#include "enrich/rdap_json.h"

#define SEEDS "tests/fuzz/corpus/rdap_json/"

static char *own[] = { (char[]){ "own.example" }, NULL };

/* clang-format off */
static const struct {
    const char *label, *file, *ip, *prefix, *list; /* prefix NULL: refused */
} answers[] = {
    { "ARIN: under the registrant and on top", "arin.json", "192.0.2.9", "192.0.2.0/24",
      "abuse@arin-shape.example" },
    { "RIPE: ends that are no prefix, low",  "ripe.json", "192.0.2.65", "192.0.2.64/26",
      "abuse@ripe-shape.example" },
    { "RIPE: ends that are no prefix, high", "ripe.json", "192.0.2.130", "192.0.2.128/26",
      "abuse@ripe-shape.example" },
    { "RIPE: first",                         "ripe.json", "192.0.2.64", "192.0.2.64/26",
      "abuse@ripe-shape.example" },
    { "RIPE: last",                          "ripe.json", "192.0.2.191", "192.0.2.128/26",
      "abuse@ripe-shape.example" },
    { "RIPE: one behind",                    "ripe.json", "192.0.2.192", NULL, NULL },
    { "RIPE: one before",                    "ripe.json", "192.0.2.63", NULL, NULL },
    { "APNIC: two, the preferred first",     "apnic.json", "2001:db8:5::1", "2001:db8::/32",
      "abuse@apnic-shape.example,helpdesk@apnic-shape.example" },
    { "LACNIC: a wide network serves a part", "lacnic.json", "192.2.7.1", "192.2.0.0/16",
      "abuse@lacnic-shape.example" },
    { "registro.br: a card without email",   "registro-br.json", "192.0.2.1", "192.0.2.0/25", "" },
    { "AFRINIC: nobody for abuse",           "afrinic.json", "192.0.2.1", "192.0.2.0/24", "" },
    { "a domain",                            "domain.json", "192.0.2.1", NULL, NULL },
    { "placeholders",                        "redacted.json", "192.0.2.1", "192.0.2.0/24",
      "good@desk.example" },
    { "error",                               "error.json", "192.0.2.1", NULL, NULL },
    { "another network",                     "other-network.json", "192.0.2.1", NULL, NULL },
    { "the other family",                    "arin.json", "2001:db8::1", NULL, NULL },
    { "all of IPv4",                         "everything.json", "192.0.2.1", "192.0.0.0/16",
      "abuse@iana-shape.example" },
    { "8 deep, not 9",                       "deep.json", "192.0.2.1", "192.0.2.0/24",
      "deep8@example.org" },
    { "wrong types everywhere",              "odd.json", "192.0.2.77", "192.0.2.72/29",
      "first@example.org,second@example.org,third@example.org" },
};

static const struct {
    const char *label, *text, *ip, *prefix, *list;
} texts[] = {
    { "empty",       "",                       "192.0.2.1", NULL, NULL },
    { "a list",      "[]",                     "192.0.2.1", NULL, NULL },
    { "cut",         "{\"entities\": [{\"ro",  "192.0.2.1", NULL, NULL },
    { "HTML",        "<html>blocked</html>",   "192.0.2.1", NULL, NULL },
    { "no network named", "{}",                "192.0.2.1", "192.0.2.1/32", "" },
    { "no end",      "{\"startAddress\": \"192.0.2.0\"}", "192.0.2.1", NULL, NULL },
    { "no address",  "{\"startAddress\": \"x\", \"endAddress\": \"y\"}", "192.0.2.1", NULL, NULL },
    { "ends swapped", "{\"startAddress\": \"192.0.2.255\", \"endAddress\": \"192.0.2.0\"}",
      "192.0.2.1", NULL, NULL },
    { "one address", "{\"startAddress\": \"192.0.2.1\", \"endAddress\": \"192.0.2.1\"}",
      "192.0.2.1", "192.0.2.1/32", "" },
    { "the second of two prefixes", "{\"cidr0_cidrs\": [{\"v4prefix\": \"192.0.3.0\", \"length\": 24},"
      "{\"v4prefix\": \"192.0.2.0\", \"length\": 30}]}", "192.0.2.1", "192.0.2.0/30", "" },
    { "our own address", "{\"entities\": [{\"roles\": [\"abuse\"], \"vcardArray\": [\"vcard\", "
      "[[\"email\", {}, \"text\", \"a@mx.own.example\"]]]}]}", "192.0.2.1", "192.0.2.1/32", "" },
    { "no plain text", "{\"entities\": [{\"roles\": [\"abuse\"], \"vcardArray\": [\"vcard\", "
      "[[\"email\", {}, \"text\", \"a@example.org>\\r\\nDATA\"]]]}]}", "192.0.2.1", "192.0.2.1/32", "" },
};
/* clang-format on */

static void
check(const char *label, struct span octets, const char *address, const char *want_prefix,
      const char *want_list)
{
    struct ip ip;
    struct ip_range prefix = { .prefix = 999 };
    char text[IP_TEXT_MAX];
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    assert_true(ip_parse(span_of(address), &ip));
    bool good = rdap_json_read(octets, &ip, own, &prefix, list, &error);
    if (good != (want_prefix != NULL))
        fail_msg("%s: %s", label, good ? "taken" : error->message);
    if (!good) {
        assert_true(g_error_matches(error, FAULT, FAULT_REJECT));
        assert_true(prefix.prefix == 999 && list->len == 0);
        return;
    }
    g_autofree char *got = g_strdup_printf("%s/%u", ip_text(&prefix.base, text), prefix.prefix);
    if (strcmp(got, want_prefix) != 0 || strcmp(list->str, want_list) != 0)
        fail_msg("%s: got %s %s", label, got, list->str);
}

static GBytes *
seed(const char *name)
{
    g_autofree char *path = g_strconcat(SEEDS, name, NULL);
    char *octets = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &octets, &len, NULL))
        fail_msg("%s is not there", path);
    return g_bytes_new_take(octets, len);
}

static void
test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GBytes) octets = seed(answers[i].file);
        check(answers[i].label, span_of_bytes(octets), answers[i].ip, answers[i].prefix,
              answers[i].list);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        check(texts[i].label, span_of(texts[i].text), texts[i].ip, texts[i].prefix, texts[i].list);
}

/* jansson's own parser recurses; it must stop by itself. */
static void
test_deep_json(void **state)
{
    (void)state;
    g_autofree char *octets = g_malloc(RDAP_OCTETS_MAX);
    memset(octets, '[', RDAP_OCTETS_MAX);
    memcpy(octets, "{\"a\":", 5);
    check("deep", (struct span){ octets, RDAP_OCTETS_MAX }, "192.0.2.1", NULL, NULL);
    memset(octets, ' ', RDAP_OCTETS_MAX);
    memcpy(octets + RDAP_OCTETS_MAX - 2, "{}", 2);
    check("1 MB", (struct span){ octets, RDAP_OCTETS_MAX }, "192.0.2.1", "192.0.2.1/32", "");
    g_autofree char *more = g_strconcat(" ", "{}", NULL);
    g_autofree char *large = g_malloc(RDAP_OCTETS_MAX + 1);
    memset(large, ' ', RDAP_OCTETS_MAX + 1);
    memcpy(large, more, 3);
    check("over 1 MB", (struct span){ large, RDAP_OCTETS_MAX + 1 }, "192.0.2.1", NULL, NULL);
}

/* clang-format off */
static const struct { const char *label, *ip, *url; } services[] = {
    { "the longest prefix; a URL that is https", "192.0.2.1",    "https://special.example/rdap/" },
    { "a slash behind",                          "192.0.3.1",    "https://rdap.example/registry/" },
    { "the second key",                          "198.19.0.1",   "https://rdap.example/registry/" },
    { "IPv6",                                    "2001:db8::1",  "https://six.example/" },
    { "http only",                               "198.51.100.1", NULL },
    { "no good URL",                             "203.0.113.1",  NULL },
    { "nobody's",                                "9.9.9.9",      NULL },
};
static const char *const no_bootstraps[] = {
    "", "{}", "[]", "{\"services\": []}", "{\"services\": 7}", "<html>",
};
/* clang-format on */

static void
test_bootstrap(void **state)
{
    (void)state;
    g_autoptr(RdapBootstrap) bootstrap = rdap_bootstrap_new();
    g_autoptr(GBytes) octets = seed("bootstrap.json");
    g_autoptr(GError) error = NULL;
    assert_true(rdap_bootstrap_add(bootstrap, span_of_bytes(octets), &error));
    for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
        struct ip ip;
        assert_true(ip_parse(span_of(services[i].ip), &ip));
        const char *url = rdap_bootstrap_find(bootstrap, &ip);
        if (g_strcmp0(url, services[i].url) != 0)
            fail_msg("%s: got %s", services[i].label, url != NULL ? url : "none");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(no_bootstraps); i++) {
        g_autoptr(GError) problem = NULL;
        assert_false(rdap_bootstrap_add(bootstrap, span_of(no_bootstraps[i]), &problem));
        assert_true(g_error_matches(problem, FAULT, FAULT_REJECT));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_deep_json),
        cmocka_unit_test(test_bootstrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
