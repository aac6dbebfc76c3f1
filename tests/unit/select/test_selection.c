/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "select/selection.h"

#define NOW 1768480496 /* 2026-01-15 12:34:56 */

static struct selection *
parse(const char *query, GError **error)
{
    struct selection_pair pairs[SELECTION_PAIRS_MAX + 2];
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(query, "&", -1);
    size_t count = 0;
    for (; parts[count] != NULL && count < G_N_ELEMENTS(pairs); count++) {
        char *equals = strchr(parts[count], '=');
        assert_non_null(equals);
        *equals = '\0';
        char *value = g_uri_unescape_string(equals + 1, NULL);
        g_ptr_array_add(values, value);
        pairs[count] = (struct selection_pair){ parts[count], value };
    }
    return selection_parse(pairs, count, NULL, error);
}

static void
test_back_to_the_canonical_query(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *given, *want; } cases[] = {
        { "nothing", "subject=&days=0", "" },
        { "text", "subject=wire%20transfer", "subject=wire%20transfer" },
        { "what a query string can't hold", "q=a%26b%3dc%25%23%2b", "q=a%26b%3Dc%25%23%2B" },
        { "order of its own", "days=2&url=x&subject=y", "subject=y&url=x&days=2" },
        { "address", "ip=::ffff:192.0.2.7", "ip=192.0.2.7" },
        { "network", "ip=192.0.2.9%2f24", "ip=192.0.2.0%2F24" },
        { "network of IPv6", "ip=2001:DB8::1%2f32", "ip=2001:db8::%2F32" },
        { "ASN as people write it", "asn=AS64512", "asn=64512" },
        { "ASN not known", "asn=0", "asn=0" },
        { "country", "country=de", "country=DE" },
        { "the original's type", "type=reported", "reported=1" },
        { "words", "type=auto-replied&fbtype=abuse&delivery=unknown", "type=auto-replied&fbtype=abuse&delivery=unknown" },
        { "flags", "reported=no&genuine=yes&listed=1&all=1", "reported=0&genuine=1&listed=1&all=1" },
        { "not listed is no filter", "listed=0&all=0", "" },
        { "pattern is a name of campaign", "pattern=17", "campaign=17" },
        { "days ago alone is no window", "daysago=3", "" },
        { "window", "daysago=3&days=2", "days=2&daysago=3" },
        { "hours", "hours=72&type=bounce", "type=bounce&hours=72" },
        { "dates", "since=2026-01-01&until=2026-01-31", "since=2026-01-01T00:00:00Z&until=2026-01-31T23:59:59Z" },
        { "times", "since=2026-01-01T10:00:00%2B01:00", "since=2026-01-01T09:00:00Z" },
        { "order", "sort=subject&order=asc&days=1&limit=7", "days=1&sort=subject&order=asc&limit=7" },
        { "default order", "sort=arrival&order=desc", "" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Selection) selection = parse(cases[i].given, &error);
        g_autofree char *query = selection != NULL ? selection_query(selection, true) : NULL;
        if (g_strcmp0(query, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\" %s", cases[i].label, query, cases[i].want,
                     error != NULL ? error->message : "");
        g_autoptr(Selection) again = *query != '\0' ? parse(query, NULL) : selection_new();
        g_autofree char *twice = again != NULL ? selection_query(again, true) : NULL;
        if (g_strcmp0(twice, query) != 0)
            fail_msg("%s: read again it is \"%s\"", cases[i].label, twice);
    }
}

static void
test_what_is_wrong_is_named(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *given, *want; } cases[] = {
        { "unknown name", "sbject=x", "sbject: there is no such filter" },
        { "unknown name is masked", "a%0Ab=x", "" },
        { "type", "type=spam", "type: one of normal, bounce, auto-replied, not \"spam\"" },
        { "sort", "sort=date&days=1", "sort: one of arrival, subject, ip, asn, country, type, delivery, reported, not \"date\"" },
        { "sort without a window", "sort=subject", "sort: subject only together with hours, days or since; without them arrival" },
        { "days", "days=-1", "days: a number from 0 to 36500, not \"-1\"" },
        { "days as words", "days=1e3", "days: a number from 0 to 36500, not \"1e3\"" },
        { "limit", "limit=1001", "limit: a number from 0 to 1000, not \"1001\"" },
        { "asn", "asn=4294967296", "asn: a number from 0 to 4294967295, not \"4294967296\"" },
        { "ip", "ip=192.0.2.256", "ip: an address, or a network as 192.0.2.0/24, not \"192.0.2.256\"" },
        { "country", "country=DEU", "country: two letters (ISO 3166; ZZ: not known), not \"DEU\"" },
        { "flag", "reported=2", "reported: 1 or 0, not \"2\"" },
        { "row", "campaign=x", "campaign: the number of a row, not \"x\"" },
        { "no row", "urlid=0", "urlid: the number of a row, not \"0\"" },
        { "date", "since=yesterday", "since: a date as 2026-01-31, or a time as 2026-01-31T12:00:00Z, not \"yesterday\"" },
        { "no such day", "until=2026-02-30", "until: a date as 2026-01-31, or a time as 2026-01-31T12:00:00Z, not \"2026-02-30\"" },
        { "hours", "hours=8785", "hours: a number from 0 to 8784, not \"8785\"" },
        { "hours and days", "hours=2&days=1", "hours: not together with days, since and until" },
        { "hours and since", "hours=2&since=2026-01-01", "hours: not together with days, since and until" },
        { "both kinds of window", "days=1&since=2026-01-01", "days: not together with since and until" },
        { "window that ends before it begins", "since=2026-01-02&until=2026-01-01", "until: a time that is not before since" },
        { "no UTF-8", "subject=%FF", "subject: a text in UTF-8 of at most 1000 octets, not \"\\xFF\"" },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Selection) selection = parse(cases[i].given, &error);
        if (selection != NULL || !g_error_matches(error, FAULT, FAULT_REJECT))
            fail_msg("%s: was taken", cases[i].label);
        if (cases[i].want[0] != '\0' && strcmp(error->message, cases[i].want) != 0)
            fail_msg("%s: \"%s\"", cases[i].label, error->message);
    }
}

