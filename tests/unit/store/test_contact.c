/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/clock.h"
#include "server.h"
#include "store/contact.h"

#define NOW 1800000000

static struct ip
address(const char *text)
{
    struct ip ip;
    assert_true(ip_parse(span_of(text), &ip));
    return ip;
}

static struct contact_row
row_of(const char *range, const char *origin, const char *email, int64_t expires)
{
    struct contact_row row = {
        .origin = origin, .email = email, .checked = NOW, .expires = expires
    };
    assert_true(ip_range_parse(span_of(range), &row.prefix));
    return row;
}

/* "192.0.2.0/24 rdap a@x.example +60" of each row that holds the address, or of all. */
struct seen {
    const struct ip *ip;
    GPtrArray *lines;
};

static void
note(void *user, const struct contact_row *row)
{
    struct seen *seen = user;
    char text[IP_TEXT_MAX];
    if (seen->ip != NULL && !ip_in_range(seen->ip, &row->prefix))
        return;
    g_autofree char *expires = row->expires == CLOCK_UNKNOWN
                                   ? g_strdup("-")
                                   : g_strdup_printf("%+d", (int)(row->expires - NOW));
    assert_int_equal(row->checked, NOW);
    g_ptr_array_add(seen->lines,
                    g_strdup_printf("%s/%u %s %s %s", ip_text(&row->prefix.base, text),
                                    row->prefix.prefix, row->origin, row->email, expires));
}

static int
by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
lines_of(struct db *db, const char *text)
{
    g_autoptr(GError) error = NULL;
    struct ip ip = address(text);
    struct seen seen = { &ip, g_ptr_array_new_with_free_func(g_free) };
    must(contact_read(db, &ip, 1, note, &seen, &error), error);
    g_ptr_array_sort(seen.lines, by_text);
    g_ptr_array_add(seen.lines, NULL);
    char *all = g_strjoinv("; ", (char **)seen.lines->pdata);
    g_ptr_array_free(seen.lines, TRUE);
    return all;
}

static void
write_some(struct db *db)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ContactBatch) batch = contact_batch_new();
    const struct contact_row rows[] = {
        row_of("192.0.2.0/24", "rdap", "a@x.example", NOW + 60),
        row_of("192.0.2.0/24", "person", "b@x.example,c@x.example", CLOCK_UNKNOWN),
        row_of("192.0.2.77", "abusix", "", NOW + 60),
        row_of("192.0.2.64/26", "file", "d@x.example", NOW - 60),
        row_of("192.0.0.0/8", "person", "wide@x.example", CLOCK_UNKNOWN),
        row_of("192.0.3.0/24", "rdap", "other@x.example", NOW + 60),
        row_of("195.168.255.0/24", "rdap", "octets@x.example", NOW + 60),
        row_of("2001:db8::/32", "rdap", "six@x.example", NOW + 60),
        row_of("2001:db8:ffff::ff", "abusix", "host@x.example", NOW + 60),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        contact_batch_add(batch, &rows[i]);
    contact_batch_add_asn(batch, 64500, "as@x.example");
    contact_batch_add_asn(batch, 4294967295u, "last@x.example");
    assert_int_equal(contact_batch_count(batch), G_N_ELEMENTS(rows) + 2);
    must(contact_batch_write(batch, db, &error), error);
    assert_int_equal(contact_batch_count(batch), 0);
    must(contact_batch_write(batch, db, &error), error); /* empty: nothing to do */
}

static void
test_rows(void **state)
{
    /* clang-format off */
    static const struct { const char *label, *ip, *want; } cases[] = {
        { "all that hold it", "192.0.2.77",
          "192.0.0.0/8 person wide@x.example -; 192.0.2.0/24 person b@x.example,c@x.example -; "
          "192.0.2.0/24 rdap a@x.example +60; 192.0.2.64/26 file d@x.example -60; "
          "192.0.2.77/32 abusix  +60" },
        { "the first of the network", "192.0.2.0",
          "192.0.0.0/8 person wide@x.example -; 192.0.2.0/24 person b@x.example,c@x.example -; "
          "192.0.2.0/24 rdap a@x.example +60" },
        { "octets that are no text", "195.168.255.254", "195.168.255.0/24 rdap octets@x.example +60" },
        { "IPv6", "2001:db8:ffff::ff",
          "2001:db8::/32 rdap six@x.example +60; 2001:db8:ffff::ff/128 abusix host@x.example +60" },
        { "IPv6, its neighbour", "2001:db8:ffff::fe", "2001:db8::/32 rdap six@x.example +60" },
        { "nobody's", "203.0.113.1", "" },
    };
    /* clang-format on */
    g_autoptr(Db) db = server_database(*state, "arf_contact");
    write_some(db);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = lines_of(db, cases[i].ip);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got);
    }
    write_some(db); /* again: the same rows */
    assert_int_equal(count(db, "SELECT COUNT(*) FROM contact"), 9);
    g_autoptr(GError) error = NULL;
    uint64_t gone = 0;
    must(contact_purge(db, NOW, &gone, &error), error);
    assert_int_equal(gone, 1);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM contact WHERE origin = 'person'"), 2);
}

