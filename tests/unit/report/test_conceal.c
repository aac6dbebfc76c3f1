/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/conceal.h"

/* clang-format off */
/* T is the token of jane.roe@example.com, N that of the name, A that of a@example.org. */
static const struct {
    const char *label;
    unsigned flags;
    const char *text, *want; /* NULL: nothing to conceal */
} cases[] = {
    { "address", 0, "to jane.roe@example.com.", "to T@example.com." },
    { "upper case", 0, "JANE.ROE@EXAMPLE.COM", "T@EXAMPLE.COM" },
    { "twice, touching", 0, "jane.roe@example.comjane.roe@example.com", "T@example.comT@example.com" },
    { "another domain", 0, "jane.roe@example.net", NULL },
    { "behind something", 0, "xjane.roe@example.com", "xT@example.com" },
    { "below the domain", 0, "jane.roe@example.com.au", "T@example.com.au" },
    { "one letter", 0, "a@example.org", "A@example.org" },
    { "a token is left", 0, "redacted-0123456789abcdea@example.org", NULL },
    { "VERP", 0, "bounce-jane.roe=example.com@x", "bounce-T=example.com@x" },
    { "SRS", 0, "SRS0=H=T=example.com=jane.roe@x", "SRS0=H=T=example.com=T@x" },
    { "percent", 0, "jane%2eroe%40example.com", "T%40example.com" },
    { "percent twice", 0, "jane.roe%252540example.com", "T%252540example.com" },
    { "quoted", 0, "jane=2Eroe=40example.com", "T=40example.com" },
    { "soft break", 0, "jane=\r\n.roe@example.com", "T@example.com" },
    { "soft break, blanks behind it", 0, "jane= \t\r\n.roe@example.com jane=\t\n.roe=40example.com", "T@example.com T=40example.com" },
    { "percent in quoted", 0, "jan=\r\ne.roe%40example.com jane.roe=2540example.com jane.roe%=\n2=\n540example.com", "T%40example.com T=2540example.com T%=\n2=\n540example.com" },
    { "percent in quoted that is none", 0, "jane.roe%=\n=\n", NULL },
    { "entity", 0, "jane.roe&#64;example.com jane.roe&commat;example&period;com", "T&#64;example.com T&commat;example&period;com" },
    { "entity without semicolon", 0, "&#x6a;ane.roe&#0064example.com", "T&#0064example.com" },
    { "escape", 0, "jane.roe\\u0040example.com", "T\\u0040example.com" },
    { "fold in a field", CONCEAL_FIELD, "jane.roe@\r\n example.com", "T@\r\n example.com" },
    { "fold in a text", 0, "jane.roe@\r\n example.com", NULL },
    { "local part alone", CONCEAL_WORDS, "Dear jane.roe, jane.roes", "Dear T, jane.roes" },
    { "local part alone, not wanted", 0, "Dear jane.roe,", NULL },
    { "name", CONCEAL_WORDS, "Dear Jane Roe!", "Dear N!" },
    { "part of a name", CONCEAL_WORDS, "Dear Jane!", NULL },
    { "short local part", CONCEAL_WORDS, "a text", NULL },
    { "role", CONCEAL_WORDS, "more info", NULL },
    { "before plus", 0, "kim@example.net kim+tag@example.net", "K@example.net K@example.net" },
    { "A-label", 0, "lee@xn--mnchen-3ya.example lee@m\303\274nchen.example", "L@xn--mnchen-3ya.example L@m\303\274nchen.example" },
    { "empty", 0, "", NULL },
};
/* clang-format on */

static struct conceal *
make(void)
{
    struct conceal *conceal = conceal_new("key");
    assert_true(conceal_add_address(conceal, span_of("Jane.Roe@Example.com")));
    assert_true(conceal_add_address(conceal, span_of("jane.roe@example.com")));
    assert_true(conceal_add_address(conceal, span_of("a@example.org")));
    assert_true(conceal_add_address(conceal, span_of("info@example.org")));
    assert_true(conceal_add_address(conceal, span_of("kim+tag@example.net")));
    assert_true(conceal_add_address(conceal, span_of("lee@m\303\274nchen.example")));
    assert_true(conceal_add_address(conceal, span_of("no address")));
    assert_true(conceal_add_name(conceal, span_of("Jane Roe")));
    assert_true(conceal_add_name(conceal, span_of("192.0.2.1")));
    conceal_close(conceal);
    return conceal;
}