static void
test_a_window_is_whole_days(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *given; int64_t from, to; } cases[] = {
        { "today and two days before", "days=2", 1768262400, 1768521599 },
        { "the last hours", "hours=24", NOW - 86400, NOW },
        { "ending yesterday", "days=1&daysago=1", 1768262400, 1768435199 },
        { "open at its end", "since=2026-01-15", 1768435200, CLOCK_MAX },
        { "open at its beginning", "until=2026-01-14", CLOCK_MIN, 1768435199 },
    };
    /* clang-format on */
    int64_t from, to;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Selection) selection = parse(cases[i].given, NULL);
        if (!selection_window(selection, NOW, &from, &to) || from != cases[i].from ||
            to != cases[i].to)
            fail_msg("%s: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, cases[i].label, from, to);
    }
    g_autoptr(Selection) none = parse("days=0", NULL);
    assert_false(selection_window(none, NOW, &from, &to));
}

static void
test_a_question_is_known_by_its_form(void **state)
{
    /* clang-format off */
    static const struct { const char *q; enum question want; } cases[] = {
        { "192.0.2.7", QUESTION_IP },        { "2001:db8::/32", QUESTION_IP },
        { "AS64512", QUESTION_ASN },         { "as 64512", QUESTION_ASN },
        { "ASK me", QUESTION_WORDS },        { "a@example.com", QUESTION_ADDRESS },
        { "@example.com", QUESTION_ADDRESS }, { "mail.example.com", QUESTION_HOST },
        { "wire transfer", QUESTION_WORDS }, { "invoice", QUESTION_WORDS },
        { "*.example.com", QUESTION_WORDS }, { "", QUESTION_NONE },
    };
    /* clang-format on */
    struct ip_range range;
    uint32_t asn;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (selection_question(cases[i].q, &range, &asn) != cases[i].want)
            fail_msg("%s", cases[i].q);
}

static void
test_viewers_ask_for_no_person(void **state)
{
    (void)state;
    g_autoptr(Selection) from = parse("type=bounce&from=a@example.com", NULL);
    g_autoptr(Selection) rcpt = parse("rcpt=@example.com", NULL);
    g_autoptr(Selection) q = parse("q=a", NULL);
    g_autoptr(Selection) rest = parse("subject=a&reporter=@b.test&ip=192.0.2.1&domain=x", NULL);
    assert_string_equal(selection_beyond_viewer(from), "from");
    assert_string_equal(selection_beyond_viewer(rcpt), "rcpt");
    assert_string_equal(selection_beyond_viewer(q), "q");
    g_autoptr(Selection) reporter = parse("reporter=a@b.test", NULL);
    g_autoptr(Selection) local = parse("reporter=*a*", NULL);
    g_autoptr(Selection) host = parse("reporter=*@b.test", NULL);
    g_autoptr(Selection) sort = parse("sort=subject&days=2", NULL);
    assert_string_equal(selection_beyond_viewer(reporter), "reporter");
    assert_string_equal(selection_beyond_viewer(local), "reporter");
    assert_null(selection_beyond_viewer(host));
    assert_string_equal(selection_beyond_viewer(sort), "sort=subject");
    assert_true(selection_sortable(sort, SORT_SUBJECT));
    sort->masked = true;
    assert_false(selection_sortable(sort, SORT_SUBJECT));
    assert_true(selection_sortable(sort, SORT_IP));
    assert_null(selection_beyond_viewer(rest));
}

static void
note_chip(void *user, const char *name, const char *value, const char *without)
{
    g_string_append_printf(user, "%s=%s [%s]\n", name, value, without);
}

static void
test_each_chip_takes_one_filter_away(void **state)
{
    (void)state;
    g_autoptr(GString) chips = g_string_new(NULL);
    g_autoptr(Selection) selection = parse("subject=x&type=bounce&days=2&daysago=1&limit=9", NULL);
    selection_chips(selection, note_chip, chips);
    assert_string_equal(chips->str, "subject=x [type=bounce&days=2&daysago=1&limit=9]\n"
                                    "type=bounce [subject=x&days=2&daysago=1&limit=9]\n"
                                    "days=2 [subject=x&type=bounce&limit=9]\n"
                                    "daysago=1 [subject=x&type=bounce&days=2&limit=9]\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_back_to_the_canonical_query),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_a_window_is_whole_days),
        cmocka_unit_test(test_a_question_is_known_by_its_form),
        cmocka_unit_test(test_viewers_ask_for_no_person),
        cmocka_unit_test(test_each_chip_takes_one_filter_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
