/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the resolver that need no server; tests/integration/test_resolver.py has the rest. */
#include "test.h"

#include "base/clock.h"
#include "enrich/dns_message.h"
#include "enrich/lane.h"
#include "enrich/resolver_server.h"

static void
test_servers(void **state)
{
    (void)state;
    static const struct {
        const char *label, *text, *want; /* NULL: no server */
    } cases[] = {
        { "v4", "192.0.2.1", "192.0.2.1 53" },
        { "v4 and port", "192.0.2.1:5353", "192.0.2.1 5353" },
        { "v6", "2001:db8::1", "2001:db8::1 53" },
        { "v6 in brackets", "[2001:db8::1]", "2001:db8::1 53" },
        { "v6 and port", "[2001:db8::1]:65535", "2001:db8::1 65535" },
        { "v6 whose end is no port", "2001:db8::5353", "2001:db8::5353 53" },
        { "blanks around", " 192.0.2.1:1 ", "192.0.2.1 1" },
        { "port 0", "192.0.2.1:0", NULL },
        { "port 65536", "192.0.2.1:65536", NULL },
        { "no port", "192.0.2.1:", NULL },
        { "no number", "192.0.2.1:dns", NULL },
        { "name", "dns.example.com", NULL },
        { "no address", ":53", NULL },
        { "bracket open", "[2001:db8::1", NULL },
        { "empty", "", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup(cases[i].text);
        char *texts[] = { text, NULL };
        struct resolver_servers servers = { .count = 77 };
        g_autoptr(GError) error = NULL;
        g_autofree char *got = NULL;
        char address[IP_TEXT_MAX];
        if (resolver_servers_read(texts, &servers, &error))
            got = g_strdup_printf("%s %u", ip_text(&servers.servers[0].ip, address),
                                  servers.servers[0].port);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got != NULL ? got : "no server");
        if (got == NULL && (servers.count != 77 || !g_error_matches(error, FAULT, FAULT_OPERATOR)))
            fail_msg("%s: touched, or another error", cases[i].label);
        if (got != NULL && servers.count != 1)
            fail_msg("%s: %u servers", cases[i].label, servers.count);
    }
}

static void
test_choose(void **state)
{
    (void)state;
    struct resolver_servers servers = { .count = 3 };
    int64_t now = 1000000;
    for (unsigned tries = 0; tries < 6; tries++)
        assert_int_equal(resolver_servers_choose(&servers, tries, now), tries % 3);
    for (unsigned i = 0; i < 9; i++)
        resolver_servers_note(&servers, 0, false, now);
    assert_int_equal(resolver_servers_choose(&servers, 0, now), 0);
    resolver_servers_note(&servers, 0, true, now);
    for (unsigned i = 0; i < 9; i++)
        resolver_servers_note(&servers, 0, false, now);
    assert_int_equal(resolver_servers_choose(&servers, 0, now), 0); /* counted in a row */
    resolver_servers_note(&servers, 0, false, now);
    for (unsigned tries = 0; tries < 6; tries++)
        assert_int_equal(resolver_servers_choose(&servers, tries, now), 1 + tries % 2);
    /* Once in a while one question finds out whether it is back. */
    assert_int_equal(resolver_servers_choose(&servers, 1, now + 1000000000), 2);
    assert_int_equal(resolver_servers_choose(&servers, 0, now + 1000000000), 0);
    assert_int_equal(resolver_servers_choose(&servers, 0, now + 1000000000), 1);
    resolver_servers_note(&servers, 0, true, now + 1000000001);
    assert_int_equal(resolver_servers_choose(&servers, 0, now + 1000000002), 0);
    for (unsigned i = 0; i < 30; i++)
        resolver_servers_note(&servers, i % 3, false, now);
    for (unsigned tries = 0; tries < 6; tries++) /* none answers */
        assert_int_equal(resolver_servers_choose(&servers, tries, now), tries % 3);
}