/* More keys than one question takes, and more rows than a page. */
static void
test_many(void **state)
{
    enum { MANY = 6000 };
    static const char *const origins[] = { "person", "file", "rdap", "abusix" };
    g_autoptr(Db) db = server_database(*state, "arf_contact");
    g_autoptr(GError) error = NULL;
    g_autoptr(ContactBatch) batch = contact_batch_new();
    g_autofree struct ip *ips = g_new0(struct ip, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        struct contact_row row = { .origin = origins[i % 4],
                                   .email = "a@x.example",
                                   .checked = NOW,
                                   .expires = CLOCK_UNKNOWN };
        ips[i] =
            (struct ip){ { 10, (unsigned char)(i / 4 / 250), (unsigned char)(i / 4 % 250), 1 }, 4 };
        row.prefix = (struct ip_range){ ips[i], 32 };
        contact_batch_add(batch, &row);
    }
    must(contact_batch_write(batch, db, &error), error);
    struct seen seen = { NULL, g_ptr_array_new_with_free_func(g_free) };
    must(contact_read(db, ips, MANY, note, &seen, &error), error);
    assert_int_equal(seen.lines->len, MANY);
    g_ptr_array_set_size(seen.lines, 0);
    must(contact_read_all(db, NULL, note, &seen, &error), error);
    assert_int_equal(seen.lines->len, MANY);
    g_ptr_array_set_size(seen.lines, 0);
    must(contact_read_all(db, "rdap", note, &seen, &error), error);
    assert_int_equal(seen.lines->len, MANY / 4);
    g_ptr_array_free(seen.lines, TRUE);
}

static void
note_asn(void *user, uint32_t asn, const char *email)
{
    g_string_append_printf(user, "%u %s;", asn, email);
}

static void
test_asn(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_contact");
    g_autoptr(GError) error = NULL;
    g_autofree char *email = NULL;
    g_autofree char *none = NULL;
    g_autoptr(GString) all = g_string_new(NULL);
    write_some(db);
    must(contact_read_asn(db, 64500, &email, &error), error);
    assert_string_equal(email, "as@x.example");
    must(contact_read_asn(db, 64501, &none, &error), error);
    assert_null(none);
    must(contact_read_asns(db, note_asn, all, &error), error);
    assert_string_equal(all->str, "64500 as@x.example;4294967295 last@x.example;");
    must_run(db, "INSERT INTO network (base, prefix, asn, checked, expires) VALUES "
                 "(INET6_ATON('192.0.0.0'), 16, 64496, NOW(), NOW()), "
                 "(INET6_ATON('192.0.2.0'), 24, 64497, NOW(), NOW()), "
                 "(INET6_ATON('192.0.2.0'), 26, NULL, NOW(), NOW()), "
                 "(INET6_ATON('192.0.2.128'), 25, 64499, NOW(), NOW())");
    must_run(db, "INSERT INTO ipFact (ip, asn) VALUES (INET6_ATON('192.0.2.9'), 64498), "
                 "(INET6_ATON('192.0.2.10'), NULL)");
    /* clang-format off */
    static const struct { const char *ip; uint32_t asn; } cases[] = {
        { "192.0.2.9", 64498 }, { "192.0.2.10", 64497 }, { "192.0.2.130", 64499 },
        { "192.0.7.1", 64496 }, { "203.0.113.1", 0 },
    };
    /* clang-format on */
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct ip ip = address(cases[i].ip);
        uint32_t asn = 7;
        must(contact_asn_of(db, &ip, &asn, &error), error);
        if (asn != cases[i].asn)
            fail_msg("%s: AS%u", cases[i].ip, asn);
    }
}

static void
note_opt_out(void *user, const struct opt_out_row *row)
{
    g_string_append_printf(user, "%s %s (%s) %+d;", row->kind, row->subject, row->reason,
                           (int)(row->since - NOW));
}

static void
test_opt_outs(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_contact");
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) all = g_string_new(NULL);
    const struct opt_out_row rows[] = {
        { "domain", "x.example", "", NOW },
        { "address", "a@x.example", "bounced", NOW },
        { "asn", "64500", "robot", NOW },
        { "asn", "64500", "a ticket robot", NOW + 5 },
    };
    bool there = false;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        must(opt_out_write(db, &rows[i], &error), error);
    must(opt_out_remove(db, "domain", "x.example", &there, &error), error);
    assert_true(there);
    must(opt_out_remove(db, "domain", "x.example", &there, &error), error);
    assert_false(there);
    must(opt_out_read_all(db, note_opt_out, all, &error), error);
    assert_string_equal(all->str,
                        "address a@x.example (bounced) +0;asn 64500 (a ticket robot) +0;");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_asn),
        cmocka_unit_test(test_opt_outs),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
