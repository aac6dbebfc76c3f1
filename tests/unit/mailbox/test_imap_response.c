/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "mailbox/imap_response.h"

static bool
same(struct span span, const char *want)
{
    return want == NULL ? span.len == 0 : span_equals(span, want);
}

/* clang-format off */
static const struct {
    const char *label, *octets;
    bool bad;
    enum imap_kind kind;
    enum imap_status status;
    const char *tag, *name, *code, *text, *rest;
    uint32_t number;
} responses[] = {
    { "tagged OK",      "A1 OK done\r\n",              false, IMAP_TAGGED, IMAP_OK, "A1", NULL, NULL, "done", "done", 0 },
    { "no text",        "A1 ok\r\n",                   false, IMAP_TAGGED, IMAP_OK, "A1", NULL, NULL, NULL, NULL, 0 },
    { "code",           "A1 NO [TRYCREATE] x y\r\n",   false, IMAP_TAGGED, IMAP_NO, "A1", NULL, "TRYCREATE", "x y", "[TRYCREATE] x y", 0 },
    { "code, bracket",  "* OK [X \"a]b\" c] d\r\n",    false, IMAP_STATUS, IMAP_OK, "*", NULL, "X \"a]b\" c", "d", "[X \"a]b\" c] d", 0 },
    { "open code",      "* OK [X d\r\n",               false, IMAP_STATUS, IMAP_OK, "*", NULL, NULL, "[X d", "[X d", 0 },
    { "BYE",            "* BYE bye\r\n",               false, IMAP_STATUS, IMAP_BYE, "*", NULL, NULL, "bye", "bye", 0 },
    { "continue",       "+ go on\r\n",                 false, IMAP_CONTINUE, IMAP_OK, NULL, NULL, NULL, "go on", NULL, 0 },
    { "bare continue",  "+\r\n",                       false, IMAP_CONTINUE, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "numbered",       "* 23 FETCH (UID 4)\r\n",      false, IMAP_NUMBERED, IMAP_OK, "*", "FETCH", NULL, NULL, "(UID 4)", 23 },
    { "exists",         "* 23 EXISTS\r\n",             false, IMAP_NUMBERED, IMAP_OK, "*", "EXISTS", NULL, NULL, NULL, 23 },
    { "named",          "* SEARCH 1 2\r\n",            false, IMAP_NAMED, IMAP_OK, "*", "SEARCH", NULL, NULL, "1 2", 0 },
    { "empty search",   "* SEARCH\r\n",                false, IMAP_NAMED, IMAP_OK, "*", "SEARCH", NULL, NULL, NULL, 0 },
    { "number above",   "* 4294967296 EXISTS\r\n",     false, IMAP_NAMED, IMAP_OK, "*", "4294967296", NULL, NULL, "EXISTS", 0 },
    { "tagged BYE",     "A1 BYE x\r\n",                true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "tagged data",    "A1 SEARCH 1\r\n",             true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "nothing",        "\r\n",                        true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "star alone",     "*\r\n",                       true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "two blanks",     "*  OK x\r\n",                 true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "no CRLF",        "* OK x",                      true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
    { "number alone",   "* 5\r\n",                     true, IMAP_TAGGED, IMAP_OK, NULL, NULL, NULL, NULL, NULL, 0 },
};

static const struct {
    const char *label, *rest;
    bool bad;
    uint32_t uid;
    bool has_size;
    uint64_t size;
    int64_t date;
    bool has_body, nil;
    const char *body;
} items[] = {
    { "sizes",         "(UID 7 RFC822.SIZE 44 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")", false, 7, true, 44, 837596665, false, false, NULL },
    { "any order",     "(INTERNALDATE \" 1-Jan-1970 00:00:01 +0000\" rfc822.size 0 uid 1)", false, 1, true, 0, 1, false, false, NULL },
    { "literal",       "(UID 7 BODY[] {5}\r\n)\r\n()x)", true, 0, false, 0, 0, false, false, NULL },
    { "literal, whole","(UID 7 BODY[] {5}\r\n)\r\n(a)", false, 7, false, 0, CLOCK_UNKNOWN, true, false, ")\r\n(a" },
    { "quoted body",   "(BODY[] \"a\\\"b\" UID 9)", false, 9, false, 0, CLOCK_UNKNOWN, true, false, "a\\\"b" },
    { "NIL body",      "(BODY[] NIL UID 9)", false, 9, false, 0, CLOCK_UNKNOWN, true, true, NULL },
    { "section",       "(BODY[HEADER.FIELDS (\"]\" X)] {2}\r\nab UID 9)", true, 0, false, 0, 0, false, false, NULL },
    { "other section", "(BODY[HEADER.FIELDS (TO)]<0> {2}\r\nab UID 9)", false, 9, false, 0, CLOCK_UNKNOWN, false, false, NULL },
    { "flags",         "(FLAGS (\\Seen $x) UID 9 MODSEQ (12) ENVELOPE (\"(\" NIL ((NIL))))", false, 9, false, 0, CLOCK_UNKNOWN, false, false, NULL },
    { "huge size",     "(UID 1 RFC822.SIZE 99999999999999999999999)", false, 1, true, UINT64_MAX, CLOCK_UNKNOWN, false, false, NULL },
    { "negative size", "(UID 1 RFC822.SIZE -5)", false, 1, true, UINT64_MAX, CLOCK_UNKNOWN, false, false, NULL },
    { "empty",         "()", false, 0, false, 0, CLOCK_UNKNOWN, false, false, NULL },
    { "bad date",      "(UID 1 INTERNALDATE \"yesterday\")", false, 1, false, 0, CLOCK_UNKNOWN, false, false, NULL },
    { "UID 0",         "(UID 0)", true, 0, false, 0, 0, false, false, NULL },
    { "UID above",     "(UID 4294967296)", true, 0, false, 0, 0, false, false, NULL },
    { "UID twice",     "(UID 1 UID 2)", true, 0, false, 0, 0, false, false, NULL },
    { "body twice",    "(UID 1 BODY[] \"a\" BODY[] \"b\")", true, 0, false, 0, 0, false, false, NULL },
    { "body a list",   "(UID 1 BODY[] (a))", true, 0, false, 0, 0, false, false, NULL },
    { "body an atom",  "(UID 1 BODY[] abc)", true, 0, false, 0, 0, false, false, NULL },
    { "no close",      "(UID 1", true, 0, false, 0, 0, false, false, NULL },
    { "no value",      "(UID)", true, 0, false, 0, 0, false, false, NULL },
    { "octets behind", "(UID 1) x", true, 0, false, 0, 0, false, false, NULL },
    { "no list",       "UID 1", true, 0, false, 0, 0, false, false, NULL },
    { "short literal", "(UID 1 BODY[] {50}\r\nabc)", true, 0, false, 0, 0, false, false, NULL },
    { "open quote",    "(UID 1 BODY[] \"abc)", true, 0, false, 0, 0, false, false, NULL },
    { "too deep",      "(UID 1 X ((((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))))))", true, 0, false, 0, 0, false, false, NULL },
    { "control octet", "(UID 1\001)", true, 0, false, 0, 0, false, false, NULL },
};

static const struct {
    const char *label, *text;
    int64_t want;
} dates[] = {
    { "zone west",     "17-Jul-1996 02:44:25 -0700", 837596665 },
    { "zone east",     "01-Jan-2024 05:30:00 +0530", 1704067200 },
    { "blank day",     " 7-Feb-1994 22:43:04 -0800", 760689784 },
    { "short day",     "7-Feb-1994 22:43:04 -0800", 760689784 },
    { "month in caps", "01-JAN-1970 00:00:00 +0000", 0 },
    { "leap day",      "29-Feb-2024 12:00:00 +0000", 1709208000 },
    { "leap second",   "31-Dec-2016 23:59:60 +0000", 1483228800 },
    { "hour 24",       "01-Jan-1970 24:00:00 +0000", CLOCK_UNKNOWN },
    { "day 0",         "00-Jan-1970 00:00:00 +0000", CLOCK_UNKNOWN },
    { "day 32",        "32-Jan-1970 00:00:00 +0000", CLOCK_UNKNOWN },
    { "no month",      "01-Foo-1970 00:00:00 +0000", CLOCK_UNKNOWN },
    { "letters",       "aa-Jan-bbbb cc:dd:ee +ffff", CLOCK_UNKNOWN },
    { "no zone",       "01-Jan-1970 00:00:00", CLOCK_UNKNOWN },
    { "empty",         "", CLOCK_UNKNOWN },
};
/* clang-format on */

static void
test_responses(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(responses); i++) {
        struct imap_response got = { 0 };
        bool read = imap_response_parse(span_of(responses[i].octets), &got, NULL);
        if (read == responses[i].bad)
            fail_msg("%s: %s", responses[i].label, read ? "was taken" : "was refused");
        if (read && (got.kind != responses[i].kind || got.status != responses[i].status ||
                     got.number != responses[i].number || !same(got.tag, responses[i].tag) ||
                     !same(got.name, responses[i].name) || !same(got.code, responses[i].code) ||
                     !same(got.text, responses[i].text) || !same(got.rest, responses[i].rest)))
            fail_msg("%s: kind %d status %d rest '%.*s'", responses[i].label, (int)got.kind,
                     (int)got.status, (int)got.rest.len, got.rest.octets);
    }
}