static void
count_answer(void *user, const struct answer *answer)
{
    unsigned *counts = user;
    counts[answer->outcome]++;
}

static void
test_questions(void **state)
{
    (void)state;
    static const struct {
        const char *label, *name;
        enum rr type;
        bool fresh;
    } cases[] = {
        { "first", "a.test", RR_A, true },          { "again", "a.test", RR_A, false },
        { "capitals", "A.tEST", RR_A, false },      { "final dot", "a.test.", RR_A, false },
        { "other type", "a.test", RR_AAAA, true },  { "other name", "b.test", RR_A, true },
        { "begins alike", "a.test.x", RR_A, true },
    };
    g_autoptr(Questions) questions = questions_new();
    unsigned counts[3] = { 0 };
    bool fresh;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct question *question = questions_open(questions, cases[i].type, cases[i].name, &fresh);
        question_add_asker(question, count_answer, counts);
        if (fresh != cases[i].fresh)
            fail_msg("%s", cases[i].label);
    }
    struct question *question = questions_open(questions, RR_A, "a.test", &fresh);
    questions_close(questions, question, answer_none(7), true);
    assert_int_equal(counts[ANSWER_NONE], 4);
    question = questions_open(questions, RR_A, "a.test", &fresh);
    assert_false(fresh);
    assert_int_equal(question->answer->ttl, 7);
    question = questions_open(questions, RR_A, "b.test", &fresh);
    questions_close(questions, question, answer_not_known("deadline"), false);
    assert_int_equal(counts[ANSWER_NOT_KNOWN], 1);
    questions_open(questions, RR_A, "b.test", &fresh);
    assert_true(fresh);
}

/* An answer of one text as large as a message can hold. */
static struct answer *
large_answer(void)
{
    size_t len = 60000;
    struct answer *answer = g_malloc0(sizeof *answer + sizeof(struct answer_record) + len);
    struct answer_record *record = (struct answer_record *)(answer + 1);
    record->text = (struct span){ (const char *)(record + 1), len };
    *answer = (struct answer){ ANSWER_FOUND, 1, record, 1, NULL };
    return answer;
}

static bool
is_kept(struct questions *questions, unsigned number)
{
    char name[32];
    bool fresh;
    g_snprintf(name, sizeof name, "n%u.test", number);
    questions_open(questions, RR_TXT, name, &fresh);
    return !fresh;
}

static void
test_memory(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        bool large;
        unsigned count;
    } cases[] = { { "many", false, QUESTIONS_KEPT_MAX + 1000 },
                  { "large", true, 2 * QUESTIONS_OCTETS_MAX / 60000 } };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Questions) questions = questions_new();
        unsigned most = 0;
        bool fresh;
        struct question *open = questions_open(questions, RR_A, "open.test", &fresh);
        for (unsigned n = 0; n < cases[i].count; n++) {
            char name[32];
            g_snprintf(name, sizeof name, "n%u.test", n);
            struct question *question = questions_open(questions, RR_TXT, name, &fresh);
            questions_close(questions, question, cases[i].large ? large_answer() : answer_none(0),
                            true);
            most = MAX(most, questions_count(questions));
        }
        if (most > 1 + (cases[i].large ? QUESTIONS_OCTETS_MAX / 60000 : QUESTIONS_KEPT_MAX))
            fail_msg("%s: %u kept", cases[i].label, most);
        if (most < cases[i].count / 3)
            fail_msg("%s: only %u kept", cases[i].label, most);
        if (questions_open(questions, RR_A, "open.test", &fresh) != open || fresh)
            fail_msg("%s: the open one is gone", cases[i].label);
        if (is_kept(questions, 0) || !is_kept(questions, cases[i].count - 1))
            fail_msg("%s: not the oldest went", cases[i].label);
    }
}

