/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/dns_message.h"

#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define ASKED "\xc0\x0c"  /* the name of the question */
#define PARENT "\xc0\x0e" /* "test" */
#define A "\0\1\0\1"
#define NS "\0\2\0\1"
#define CNAME "\0\5\0\1"
#define SOA "\0\6\0\1"
#define PTR "\0\x0c\0\1"
#define TXT "\0\x10\0\1"
#define AAAA "\0\x1c\0\1"
#define TTL_300 "\0\0\1\x2c"
#define TTL_60 "\0\0\0\x3c"
#define ADDRESS_1 "\0\4\xc0\0\2\1"
#define ADDRESS_2 "\0\4\xc0\0\2\2"
#define NUMBERS_20 "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\x14"
#define SOA_60_20 SOA TTL_60 "\0\x18" PARENT PARENT NUMBERS_20

/* Behind the header and the question "a.test" of that type, which end at octet 24. */
/* clang-format off */
static const struct {
    const char *label;
    enum rr type;
    unsigned flags, answers, authorities;
    struct span octets;
    enum answer_outcome outcome;
    unsigned ttl;
    const char *text; /* the failure, or the records joined by | */
} cases[] = {
    { "address", RR_A, 0x8180, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_FOUND, 300, "192.0.2.1" },
    { "not from a cache", RR_A, 0x8580, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1),
      ANSWER_FOUND, 300, "192.0.2.1" },
    { "two, the smaller TTL", RR_A, 0x8180, 2, 0,
      OCTETS(ASKED A TTL_300 ADDRESS_1 ASKED A TTL_60 ADDRESS_2), ANSWER_FOUND, 60, "192.0.2.1|192.0.2.2" },
    { "two, the smaller TTL first", RR_A, 0x8180, 2, 0,
      OCTETS(ASKED A TTL_60 ADDRESS_1 ASKED A TTL_300 ADDRESS_2), ANSWER_FOUND, 60, "192.0.2.1|192.0.2.2" },
    { "TTL above 2^31", RR_A, 0x8180, 1, 0, OCTETS(ASKED A "\x80\0\0\0" ADDRESS_1),
      ANSWER_FOUND, 0, "192.0.2.1" },
    { "the largest TTL", RR_A, 0x8180, 1, 0, OCTETS(ASKED A "\x7f\xff\xff\xff" ADDRESS_1),
      ANSWER_FOUND, 0x7fffffff, "192.0.2.1" },
    { "owner in capitals", RR_A, 0x8180, 1, 0, OCTETS("\1A\4TesT\0" A TTL_300 ADDRESS_1),
      ANSWER_FOUND, 300, "192.0.2.1" },
    { "of another name", RR_A, 0x8180, 1, 0, OCTETS("\1b" PARENT A TTL_300 ADDRESS_1),
      ANSWER_NONE, 0, "" },
    { "of another class", RR_A, 0x8180, 1, 0, OCTETS(ASKED "\0\1\0\3" TTL_300 ADDRESS_1),
      ANSWER_NONE, 0, "" },
    { "of another type", RR_A, 0x8180, 1, 0, OCTETS(ASKED NS TTL_300 "\0\2" PARENT), ANSWER_NONE, 0, "" },
    { "address of 3 octets", RR_A, 0x8180, 1, 0, OCTETS(ASKED A TTL_300 "\0\3\xc0\0\2"),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "address of 16 octets in an A", RR_A, 0x8180, 1, 0,
      OCTETS(ASKED A TTL_300 "\0\x10" "0123456789abcdef"), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "IPv6", RR_AAAA, 0x8180, 1, 0,
      OCTETS(ASKED AAAA TTL_300 "\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"),
      ANSWER_FOUND, 300, "2001:db8::1" },
    { "IPv6 of 4 octets", RR_AAAA, 0x8180, 1, 0, OCTETS(ASKED AAAA TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "mapped", RR_AAAA, 0x8180, 1, 0,
      OCTETS(ASKED AAAA TTL_300 "\0\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"),
      ANSWER_FOUND, 300, "192.0.2.1" },

    { "text", RR_TXT, 0x8180, 1, 0, OCTETS(ASKED TXT TTL_300 "\0\4\3abc"), ANSWER_FOUND, 300, "abc" },
    { "strings of one record", RR_TXT, 0x8180, 1, 0, OCTETS(ASKED TXT TTL_300 "\0\7\2ab\0\2cd"),
      ANSWER_FOUND, 300, "abcd" },
    { "two records", RR_TXT, 0x8180, 2, 0,
      OCTETS(ASKED TXT TTL_300 "\0\3\2ab" ASKED TXT TTL_300 "\0\3\2cd"), ANSWER_FOUND, 300, "ab|cd" },
    { "empty string", RR_TXT, 0x8180, 1, 0, OCTETS(ASKED TXT TTL_300 "\0\1\0"), ANSWER_FOUND, 300, "" },
    { "no string at all", RR_TXT, 0x8180, 1, 0, OCTETS(ASKED TXT TTL_300 "\0\0"),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "string past its record", RR_TXT, 0x8180, 2, 0,
      OCTETS(ASKED TXT TTL_300 "\0\4\4abc" ASKED TXT TTL_300 "\0\4\3abc"), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "any octets", RR_TXT, 0x8180, 1, 0, OCTETS(ASKED TXT TTL_300 "\0\5\4\0\n\xff|"),
      ANSWER_FOUND, 300, "\\x00\\x0a\\xff|" },

    { "name", RR_PTR, 0x8180, 1, 0, OCTETS(ASKED PTR TTL_300 "\0\6\3WwW" PARENT),
      ANSWER_FOUND, 300, "www.test" },
    { "name that is no host's", RR_PTR, 0x8180, 1, 0, OCTETS(ASKED PTR TTL_300 "\0\6\3a b" PARENT),
      ANSWER_NONE, 300, "" },
    { "dot within a label", RR_PTR, 0x8180, 1, 0, OCTETS(ASKED PTR TTL_300 "\0\6\3a.b" PARENT),
      ANSWER_NONE, 300, "" },
    { "the root", RR_PTR, 0x8180, 1, 0, OCTETS(ASKED PTR TTL_300 "\0\1\0"), ANSWER_NONE, 300, "" },
    { "one of two is a host's", RR_PTR, 0x8180, 2, 0,
      OCTETS(ASKED PTR TTL_300 "\0\6\3a b" PARENT ASKED PTR TTL_60 "\0\4\1b" PARENT),
      ANSWER_FOUND, 60, "b.test" },
    { "name shorter than its record", RR_PTR, 0x8180, 1, 0,
      OCTETS(ASKED PTR TTL_300 "\0\6\1b" PARENT "xx"), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "name past its record", RR_PTR, 0x8180, 1, 0,
      OCTETS(ASKED PTR TTL_300 "\0\2\1b" PARENT), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "name that points at itself", RR_PTR, 0x8180, 1, 0, OCTETS(ASKED PTR TTL_300 "\0\2\xc0\x24"),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "owner that points at itself", RR_A, 0x8180, 1, 0, OCTETS("\xc0\x18" A TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "owner that points behind the end", RR_A, 0x8180, 1, 0, OCTETS("\xc1\xff" A TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "label of kind 01", RR_A, 0x8180, 1, 0, OCTETS("\x41" "b" PARENT A TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "malformed" },

    { "alias", RR_A, 0x8180, 2, 0,
      OCTETS(ASKED CNAME TTL_60 "\0\4\1b" PARENT "\1b" PARENT A TTL_300 ADDRESS_1),
      ANSWER_FOUND, 60, "192.0.2.1" },
    { "alias behind what it leads to", RR_A, 0x8180, 2, 0,
      OCTETS("\1b" PARENT A TTL_300 ADDRESS_1 ASKED CNAME TTL_60 "\0\4\1b" PARENT),
      ANSWER_FOUND, 60, "192.0.2.1" },
    { "alias beside an address", RR_A, 0x8180, 2, 0,
      OCTETS(ASKED CNAME TTL_60 "\0\4\1b" PARENT ASKED A TTL_300 ADDRESS_1),
      ANSWER_FOUND, 300, "192.0.2.1" },
    { "alias to nothing", RR_A, 0x8180, 1, 0, OCTETS(ASKED CNAME TTL_60 "\0\4\1b" PARENT),
      ANSWER_NOT_KNOWN, 0, "cname chain" },
    { "alias to what is not there", RR_A, 0x8183, 1, 0, OCTETS(ASKED CNAME TTL_60 "\0\4\1b" PARENT),
      ANSWER_NONE, 0, "" },
    { "alias to what has none, the SOA says", RR_A, 0x8180, 1, 1,
      OCTETS(ASKED CNAME TTL_60 "\0\4\1b" PARENT PARENT SOA TTL_300 "\0\x18" PARENT PARENT
             "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\1\0"), ANSWER_NONE, 60, "" },
    { "alias to itself", RR_A, 0x8180, 1, 0, OCTETS(ASKED CNAME TTL_60 "\0\2" ASKED),
      ANSWER_NOT_KNOWN, 0, "cname chain" },
    { "alias with octets behind its name", RR_A, 0x8180, 1, 0, OCTETS(ASKED CNAME TTL_60 "\0\3" ASKED "x"),
      ANSWER_NOT_KNOWN, 0, "malformed" },

    { "not there", RR_A, 0x8183, 0, 1, OCTETS(PARENT SOA_60_20), ANSWER_NONE, 20, "" },
    { "not there, TTL of the SOA", RR_A, 0x8183, 0, 1,
      OCTETS(PARENT SOA "\0\0\0\5" "\0\x18" PARENT PARENT NUMBERS_20), ANSWER_NONE, 5, "" },
    { "none of that type", RR_A, 0x8180, 0, 1, OCTETS(ASKED SOA_60_20), ANSWER_NONE, 20, "" },
    { "none, the root's SOA", RR_A, 0x8183, 0, 1, OCTETS("\0" SOA_60_20), ANSWER_NONE, 20, "" },
    { "SOA behind another record", RR_A, 0x8183, 0, 2,
      OCTETS(PARENT TXT TTL_300 "\0\4\3abc" PARENT SOA_60_20), ANSWER_NONE, 20, "" },
    { "SOA of a stranger", RR_A, 0x8183, 0, 1, OCTETS("\1b" PARENT SOA_60_20), ANSWER_NONE, 0, "" },
    { "SOA of a name that ends alike", RR_A, 0x8183, 0, 1, OCTETS("\3est\0" SOA_60_20), ANSWER_NONE, 0, "" },
    { "SOA too short", RR_A, 0x8183, 0, 1,
      OCTETS(PARENT SOA TTL_60 "\0\x17" PARENT PARENT "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0"),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "no SOA", RR_A, 0x8183, 0, 0, OCTETS(""), ANSWER_NONE, 0, "" },
    { "no SOA, none of that type", RR_A, 0x8180, 0, 0, OCTETS(""), ANSWER_NONE, 0, "" },
    { "referral", RR_A, 0x8100, 0, 1, OCTETS(PARENT NS TTL_300 "\0\5\2ns" PARENT),
      ANSWER_NOT_KNOWN, 0, "referral" },
    { "records of what is not there", RR_A, 0x8183, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "malformed" },

    { "FORMERR", RR_A, 0x8181, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "formerr" },
    { "SERVFAIL", RR_A, 0x8182, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "servfail" },
    { "SERVFAIL with records", RR_A, 0x8182, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1),
      ANSWER_NOT_KNOWN, 0, "servfail" },
    { "NOTIMP", RR_A, 0x8184, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "notimp" },
    { "REFUSED", RR_A, 0x8185, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "refused" },
    { "YXDOMAIN", RR_A, 0x8186, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "rcode" },
    { "RCODE 15", RR_A, 0x818f, 0, 0, OCTETS(""), ANSWER_NOT_KNOWN, 0, "rcode" },
    { "truncated", RR_A, 0x8380, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_NOT_KNOWN, 0, "truncated" },
    { "a question", RR_A, 0x0100, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "another opcode", RR_A, 0x9180, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "one record short", RR_A, 0x8180, 2, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "65535 records", RR_A, 0x8180, 65535, 0, OCTETS(ASKED A TTL_300 ADDRESS_1), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "ends in a record's head", RR_A, 0x8180, 1, 0, OCTETS(ASKED A TTL_300), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "ends in a record", RR_A, 0x8180, 1, 0, OCTETS(ASKED A TTL_300 "\0\4\xc0\0\2"),
      ANSWER_NOT_KNOWN, 0, "malformed" },
    { "ends in a name", RR_A, 0x8180, 1, 0, OCTETS("\x05" "ab"), ANSWER_NOT_KNOWN, 0, "malformed" },
    { "octets behind the last record", RR_A, 0x8180, 1, 0, OCTETS(ASKED A TTL_300 ADDRESS_1 "more"),
      ANSWER_FOUND, 300, "192.0.2.1" },
};
/* clang-format on */

static void
append16(GString *message, unsigned number)
{
    g_string_append_c(message, (char)(number >> 8));
    g_string_append_c(message, (char)number);
}

/* Header and the question "a.test". */
static GString *
begin(unsigned flags, unsigned answers, unsigned authorities, enum rr type)
{
    GString *message = g_string_new(NULL);
    append16(message, 4711);
    append16(message, flags);
    append16(message, 1);
    append16(message, answers);
    append16(message, authorities);
    append16(message, 0);
    g_string_append_len(message, "\1a\4test", 8);
    append16(message, (unsigned)type);
    append16(message, 1);
    return message;
}

/* From memory of exactly that size, so that a sanitizer sees a read past the end. */
static struct answer *
read_message(const GString *message, enum rr type, const char *name)
{
    g_autofree char *exact = g_memdup2(message->str, message->len);
    return dns_message_answer((struct span){ exact, message->len }, type, name);
}

static char *
shown(const struct answer *answer)
{
    GString *text = g_string_new(answer->failure);
    for (size_t i = 0; i < answer->count; i++) {
        const struct answer_record *record = &answer->records[i];
        char address[IP_TEXT_MAX];
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", ip_text(&record->ip, address));
        for (size_t at = 0; at < record->text.len; at++) {
            unsigned char octet = (unsigned char)record->text.octets[at];
            g_string_append_printf(text, octet > ' ' && octet < 127 ? "%c" : "\\x%02x", octet);
        }
    }
    return g_string_free(text, FALSE);
}

static void
test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) message =
            begin(cases[i].flags, cases[i].answers, cases[i].authorities, cases[i].type);
        g_string_append_len(message, cases[i].octets.octets, (gssize)cases[i].octets.len);
        g_autofree struct answer *answer = read_message(message, cases[i].type, "A.test");
        g_autofree char *text = shown(answer);
        if (answer->outcome != cases[i].outcome || answer->ttl != cases[i].ttl ||
            strcmp(text, cases[i].text) != 0)
            fail_msg("%s: got %d, %u s, %s", cases[i].label, answer->outcome, answer->ttl, text);
        if ((answer->outcome == ANSWER_NOT_KNOWN) != (answer->failure != NULL) ||
            (answer->outcome == ANSWER_FOUND) != (answer->count > 0))
            fail_msg("%s: failure and records do not fit", cases[i].label);
    }
}

