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

static struct question *
opened(struct questions *questions, const char *before, unsigned number, const char *behind)
{
    g_autofree char *name = g_strdup_printf("%s%x%s", before, number, behind);
    bool fresh;
    return questions_open(questions, RR_A, name, &fresh);
}

/* Puts names into the lane that have a number for the "#" of `form`. */
static void
wait_all(struct lane *lane, struct questions *questions, const char *form, unsigned count)
{
    const char *mark = strchr(form, '#');
    g_autofree char *before = g_strndup(form, (gsize)(mark - form));
    for (unsigned i = 0; i < count; i++)
        lane_wait(lane, opened(questions, before, i, mark + 1), false);
}

/* Takes all that may be asked now; how many. */
static unsigned
take_all(struct lane *lane, GPtrArray *taken)
{
    const char *refusal = NULL;
    unsigned count = 0;
    for (struct question *question; (question = lane_next(lane, &refusal)) != NULL; count++) {
        assert_null(refusal);
        g_ptr_array_add(taken, question);
    }
    return count;
}

static void
settle_all(struct lane *lane, GPtrArray *taken, const char *silence)
{
    for (guint i = 0; i < taken->len; i++) {
        lane_end(lane, g_ptr_array_index(taken, i));
        lane_note(lane, g_ptr_array_index(taken, i), silence);
    }
    g_ptr_array_set_size(taken, 0);
}

/* How many are given up for that reason, and no other; nothing is to be asked. */
static unsigned
refused(struct lane *lane, const char *why)
{
    const char *refusal = NULL;
    unsigned count = 0;
    for (; lane_next(lane, &refusal) != NULL; count++)
        assert_string_equal(refusal, why);
    return count;
}

static void
drop_all(struct lane *lane)
{
    while (lane_drop(lane) != NULL)
        ;
}

/* A lane of one list is one group, whatever the names. */
static void
test_lane_of_a_list(void **state)
{
    (void)state;
    g_autoptr(Questions) table = questions_new();
    g_autoptr(GPtrArray) taken = g_ptr_array_new();
    struct lane *lane = lane_new(2, false);
    const char *refusal = "untouched";
    assert_null(lane_next(lane, &refusal));
    wait_all(lane, table, "n#.list.test", 4);
    assert_int_equal(take_all(lane, taken), 2);
    lane_end(lane, g_ptr_array_index(taken, 1));
    lane_wait(lane, g_ptr_array_steal_index(taken, 1), true);
    assert_int_equal(take_all(lane, taken), 1); /* a second try goes first */
    assert_string_equal(((struct question *)g_ptr_array_index(taken, 1))->name, "n1.list.test");
    settle_all(lane, taken, NULL);
    drop_all(lane);
    wait_all(lane, table, "x#.test", LANE_SILENT_MAX + 5);
    for (unsigned i = 0; i < LANE_SILENT_MAX / 2; i++) {
        assert_int_equal(take_all(lane, taken), 2);
        settle_all(lane, taken, "timeout");
    }
    assert_int_equal(refused(lane, "timeout"), 5);
    assert_false(lane_is_suspect(lane));
    lane_wake(lane);
    wait_all(lane, table, "y#.test", 5);
    assert_int_equal(take_all(lane, taken), 2);
    settle_all(lane, taken, "timeout");
    assert_int_equal(take_all(lane, taken), 2);
    settle_all(lane, taken, "timeout"); /* a few tell that it is no better */
    assert_int_equal(refused(lane, "timeout"), 1);
    lane_wake(lane);
    lane_close(lane, "list error");
    lane_close(lane, "another");
    wait_all(lane, table, "z#.test", 2);
    assert_int_equal(refused(lane, "list error"), 2);
    lane_free(lane);
    lane_free(NULL);
}

/* A domain that does not answer is in nobody's way. */
static void
test_shared_lane(void **state)
{
    (void)state;
    g_autoptr(Questions) table = questions_new();
    g_autoptr(GPtrArray) taken = g_ptr_array_new();
    struct lane *lane = lane_new(1000, true);
    wait_all(lane, table, "n#.dead.test", 1470);
    wait_all(lane, table, "www.good#.test", 300);
    assert_int_equal(take_all(lane, taken), LANE_GROUP_FIRST + 300);
    for (guint i = 0; i < taken->len; i++) {
        struct question *one = g_ptr_array_index(taken, i);
        lane_end(lane, one);
        lane_note(lane, one, g_str_has_suffix(one->name, ".dead.test") ? "timeout" : NULL);
    }
    g_ptr_array_set_size(taken, 0);
    assert_int_equal(refused(lane, "timeout"), 1470 - LANE_GROUP_FIRST);
    wait_all(lane, table, "m#.good1.test", 5);
    assert_int_equal(take_all(lane, taken), 5);
    settle_all(lane, taken, NULL);
    wait_all(lane, table, "m#.dead.test", 5);
    assert_int_equal(refused(lane, "timeout"), 5);
    lane_rest(lane); /* the good ones are forgotten */
    lane_wake(lane);
    wait_all(lane, table, "o#.dead.test", 50);
    assert_int_equal(take_all(lane, taken), LANE_GROUP_FIRST);
    settle_all(lane, taken, NULL);
    assert_int_equal(take_all(lane, taken), 30); /* it is back, and may have more */
    settle_all(lane, taken, NULL);
    lane_free(lane);
}