static void
test_lane(void **state)
{
    (void)state;
    struct lane lane;
    g_autoptr(Questions) table = questions_new();
    struct question *questions[5];
    bool fresh;
    for (unsigned i = 0; i < 5; i++)
        questions[i] = questions_open(table, RR_A, (char[]){ (char)('a' + i), '\0' }, &fresh);
    lane_init(&lane, 2);
    assert_null(lane_next(&lane));
    for (unsigned i = 0; i < 4; i++)
        lane_wait(&lane, questions[i], false);
    assert_ptr_equal(lane_next(&lane), questions[0]);
    lane.in_flight = 1;
    lane_wait(&lane, questions[4], true);
    assert_ptr_equal(lane_next(&lane), questions[4]); /* a second try goes first */
    lane.in_flight = 2;
    assert_null(lane_next(&lane));
    for (unsigned i = 0; i < LANE_SILENT_MAX - 1; i++)
        lane_note(&lane, "timeout");
    assert_false(lane_is_silent(&lane));
    lane_note(&lane, NULL);
    for (unsigned i = 0; i < LANE_SILENT_MAX - 1; i++)
        lane_note(&lane, "timeout");
    assert_false(lane_is_silent(&lane));
    assert_null(lane_next(&lane));
    lane_note(&lane, "timeout");
    assert_true(lane_is_silent(&lane));
    assert_string_equal(lane.silence, "timeout");
    assert_ptr_equal(lane_next(&lane), questions[1]); /* whatever the cap: it is not asked */
    lane_wake(&lane);
    assert_false(lane_is_silent(&lane));
    assert_null(lane_next(&lane));
    lane.failure = "list error";
    assert_ptr_equal(lane_next(&lane), questions[2]);
    assert_ptr_equal(lane_next(&lane), questions[3]);
    assert_null(lane_next(&lane));
    lane_init(&lane, 0);
    assert_int_equal(lane.cap, 1);
}

/* Freed with questions open; asked for what DNS can't carry; closed before it is asked. */
static void
test_without_server(void **state)
{
    (void)state;
    static char address[] = "192.0.2.1";
    char *servers[] = { address, NULL };
    struct resolver_settings settings = { .servers = servers, .in_flight = 1 };
    unsigned counts[3] = { 0 };
    struct resolver_counts all;
    struct resolver *resolver = resolver_new(&settings, NULL);
    assert_non_null(resolver);
    assert_int_equal(resolver_add_lane(resolver, 5), 1);
    assert_int_equal(resolver_add_lane(resolver, 5), 2);
    resolver_ask(resolver, 0, RR_A, "a..b", count_answer, counts);
    assert_int_equal(counts[ANSWER_NONE], 1);
    resolver_close_lane(resolver, 1, "closed");
    resolver_ask(resolver, 1, RR_A, "a.test", count_answer, counts);
    resolver_close_lane(resolver, 99, "no such lane");
    assert_true(resolver_run(resolver, clock_monotonic_us() + 60 * G_USEC_PER_SEC, NULL));
    assert_int_equal(counts[ANSWER_NOT_KNOWN], 1);
    resolver_ask(resolver, 0, RR_A, "b.test", count_answer, counts);
    resolver_ask(resolver, 0, RR_A, "b.test", count_answer, counts);
    assert_false(resolver_run(resolver, 0, NULL)); /* too late from the start */
    assert_int_equal(counts[ANSWER_NOT_KNOWN], 3);
    resolver_ask(resolver, 2, RR_A, "b.test", count_answer, counts);
    resolver_counts(resolver, &all);
    assert_int_equal(all.asked, 3);
    assert_int_equal(all.shared, 1);
    assert_int_equal(all.not_known, 2);
    resolver_free(resolver);
    assert_int_equal(counts[ANSWER_NOT_KNOWN], 4);
    resolver_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),   cmocka_unit_test(test_choose),
        cmocka_unit_test(test_questions), cmocka_unit_test(test_memory),
        cmocka_unit_test(test_lane),      cmocka_unit_test(test_without_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