/* Each message cut anywhere tells nothing. */
static void
test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) message =
            begin(cases[i].flags, cases[i].answers, cases[i].authorities, cases[i].type);
        size_t head = message->len;
        g_string_append_len(message, cases[i].octets.octets, (gssize)cases[i].octets.len);
        size_t octets = message->len;
        if (strcmp(cases[i].label, "octets behind the last record") == 0)
            octets -= 4;
        while (octets-- > 0) {
            g_string_truncate(message, octets);
            g_autofree struct answer *answer = read_message(message, cases[i].type, "a.test");
            if (answer->outcome != ANSWER_NOT_KNOWN)
                fail_msg("%s: cut to %zu octets", cases[i].label, octets);
            if (octets < head)
                assert_string_equal(answer->failure, "malformed");
        }
    }
}

static void
test_question(void **state)
{
    (void)state;
    static const struct {
        const char *label, *name;
        enum rr type;
        size_t at; /* that octet of the message is changed */
        char octet;
        const char *failure; /* NULL: found */
    } changes[] = {
        { "as it was", "a.test", RR_A, 12, '\1', NULL },
        { "final dot", "a.test.", RR_A, 12, '\1', NULL },
        { "capitals come", "a.test", RR_A, 13, 'A', NULL },
        { "another name", "b.test", RR_A, 12, '\1', "wrong question" },
        { "a longer name", "a.test.test", RR_A, 12, '\1', "wrong question" },
        { "another name comes", "a.test", RR_A, 13, 'b', "wrong question" },
        { "another type", "a.test", RR_AAAA, 12, '\1', "wrong question" },
        { "another type comes", "a.test", RR_A, 21, '\x1c', "wrong question" },
        { "another class comes", "a.test", RR_A, 23, '\3', "wrong question" },
        { "no question comes", "a.test", RR_A, 5, '\0', "wrong question" },
        { "two questions come", "a.test", RR_A, 5, '\2', "wrong question" },
        { "256 questions come", "a.test", RR_A, 4, '\1', "wrong question" },
        { "a name in knots", "a.test", RR_A, 12, '\xc0', "malformed" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GString) message = begin(0x8180, 1, 0, RR_A);
        g_string_append_len(message, ASKED A TTL_300 ADDRESS_1, 16);
        message->str[changes[i].at] = changes[i].octet;
        g_autofree struct answer *answer = read_message(message, changes[i].type, changes[i].name);
        if (g_strcmp0(answer->failure, changes[i].failure) != 0)
            fail_msg("%s: got %s", changes[i].label, answer->failure);
    }
}

