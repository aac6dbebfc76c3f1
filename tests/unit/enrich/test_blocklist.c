/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/domain.h"
#include "base/fault.h"
#include "enrich/blocklist.h"

#define KEY "abcdefghij0123456789klmnop"

/* clang-format off */
/* What the answers of a list mean; the list is of that key or item. */
static const struct {
    const char *label;
    const char *list;    /* "zen=ZONE", "dbl=ZONE", "surbl=ZONE", "ip:ITEM", "host:ITEM" */
    const char *answers; /* blanks between; "none" and "lost" are outcomes */
    enum listing_state state;
    const char *codes, *meaning;
    const char *refusal; /* a part of it, or NULL */
    bool undocumented;
} reads[] = {
    { "SBL", "zen=zen.spamhaus.org", "127.0.0.2", LISTING_LISTED, "127.0.0.2", "SBL", NULL, false },
    { "CSS", "zen=zen.spamhaus.org", "127.0.0.3", LISTING_LISTED, "127.0.0.3", "CSS", NULL, false },
    { "XBL", "zen=zen.spamhaus.org", "127.0.0.4", LISTING_LISTED, "127.0.0.4", "XBL", NULL, false },
    { "unused code of XBL", "zen=zen.spamhaus.org", "127.0.0.5", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "DROP", "zen=zen.spamhaus.org", "127.0.0.9", LISTING_LISTED, "127.0.0.9", "DROP", NULL, false },
    { "PBL of an ISP", "zen=zen.spamhaus.org", "127.0.0.10", LISTING_POLICY, "127.0.0.10", "PBL", NULL, false },
    { "PBL of Spamhaus", "zen=zen.spamhaus.org", "127.0.0.11", LISTING_POLICY, "127.0.0.11", "PBL", NULL, false },
    { "both PBL", "zen=zen.spamhaus.org", "127.0.0.11 127.0.0.10", LISTING_POLICY, "127.0.0.10 127.0.0.11", "PBL", NULL, false },
    { "test point of ZEN", "zen=zen.spamhaus.org", "127.0.0.10 127.0.0.4 127.0.0.2", LISTING_LISTED, "127.0.0.2 127.0.0.4 127.0.0.10", "SBL, XBL, PBL", NULL, false },
    { "same code twice", "zen=zen.spamhaus.org", "127.0.0.2 127.0.0.2", LISTING_LISTED, "127.0.0.2", "SBL", NULL, false },
    { "clean", "zen=zen.spamhaus.org", "none", LISTING_CLEAN, "", "", NULL, false },
    { "no answer", "zen=zen.spamhaus.org", "lost", LISTING_NOT_KNOWN, "", "", NULL, false },
    { "hijacked NXDOMAIN", "zen=zen.spamhaus.org", "198.51.100.7", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "hijack beside a listing", "zen=zen.spamhaus.org", "198.51.100.7 127.0.0.4", LISTING_LISTED, "127.0.0.4", "XBL", NULL, true },
    { "code of DBL from ZEN", "zen=zen.spamhaus.org", "127.0.1.2", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "127.0.0.1 from ZEN", "zen=zen.spamhaus.org", "127.0.0.1", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "typing error", "zen=zen.spamhaus.org", "127.255.255.252", LISTING_NOT_KNOWN, "", "", "typing error", false },
    { "open resolver", "zen=zen.spamhaus.org", "127.255.255.254", LISTING_NOT_KNOWN, "", "", "public resolvers", false },
    { "too many", "zen=zen.spamhaus.org", "127.255.255.255", LISTING_NOT_KNOWN, "", "", "too much", false },
    { "another error", "zen=zen.spamhaus.org", "127.255.255.250", LISTING_NOT_KNOWN, "", "", "error code", false },
    { "error beside a listing", "zen=zen.spamhaus.org", "127.0.0.2 127.255.255.254", LISTING_NOT_KNOWN, "", "", "public", false },
    { "ZEN under another name", "zen=zen.example.net", "127.0.0.10", LISTING_POLICY, "127.0.0.10", "PBL", NULL, false },
    { "ZEN by query service", "zen=" KEY ".zen.dq.spamhaus.net", "127.0.0.3", LISTING_LISTED, "127.0.0.3", "CSS", NULL, false },
    { "AuthBL", "ip:auth:" KEY ".authbl.dq.spamhaus.net", "127.0.0.20", LISTING_LISTED, "127.0.0.20", "AuthBL", NULL, false },
    { "DBL spam", "dbl=dbl.spamhaus.org", "127.0.1.2", LISTING_LISTED, "127.0.1.2", "spam", NULL, false },
    { "DBL phish and abused", "dbl=dbl.spamhaus.org", "127.0.1.104 127.0.1.4", LISTING_LISTED, "127.0.1.4 127.0.1.104", "phish, abused legit phish", NULL, false },
    { "DBL redirector", "dbl=dbl.spamhaus.org", "127.0.1.103", LISTING_LISTED, "127.0.1.103", "abused legit redirector", NULL, false },
    { "DBL, address asked", "dbl=dbl.spamhaus.org", "127.0.1.255", LISTING_NOT_KNOWN, "", "", "about an address", false },
    { "DBL, undocumented", "dbl=dbl.spamhaus.org", "127.0.1.3", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "DBL, ZEN's code", "dbl=dbl.spamhaus.org", "127.0.0.2", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "ZRD, 2 hours", "host:zrd:" KEY ".zrd.dq.spamhaus.net", "127.0.2.2", LISTING_LISTED, "127.0.2.2", "first seen hours ago", NULL, false },
    { "ZRD, 25 hours", "host:zrd:" KEY ".zrd.dq.spamhaus.net", "127.0.2.25", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "SURBL, one bit", "surbl=multi.surbl.org", "127.0.0.64", LISTING_LISTED, "127.0.0.64", "ABUSE", NULL, false },
    { "SURBL, three bits", "surbl=multi.surbl.org", "127.0.0.88", LISTING_LISTED, "127.0.0.88", "PH, MW, ABUSE", NULL, false },
    { "SURBL, all bits", "surbl=multi.surbl.org", "127.0.0.252", LISTING_LISTED, "127.0.0.252", "DM, PH, MW, CT, ABUSE, CR", NULL, false },
    { "SURBL, undocumented bit", "surbl=multi.surbl.org", "127.0.0.2", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "SURBL blocks us", "surbl=multi.surbl.org", "127.0.0.1", LISTING_NOT_KNOWN, "", "", "does not answer", false },
    { "SURBL, not 127.0.0.x", "surbl=multi.surbl.org", "127.0.1.64", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "URIBL, test point", "host:uribl:multi.uribl.com", "127.0.0.14", LISTING_LISTED, "127.0.0.14", "black, grey, red", NULL, false },
    { "URIBL refuses", "host:uribl:multi.uribl.com", "127.0.0.1", LISTING_NOT_KNOWN, "", "", "does not answer", false },
    { "URIBL, 255", "host:uribl:multi.uribl.com", "127.0.0.255", LISTING_NOT_KNOWN, "", "", "does not answer", false },
    { "other list", "ip:other:bl.example.net", "127.0.0.2", LISTING_LISTED, "127.0.0.2", "listed", NULL, false },
    { "other list, another code", "ip:other:bl.example.net", "127.0.0.3", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "other list refuses", "ip:other:bl.example.net", "127.255.255.254", LISTING_NOT_KNOWN, "", "", "public", false },
    { "codes given, first", "ip:other:bl.example.net=2-4+10", "127.0.0.2", LISTING_LISTED, "127.0.0.2", "listed", NULL, false },
    { "codes given, last", "ip:other:bl.example.net=2-4+10", "127.0.0.10 127.0.0.4", LISTING_LISTED, "127.0.0.4 127.0.0.10", "listed", NULL, false },
    { "codes given, between", "ip:other:bl.example.net=2-4+10", "127.0.0.5", LISTING_NOT_KNOWN, "", "", NULL, true },
    { "whole codes given", "host:other:bl.example.net=127.0.3.2-127.0.3.9", "127.0.3.5", LISTING_LISTED, "127.0.3.5", "listed", NULL, false },
};