static void
test_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
        struct imap_item got = { 0 };
        bool read = imap_response_item(span_of(items[i].rest), &got, NULL);
        if (read == items[i].bad)
            fail_msg("%s: %s", items[i].label, read ? "was taken" : "was refused");
        if (read && (got.uid != items[i].uid || got.has_size != items[i].has_size ||
                     got.size != items[i].size || got.date != items[i].date ||
                     got.has_body != items[i].has_body || got.body_is_nil != items[i].nil ||
                     (items[i].body != NULL && !same(got.body.octets, items[i].body))))
            fail_msg("%s: uid %u size %llu date %lld body '%.*s'", items[i].label, got.uid,
                     (unsigned long long)got.size, (long long)got.date, (int)got.body.octets.len,
                     got.body.octets.octets);
    }
}

static void
test_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        int64_t got = imap_response_date(span_of(dates[i].text));
        if (got != dates[i].want)
            fail_msg("%s: got %lld", dates[i].label, (long long)got);
    }
}

static void
test_words_are_found_whole_and_in_any_case(void **state)
{
    (void)state;
    assert_true(imap_response_lists(span_of("IMAP4rev1 uidplus MOVE"), "UIDPLUS"));
    assert_false(imap_response_lists(span_of("IMAP4rev1 UIDPLUS2"), "UIDPLUS"));
    assert_true(imap_response_lists(span_of("(\\Seen \\*)"), "\\*"));
    assert_false(imap_response_lists(span_of("(\\Seen)"), "\\*"));
    assert_false(imap_response_lists(span_of("(\"$Ingested\")"), "$Ingested"));
    assert_false(imap_response_lists(span_of("\"open MOVE"), "MOVE"));
}

static void
test_quoted_string_loses_its_backslashes(void **state)
{
    struct span rest = span_of("\"a \\\"b\\\\ c\" next");
    struct imap_token token = imap_token_next(&rest);
    size_t len = 0;
    g_autofree char *plain = imap_token_unquoted(token, &len);
    (void)state;
    assert_int_equal(token.kind, IMAP_QUOTED);
    assert_string_equal(plain, "a \"b\\ c");
    assert_int_equal(len, strlen(plain));
    token = imap_token_next(&rest);
    assert_true(token.kind == IMAP_ATOM && same(token.octets, "next"));
    assert_int_equal(imap_token_next(&rest).kind, IMAP_END);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_words_are_found_whole_and_in_any_case),
        cmocka_unit_test(test_quoted_string_loses_its_backslashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