/* CNAMEs a.test -> 1.test -> 2.test ... -> N.test, which has an address. */
static struct answer *
chain(unsigned aliases)
{
    g_autoptr(GString) message = begin(0x8180, aliases + 1, 0, RR_A);
    char owner[] = ASKED;
    for (unsigned i = 1; i <= aliases; i++) {
        size_t start;
        g_string_append_len(message, owner, 2);
        g_string_append_len(message, CNAME TTL_300 "\0\4", 10);
        start = message->len;
        g_string_append_c(message, 1);
        g_string_append_c(message, (char)('0' + i));
        g_string_append_len(message, PARENT, 2);
        owner[0] = (char)(0xc0 | start >> 8);
        owner[1] = (char)start;
    }
    g_string_append_len(message, owner, 2);
    g_string_append_len(message, A TTL_60 ADDRESS_1, 14);
    return read_message(message, RR_A, "a.test");
}

static void
test_limits(void **state)
{
    (void)state;
    g_autofree struct answer *longest = chain(ANSWER_CNAMES_MAX);
    g_autofree struct answer *longer = chain(ANSWER_CNAMES_MAX + 1);
    assert_int_equal(longest->outcome, ANSWER_FOUND);
    assert_int_equal(longest->ttl, 60);
    assert_string_equal(longer->failure, "cname chain");
    for (unsigned records = 63; records <= 4000; records = records * 2 + 1) {
        g_autoptr(GString) message = begin(0x8180, records, 0, RR_A);
        for (unsigned i = 0; i < records; i++)
            g_string_append_len(message, ASKED A TTL_300 ADDRESS_1, 16);
        g_autofree struct answer *answer = read_message(message, RR_A, "a.test");
        assert_int_equal(answer->outcome, ANSWER_FOUND);
        assert_int_equal(answer->count, MIN(records, ANSWER_RECORDS_MAX));
        assert_int_equal(answer_octets(answer),
                         sizeof *answer + answer->count * sizeof *answer->records);
    }
    g_autoptr(GString) large = begin(0x8180, 1, 0, RR_A);
    g_string_append_len(large, ASKED A TTL_300 ADDRESS_1, 16);
    g_string_set_size(large, DNS_MESSAGE_MAX + 1);
    g_autofree struct answer *refused = read_message(large, RR_A, "a.test");
    assert_string_equal(refused->failure, "malformed");
}