/* A domain's share grows with its answers and is halved when one is missing. */
static void
test_share_of_a_domain(void **state)
{
    (void)state;
    g_autoptr(Questions) table = questions_new();
    g_autoptr(GPtrArray) taken = g_ptr_array_new();
    struct lane *lane = lane_new(1000, true);
    wait_all(lane, table, "n#.good.test", 900);
    for (unsigned share = LANE_GROUP_FIRST; share < 200; share *= 2) {
        assert_int_equal(take_all(lane, taken), share);
        settle_all(lane, taken, NULL);
    }
    assert_int_equal(take_all(lane, taken), 320);
    for (unsigned i = 0; i < 100; i++) {
        lane_end(lane, g_ptr_array_index(taken, i));
        lane_note(lane, g_ptr_array_index(taken, i), i < 3 ? "timeout" : NULL);
    }
    g_ptr_array_set_size(taken, 0);
    assert_in_range(take_all(lane, taken), 0, 1); /* one whose turn had come */
    drop_all(lane);
    lane_free(lane);
}

static void
test_groups(void **state)
{
    (void)state;
    static const char v6_host[] =
        "#.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    static const char v6_site[] =
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.#.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    const struct {
        const char *label, *form;
        unsigned at_once; /* of 60 */
    } cases[] = {
        { "a domain", "n#.example.co.uk", 20 },
        { "domains", "www.n#.co.uk", 60 },
        { "names without one", "n#", 60 },
        { "a /24", "#.2.0.192.in-addr.arpa", 20 },
        { "a /48", v6_host, 20 },
        { "many /24", "1.#.0.192.in-addr.arpa", 60 },
        { "many /48", v6_site, 60 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Questions) table = questions_new();
        g_autoptr(GPtrArray) taken = g_ptr_array_new();
        struct lane *lane = lane_new(100, true);
        wait_all(lane, table, cases[i].form, 60);
        unsigned got = take_all(lane, taken);
        if (got != cases[i].at_once)
            fail_msg("%s: %u at once", cases[i].label, got);
        drop_all(lane);
        lane_free(lane);
    }
}

/* Many dead domains make the resolver suspect, and only its own silence makes it silent. */
static void
test_suspect_lane(void **state)
{
    (void)state;
    g_autoptr(Questions) table = questions_new();
    g_autoptr(GPtrArray) taken = g_ptr_array_new();
    struct lane *lane = lane_new(1000, true);
    const char *refusal = NULL;
    wait_all(lane, table, "n.d#.test", LANE_SILENT_MAX - 1);
    wait_all(lane, table, "m.d#.test", LANE_SILENT_MAX - 1);
    take_all(lane, taken);
    settle_all(lane, taken, "timeout");
    assert_false(lane_is_suspect(lane)); /* as often, but not as many domains */
    wait_all(lane, table, "n.e#.test", 1);
    take_all(lane, taken);
    settle_all(lane, taken, "timeout");
    assert_true(lane_is_suspect(lane));
    wait_all(lane, table, "n.good#.test", 5);
    assert_null(lane_next(lane, &refusal));
    lane_judge(lane, NULL);
    assert_false(lane_is_suspect(lane));
    assert_int_equal(take_all(lane, taken), 5);
    lane_judge(lane, "timeout"); /* too late: it is not suspect any more */
    settle_all(lane, taken, NULL);
    wait_all(lane, table, "n.f#.test", LANE_SILENT_MAX);
    assert_int_equal(take_all(lane, taken), LANE_SILENT_MAX);
    settle_all(lane, taken, "timeout");
    wait_all(lane, table, "o.good#.test", 5);
    assert_true(lane_is_suspect(lane));
    lane_judge(lane, "timeout");
    assert_int_equal(refused(lane, "timeout"), 5);
    lane_wake(lane);
    wait_all(lane, table, "p.good#.test", 5);
    assert_int_equal(take_all(lane, taken), 5);
    settle_all(lane, taken, NULL);
    lane_free(lane);
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
        cmocka_unit_test(test_servers),           cmocka_unit_test(test_choose),
        cmocka_unit_test(test_questions),         cmocka_unit_test(test_memory),
        cmocka_unit_test(test_lane_of_a_list),    cmocka_unit_test(test_shared_lane),
        cmocka_unit_test(test_share_of_a_domain), cmocka_unit_test(test_groups),
        cmocka_unit_test(test_suspect_lane),      cmocka_unit_test(test_without_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