/* The letters of `want` that stand for tokens put in. */
static char *
filled(const struct conceal *conceal, const char *want)
{
    static const char *const secrets[][2] = { { "T", "jane.roe@example.com" },
                                              { "N", "Jane Roe" },
                                              { "A", "a@example.org" },
                                              { "K", "kim+tag@example.net" },
                                              { "L", "lee@m\303\274nchen.example" } };
    GString *out = g_string_new(NULL);
    for (const char *at = want; *at != '\0'; at++) {
        g_autofree char *token = NULL;
        for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++)
            if (*at == secrets[i][0][0] && (at == want || !g_ascii_isupper(at[-1])) &&
                (at[1] == '\0' || strchr("@=%&\\,!", at[1]) != NULL) &&
                !g_str_has_prefix(at, "T=example.com=T@"))
                token = conceal_token(conceal, span_of(secrets[i][1]));
        if (token != NULL)
            g_string_append(out, token);
        else
            g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

static void
test_cases(void **state)
{
    g_autoptr(Conceal) conceal = make();
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) got = conceal_text(conceal, span_of(cases[i].text), cases[i].flags);
        g_autofree char *want = cases[i].want != NULL ? filled(conceal, cases[i].want) : NULL;
        if ((got == NULL) != (want == NULL) || (got != NULL && strcmp(got->str, want) != 0))
            fail_msg("%s: \"%s\"", cases[i].label, got != NULL ? got->str : "nothing");
    }
}

/* Digits decode to the token with what stood beside the secret. */
static void
test_digits(void **state)
{
    static const char *const around[][2] = { { "", "" },   { "x", "" },     { "xy", "" },
                                             { "", "z" },  { "xyz", "zz" }, { "", "zzz" },
                                             { "u=", "&" } };
    g_autoptr(Conceal) conceal = make();
    g_autofree char *token = conceal_token(conceal, span_of("jane.roe@example.com"));
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(around); i++) {
        g_autofree char *plain =
            g_strconcat(around[i][0], "Jane.Roe@example.com", around[i][1], NULL);
        g_autofree char *digits = g_base64_encode((const guchar *)plain, strlen(plain));
        g_autoptr(GString) got = conceal_text(conceal, span_of(digits), 0);
        g_autofree char *front = g_strconcat(around[i][0], token, NULL);
        g_autofree char *behind = g_strconcat("@example.com", around[i][1], NULL);
        gsize len;
        assert_non_null(got);
        g_autofree guchar *octets = g_base64_decode(got->str, &len);
        g_autofree char *back = g_strndup((const char *)octets, len);
        if (!g_str_has_prefix(back, front) || !g_str_has_suffix(back, behind))
            fail_msg("%zu: %s", i, back);
    }
    g_autoptr(GString) hex =
        conceal_text(conceal, span_of("u6A616e652e726f65406578616d706c652e636f6d"), 0);
    assert_non_null(hex);
    assert_true(g_str_has_prefix(hex->str, "u72656461637465642d"));
    assert_true(g_str_has_suffix(hex->str, "406578616d706c652e636f6d"));
}

static void
test_wide(void **state)
{
    static const char text[] = "j\0a\0n\0e\0.\0r\0o\0e\0@\0e\0x\0a\0m\0p\0l\0e\0.\0c\0o\0m";
    g_autoptr(Conceal) conceal = make();
    g_autoptr(GString) got = conceal_text(conceal, (struct span){ text, sizeof text - 1 }, 0);
    (void)state;
    assert_non_null(got);
    assert_true(conceal_ends_in_token((struct span){ got->str, CONCEAL_TOKEN_OCTETS }));
}

static void
test_full(void **state)
{
    g_autoptr(Conceal) conceal = conceal_new("key");
    bool room = true;
    (void)state;
    for (unsigned i = 0; i < CONCEAL_ADDRESSES_MAX; i++) {
        g_autofree char *address = g_strdup_printf("user%u@example.org", i);
        room = conceal_add_address(conceal, span_of(address)) && room;
    }
    assert_true(room);
    assert_true(conceal_add_address(conceal, span_of("user1@example.org")));
    assert_false(conceal_add_address(conceal, span_of("more@example.org")));
}

/* A text that comes close to a needle everywhere costs no more than others. */
static void
test_cost(void **state)
{
    g_autoptr(Conceal) conceal = conceal_new("key");
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *address = g_strnfill(64, 'a');
    g_autofree char *whole = g_strconcat(address, "@aaaaaaaaaaaaaaaaaaaaaaaaaa.example", NULL);
    gint64 began = g_get_monotonic_time();
    (void)state;
    conceal_add_address(conceal, span_of(whole));
    conceal_close(conceal);
    for (int i = 0; i < 1000000; i++)
        g_string_append_c(text, i % 97 == 0 ? '@' : i % 3 == 0 ? '%' : 'a');
    assert_null(conceal_text(conceal, (struct span){ text->str, text->len }, 0));
    assert_true(g_get_monotonic_time() - began < 60 * G_USEC_PER_SEC);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_digits), cmocka_unit_test(test_wide),
        cmocka_unit_test(test_full),  cmocka_unit_test(test_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