static void
test_names(void **state)
{
    (void)state;
    g_autofree char *label = g_strnfill(63, 'a');
    g_autofree char *rest = g_strnfill(61, 'b');
    g_autofree char *longest = g_strjoin(".", label, label, label, rest, NULL);
    g_autofree char *longest_dot = g_strconcat(longest, ".", NULL);
    g_autofree char *longer = g_strconcat(longest, "b", NULL);
    g_autofree char *long_label = g_strconcat("a", label, ".test", NULL);
    const struct {
        const char *label, *name;
        bool sound;
    } names[] = {
        { "host", "www.example.com", true },
        { "final dot", "www.example.com.", true },
        { "one label", "localhost", true },
        { "underscore, digits", "_dmarc.4.3.2.1.example", true },
        { "253 octets", longest, true },
        { "253 octets and a dot", longest_dot, true },
        { "254 octets", longer, false },
        { "label of 64", long_label, false },
        { "empty", "", false },
        { "dot", ".", false },
        { "two dots", "a..b", false },
        { "first dot", ".a", false },
        { "two final dots", "a..", false },
        { "blank", "a b", false },
        { "backslash", "a\\b", false },
        { "escape", "a\\.b.test", false },
        { "line feed", "a\n.test", false },
        { "above ASCII", "\xC3\xA4.test", false },
        { "delete", "\x7f.test", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (dns_name_is_sound(names[i].name) != names[i].sound)
            fail_msg("%s", names[i].label);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_question), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