/* What is asked; "-" nothing. Names as A,B */
static const struct {
    const char *label;
    const char *list;
    const char *subject; /* an address, or a host */
    const char *want;
} asks[] = {
    { "ZEN, v4", "zen=zen.spamhaus.org", "192.0.2.1", "1.2.0.192.zen.spamhaus.org" },
    { "ZEN, v6", "zen=zen.spamhaus.org", "2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.spamhaus.org" },
    { "DBL, host and domain", "dbl=dbl.spamhaus.org", "www.example.co.uk", "www.example.co.uk.dbl.spamhaus.org,example.co.uk.dbl.spamhaus.org" },
    { "DBL, domain", "dbl=dbl.spamhaus.org", "example.com", "example.com.dbl.spamhaus.org" },
    { "DBL, public suffix", "dbl=dbl.spamhaus.org", "co.uk", "co.uk.dbl.spamhaus.org" },
    { "DBL, one label", "dbl=dbl.spamhaus.org", "intranet", "-" },
    { "DBL, v4", "dbl=dbl.spamhaus.org", "192.0.2.1", "-" },
    { "DBL, v6", "dbl=dbl.spamhaus.org", "2001:db8::1", "-" },
    { "SURBL, domain alone", "surbl=multi.surbl.org", "a.b.example.com", "example.com.multi.surbl.org" },
    { "SURBL, public suffix", "surbl=multi.surbl.org", "com", "-" },
    { "SURBL, v4", "surbl=multi.surbl.org", "192.0.2.1", "1.2.0.192.multi.surbl.org" },
    { "SURBL, v6", "surbl=multi.surbl.org", "2001:db8::1", "-" },
    { "URIBL, domain alone", "host:u:multi.uribl.com", "a.example.com", "example.com.multi.uribl.com" },
    { "URIBL, v4", "host:u:multi.uribl.com", "192.0.2.1", "-" },
    { "other hosts", "host:o:bl.example.net", "a.example.com", "a.example.com.bl.example.net,example.com.bl.example.net" },
    { "other hosts, v4", "host:o:bl.example.net", "192.0.2.1", "-" },
    { "other addresses", "ip:o:bl.example.net", "192.0.2.1", "1.2.0.192.bl.example.net" },
};

static const struct {
    const char *label;
    const char *list;
    const char *want; /* shown zone and test points, or "!" and a part of the error */
} configs[] = {
    { "ZEN", "zen=ZEN.spamhaus.org.", "zen.spamhaus.org; 2.0.0.127.zen.spamhaus.org listed; 1.0.0.127.zen.spamhaus.org clean" },
    { "DBL", "dbl=dbl.spamhaus.org", "dbl.spamhaus.org; dbltest.com.dbl.spamhaus.org listed; invalid.dbl.spamhaus.org clean" },
    { "SURBL", "surbl=multi.surbl.org", "multi.surbl.org; test.surbl.org.multi.surbl.org listed; surbl-org-permanent-test-point.com.multi.surbl.org listed; 1.0.0.127.multi.surbl.org clean" },
    { "URIBL", "host:uribl:multi.uribl.com", "multi.uribl.com; test.uribl.com.multi.uribl.com listed; 1.0.0.127.multi.uribl.com clean" },
    { "key of a query service", "dbl=" KEY ".dbl.dq.spamhaus.net", "(key).dbl.dq.spamhaus.net; dbltest.com." KEY ".dbl.dq.spamhaus.net listed; invalid." KEY ".dbl.dq.spamhaus.net clean" },
    { "short key of a query service", "zen=k1.zen.dq.spamhaus.net", "(key).zen.dq.spamhaus.net; 2.0.0.127.k1.zen.dq.spamhaus.net listed; 1.0.0.127.k1.zen.dq.spamhaus.net clean" },
    { "key of another operator", "ip:o:" KEY ".bl.example.net", "(key).bl.example.net; 2.0.0.127." KEY ".bl.example.net listed; 1.0.0.127." KEY ".bl.example.net clean" },
    { "other hosts", "host:O:bl.example.net", "bl.example.net; test.bl.example.net listed; invalid.bl.example.net clean" },
    { "no list", "zen=", "no list" },
    { "no zone", "zen=127.0.0.1 x", "![dnsbl] zen: zen: that is no DNS zone" },
    { "hosts as addresses", "zen=dbl.spamhaus.org", "![dnsbl] zen: zen: that is a list of hosts" },
    { "addresses as hosts", "host:z:zen.spamhaus.org", "![dnsbl] hostLists: z: that is a list of addresses" },
    { "no name", "ip:" KEY ".bl.example.net", "![dnsbl] ipLists: an item is no name:zone or name:zone=codes" },
    { "bad name", "ip:a b:bl.example.net", "![dnsbl] ipLists: a b: a list is written name:zone" },
    { "empty name", "ip::bl.example.net", "![dnsbl] ipLists: : a list is written name:zone" },
    { "name of 33", "ip:abcdefghijklmnopqrstuvwxyz0123456:bl.example.net", "!a list is written name:zone" },
    { "name that is taken", "ip:ZEN:bl.example.net", "!that name has a key of its own" },
    { "name twice", "ip:a:bl.example.net,A:bl2.example.net", "!there is a list of that name already" },
    { "codes of a known zone", "ip:z:zen.spamhaus.org=2", "!the codes of this zone are known" },
    { "no codes", "ip:a:bl.example.net=", "!codes are" },
    { "code 1", "ip:a:bl.example.net=1-4", "!codes are" },
    { "code 256", "ip:a:bl.example.net=256", "!codes are" },
    { "code outside 127/8", "ip:a:bl.example.net=192.0.2.1", "!codes are" },
    { "error code", "ip:a:bl.example.net=127.255.255.254", "!codes are" },
    { "range backwards", "ip:a:bl.example.net=4-2", "!codes are" },
};
/* clang-format on */

static struct blocklists *
lists_of(const char *text, GError **error)
{
    g_auto(GStrv) items = NULL;
    struct config config = { 0 };
    char *none[] = { NULL };
    g_autofree char *zone = g_strdup(strchr(text, '=') != NULL ? strchr(text, '=') + 1 : "");
    config.dnsbl.ip_lists = config.dnsbl.host_lists = none;
    if (g_str_has_prefix(text, "zen="))
        config.dnsbl.zen = zone;
    else if (g_str_has_prefix(text, "dbl="))
        config.dnsbl.dbl = zone;
    else if (g_str_has_prefix(text, "surbl="))
        config.dnsbl.surbl = zone;
    else if (g_str_has_prefix(text, "ip:"))
        config.dnsbl.ip_lists = items = g_strsplit(text + 3, ",", -1);
    else
        config.dnsbl.host_lists = items = g_strsplit(text + 5, ",", -1);
    return blocklists_new(&config, error);
}

static const struct blocklist *
first_of(const struct blocklists *lists)
{
    return lists->of_ips_count > 0     ? lists->of_ips
           : lists->of_hosts_count > 0 ? lists->of_hosts
                                       : NULL;
}

static void
test_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
        g_autoptr(Blocklists) lists = lists_of(reads[i].list, NULL);
        g_auto(GStrv) texts = g_strsplit(reads[i].answers, " ", -1);
        struct answer_record records[4] = { 0 };
        struct answer answer = { ANSWER_FOUND, 300, records, 0, NULL };
        struct blocklist_reading got;
        if (strcmp(reads[i].answers, "none") == 0)
            answer.outcome = ANSWER_NONE;
        else if (strcmp(reads[i].answers, "lost") == 0)
            answer.outcome = ANSWER_NOT_KNOWN;
        else
            for (char **text = texts; *text != NULL; text++)
                assert_true(ip_parse(span_of(*text), &records[answer.count++].ip));
        assert_non_null(lists);
        blocklist_read(first_of(lists), &answer, &got);
        if (got.state != reads[i].state || strcmp(got.codes, reads[i].codes) != 0 ||
            strcmp(got.meaning, reads[i].meaning) != 0 ||
            got.undocumented != reads[i].undocumented ||
            (got.refusal == NULL) != (reads[i].refusal == NULL) ||
            (got.refusal != NULL && strstr(got.refusal, reads[i].refusal) == NULL))
            fail_msg("%s: state %d [%s] [%s] %s%s", reads[i].label, (int)got.state, got.codes,
                     got.meaning, got.refusal != NULL ? got.refusal : "",
                     got.undocumented ? " undocumented" : "");
    }
}

static void
test_records_without_an_address(void **state)
{
    g_autoptr(Blocklists) lists = lists_of("zen=zen.spamhaus.org", NULL);
    struct answer_record records[ANSWER_RECORDS_MAX] = { 0 };
    struct answer answer = { ANSWER_FOUND, 300, records, ANSWER_RECORDS_MAX, NULL };
    struct blocklist_reading got;
    (void)state;
    blocklist_read(first_of(lists), &answer, &got);
    assert_int_equal(got.state, LISTING_NOT_KNOWN);
    assert_true(got.undocumented);
    for (size_t i = 0; i < ANSWER_RECORDS_MAX; i++)
        records[i].ip = (struct ip){ { 127, 0, 0, (unsigned char)(ANSWER_RECORDS_MAX - i) }, 4 };
    blocklist_read(first_of(lists), &answer, &got);
    assert_int_equal(got.state, LISTING_LISTED);
    assert_string_equal(got.meaning, "SBL, CSS, XBL, DROP, PBL, AuthBL, BCL");
}

static void
test_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(asks); i++) {
        g_autoptr(Blocklists) lists = lists_of(asks[i].list, NULL);
        char *names[BLOCKLIST_NAMES_MAX + 1] = { NULL };
        const struct blocklist *list = first_of(lists);
        g_autofree char *got = NULL;
        struct ip ip;
        size_t count;
        if (lists->of_ips_count > 0) {
            assert_true(ip_parse(span_of(asks[i].subject), &ip));
            count = blocklist_ip_names(list, &ip, names);
        } else {
            count = blocklist_host_names(list, asks[i].subject, domain_registrable(asks[i].subject),
                                         names);
        }
        got = count > 0 ? g_strjoinv(",", names) : g_strdup("-");
        if (strcmp(got, asks[i].want) != 0)
            fail_msg("%s: %s", asks[i].label, got);
        for (size_t j = 0; j < count; j++)
            g_free(names[j]);
    }
}

/* A name that DNS can't carry would be answered "none", which is not "clean". */
static void
test_long_hosts_are_not_asked(void **state)
{
    g_autoptr(Blocklists) lists = lists_of("dbl=dbl.spamhaus.org", NULL);
    g_autoptr(GString) host = g_string_new("aa.");
    char *names[BLOCKLIST_NAMES_MAX] = { NULL };
    (void)state;
    for (int i = 0; i < 111; i++)
        g_string_append(host, "a.");
    g_string_append(host, "example.com");
    assert_int_equal(host->len + strlen(".dbl.spamhaus.org"), 253);
    assert_int_equal(blocklist_host_names(first_of(lists), host->str, "example.com", names), 2);
    g_free(names[0]);
    g_free(names[1]);
    g_string_prepend(host, "a");
    assert_int_equal(blocklist_host_names(first_of(lists), host->str, "example.com", names), 1);
    assert_string_equal(names[0], "example.com.dbl.spamhaus.org");
    g_free(names[0]);
}

static char *
shown(const struct blocklists *lists)
{
    struct blocklist_test_point points[BLOCKLIST_TEST_POINTS_MAX];
    const struct blocklist *list = first_of(lists);
    GString *text;
    size_t count;
    if (list == NULL)
        return g_strdup("no list");
    text = g_string_new(list->shown_zone);
    count = blocklist_test_points(list, points);
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(text, "; %s %s", points[i].name,
                               points[i].expected == LISTING_LISTED  ? "listed"
                               : points[i].expected == LISTING_CLEAN ? "clean"
                                                                     : "?");
        g_free(points[i].name);
    }
    return g_string_free(text, FALSE);
}

static void
test_configs(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(configs); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Blocklists) lists = lists_of(configs[i].list, &error);
        g_autofree char *got = lists != NULL ? shown(lists) : NULL;
        if (configs[i].want[0] != '!') {
            if (got == NULL || strcmp(got, configs[i].want) != 0)
                fail_msg("%s: %s", configs[i].label, got != NULL ? got : error->message);
            continue;
        }
        if (lists != NULL)
            fail_msg("%s: was taken", configs[i].label);
        assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
        if (strstr(error->message, configs[i].want + 1) == NULL ||
            strstr(error->message, KEY) != NULL)
            fail_msg("%s: %s", configs[i].label, error->message);
    }
}

static void
test_too_many(void **state)
{
    g_autoptr(GString) items = g_string_new("host:");
    g_autoptr(GError) error = NULL;
    (void)state;
    for (int i = 0; i <= BLOCKLISTS_MAX; i++)
        g_string_append_printf(items, "%sl%d:bl.example.net", i > 0 ? "," : "", i);
    assert_null(lists_of(items->str, &error));
    assert_non_null(strstr(error->message, "too many lists"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),   cmocka_unit_test(test_records_without_an_address),
        cmocka_unit_test(test_asks),    cmocka_unit_test(test_long_hosts_are_not_asked),
        cmocka_unit_test(test_configs), cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
