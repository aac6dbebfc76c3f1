/* SPDX-License-Identifier: Apache-2.0 */
/* What no server can be made to do: a resolver that plays a script. Questions wait until the run;
 * then they are answered in their order, and what is asked then in a further round. */
#include "test.h"

#include "enrich/enrich.h"

struct line {
    enum rr type;
    const char *name;
    const char *answer; /* addresses, names or a text; "none"; or "!failure" */
};

struct asked {
    unsigned lane, round;
    enum rr type;
    char *name;
    resolver_answered *answered;
    void *user;
};

struct resolver {
    GPtrArray *asked;
    guint done;
    unsigned round, lanes;
    const char *closed[8];
};

static const struct line *script;
static struct resolver *last; /* the one of the test */

static void
free_asked(void *pointer)
{
    struct asked *asked = pointer;
    g_free(asked->name);
    g_free(asked);
}

struct resolver *
resolver_new(const struct resolver_settings *settings, GError **error)
{
    (void)settings;
    (void)error;
    last = g_new0(struct resolver, 1);
    last->asked = g_ptr_array_new_with_free_func(free_asked);
    last->lanes = 1;
    return last;
}

void
resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    assert_int_equal(resolver->done, resolver->asked->len);
    g_ptr_array_unref(resolver->asked);
    g_free(resolver);
}

unsigned
resolver_add_lane(struct resolver *resolver, unsigned in_flight)
{
    assert_int_equal(in_flight, 7);
    return resolver->lanes++;
}

void
resolver_close_lane(struct resolver *resolver, unsigned lane, const char *failure)
{
    resolver->closed[lane] = failure;
}

void
resolver_ask(struct resolver *resolver, unsigned lane, enum rr type, const char *name,
             resolver_answered *answered, void *user)
{
    struct asked *asked = g_new0(struct asked, 1);
    *asked = (struct asked){ lane, resolver->round, type, g_strdup(name), answered, user };
    g_ptr_array_add(resolver->asked, asked);
}

static const char *
scripted(const struct asked *asked)
{
    if (last->closed[asked->lane] != NULL)
        return "!closed";
    for (const struct line *line = script; line->name != NULL; line++)
        if (line->type == asked->type && strcmp(line->name, asked->name) == 0)
            return line->answer;
    return "none";
}

static void
answer(const struct asked *asked)
{
    struct answer_record records[8] = { 0 };
    struct answer answer = { ANSWER_FOUND, 300, records, 0, NULL };
    const char *text = scripted(asked);
    g_auto(GStrv) words = g_strsplit(text, asked->type == RR_TXT ? ";" : " ", -1);
    if (text[0] == '!') {
        answer.outcome = ANSWER_NOT_KNOWN;
        answer.failure = text + 1;
    } else if (strcmp(text, "none") == 0) {
        answer.outcome = ANSWER_NONE; /* without a SOA */
        answer.ttl = 0;
    } else {
        for (char **word = words; *word != NULL; word++, answer.count++) {
            records[answer.count].text = span_of(*word);
            ip_parse(span_of(*word), &records[answer.count].ip);
        }
    }
    asked->answered(asked->user, &answer);
}

bool
resolver_run(struct resolver *resolver, int64_t deadline_us, const volatile int *stop)
{
    (void)deadline_us;
    (void)stop;
    while (resolver->done < resolver->asked->len) {
        guint end = resolver->asked->len;
        resolver->round++;
        while (resolver->done < end)
            answer(g_ptr_array_index(resolver->asked, resolver->done++));
    }
    return true;
}

void
resolver_counts(const struct resolver *resolver, struct resolver_counts *counts)
{
    *counts = (struct resolver_counts){ .asked = resolver->asked->len };
}

static char *no_items[] = { NULL };
static char mmdb_first[] = "mmdb", zen[] = "zen.test", dbl[] = "dbl.test", none[] = "";
static char origin4[] = "o4.test", origin6[] = "o6.test", names[] = "as.test";

static struct enrich *
new_enrich(const struct line *lines)
{
    static struct config config;
    struct enrich *enrich;
    config.dns.servers = config.networks.public = no_items;
    config.dnsbl.ip_lists = config.dnsbl.host_lists = config.dnsbl.wldomain = no_items;
    config.dnsbl.in_flight = 7;
    config.dnsbl.zen = zen;
    config.dnsbl.dbl = dbl;
    config.dnsbl.surbl = none;
    config.networks.prefer = mmdb_first;
    config.dns.cymru4 = origin4;
    config.dns.cymru6 = origin6;
    config.dns.cymru_asn = names;
    script = lines;
    enrich = enrich_new(&config, NULL);
    assert_non_null(enrich);
    return enrich;
}

static const struct ip_fact *
add(struct enrich *enrich, const char *text, unsigned wanted)
{
    struct ip ip;
    assert_true(ip_parse(span_of(text), &ip));
    enrich_add_ip(enrich, &ip, wanted);
    return enrich_ip(enrich, &ip);
}

static unsigned
rounds(void)
{
    return last->round;
}

static void
test_all_is_asked_at_once(void **state)
{
    static const struct line lines[] = {
        { RR_PTR, "1.1.1.9.in-addr.arpa", "a.example.com" },
        { RR_A, "a.example.com", "9.1.1.1" },
        { RR_TXT, "1.1.1.9.o4.test", "64500 | 9.1.1.0/24 | DE | a |" },
        { 0, NULL, NULL },
    };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    const struct ip_fact *fact =
        add(enrich, "9.1.1.1", ENRICH_NAME | ENRICH_NETWORK | ENRICH_LISTS);
    (void)state;
    add(enrich, "9.1.1.2", ENRICH_NETWORK);
    add(enrich, "9.1.2.1", ENRICH_NETWORK);
    enrich_add_host(enrich, "www.example.com", ENRICH_ADDRESS | ENRICH_LISTS);
    enrich_add_asn(enrich, 64500);
    assert_int_equal(last->asked->len, 0);
    assert_true(enrich_run(enrich, 0, NULL));
    for (guint i = 0; i < 9; i++)
        assert_int_equal(((struct asked *)g_ptr_array_index(last->asked, i))->round, 0);
    assert_int_equal(last->asked->len, 10); /* and the name's address */
    assert_int_equal(rounds(), 2);
    assert_string_equal(fact->name, "a.example.com");
    assert_true(fact->name_confirmed);
    assert_int_equal(fact->network.asn, 64500);
    assert_int_equal(fact->listings[0].state, LISTING_CLEAN);
    assert_ptr_equal(fact->listings[0].list, g_intern_string("zen"));
}

/* clang-format off */
static const struct {
    const char *label;
    struct line lines[6];
    enum known known;
    const char *name;
    bool confirmed;
    int held;
} forwards[] = {
    { "PTR lost", { { RR_PTR, "1.1.1.9.in-addr.arpa", "!timeout" } }, NOT_KNOWN, NULL, false, 0 },
    { "address lost", { { RR_PTR, "1.1.1.9.in-addr.arpa", "a.test" }, { RR_A, "a.test", "!timeout" } }, NOT_KNOWN, NULL, false, 0 },
    { "zone broken", { { RR_PTR, "1.1.1.9.in-addr.arpa", "a.test" }, { RR_A, "a.test", "!servfail" } }, KNOWN, "a.test", false, 300 },
    { "one lost, one confirmed", { { RR_PTR, "1.1.1.9.in-addr.arpa", "a.test b.test" }, { RR_A, "a.test", "!timeout" }, { RR_A, "b.test", "9.1.1.1" } }, KNOWN, "b.test", true, 300 },
    { "one lost, one elsewhere", { { RR_PTR, "1.1.1.9.in-addr.arpa", "b.test a.test" }, { RR_A, "a.test", "!timeout" }, { RR_A, "b.test", "9.1.1.2" } }, NOT_KNOWN, NULL, false, 0 },
    { "one broken, one elsewhere", { { RR_PTR, "1.1.1.9.in-addr.arpa", "b.test a.test" }, { RR_A, "a.test", "!refused" }, { RR_A, "b.test", "9.1.1.2" } }, KNOWN, "a.test", false, 300 },
    { "none has a SOA", { { RR_PTR, "1.1.1.9.in-addr.arpa", "none" } }, KNOWN_NONE, NULL, false, 5 },
    { "the same name twice", { { RR_PTR, "1.1.1.9.in-addr.arpa", "a.test a.test" }, { RR_A, "a.test", "9.1.1.1" } }, KNOWN, "a.test", true, 300 },
};
/* clang-format on */

static void
test_forwards(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forwards); i++) {
        g_autoptr(Enrich) enrich = new_enrich(forwards[i].lines);
        const struct ip_fact *fact = add(enrich, "9.1.1.1", ENRICH_NAME);
        bool whole = enrich_run(enrich, 0, NULL);
        int held = (int)(fact->name_expires - clock_now());
        if (whole != (forwards[i].known != NOT_KNOWN) || fact->name_known != forwards[i].known ||
            g_strcmp0(fact->name, forwards[i].name) != 0 ||
            fact->name_confirmed != forwards[i].confirmed || (whole && held != forwards[i].held))
            fail_msg("%s: %d %s %d %d", forwards[i].label, (int)fact->name_known, fact->name,
                     (int)fact->name_confirmed, held);
    }
}

static void
test_a_lost_origin_leaves_its_block_for_the_next_run(void **state)
{
    static const struct line lines[] = {
        { RR_TXT, "1.1.1.9.o4.test", "!timeout" },
        { RR_TXT, "1.2.1.9.o4.test", "64500 | 9.1.2.0/24 | DE | a |" },
        { 0, NULL, NULL },
    };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    const struct ip_fact *first = add(enrich, "9.1.1.1", ENRICH_NETWORK);
    const struct ip_fact *second = add(enrich, "9.1.1.2", ENRICH_NETWORK);
    const struct ip_fact *other = add(enrich, "9.1.2.1", ENRICH_NETWORK);
    (void)state;
    assert_false(enrich_run(enrich, 0, NULL));
    assert_int_equal(first->network_known, NOT_KNOWN);
    assert_int_equal(second->network_known, NOT_KNOWN);
    assert_int_equal(other->network_known, KNOWN);
    assert_int_equal(last->asked->len, 2);
}

/* Holes in a block are asked about two, four, eight at a time: few rounds, not one each. */
static void
test_holes_take_few_rounds(void **state)
{
    static const struct line lines[] = { { 0, NULL, NULL } };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    (void)state;
    for (int i = 1; i < 255; i++) {
        g_autofree char *text = g_strdup_printf("9.1.1.%d", i);
        add(enrich, text, ENRICH_NETWORK);
    }
    assert_true(enrich_run(enrich, 0, NULL));
    assert_int_equal(last->asked->len, 254);
    assert_in_range(rounds(), 1, 9);
}

/* clang-format off */
static const struct {
    const char *label;
    const char *host, *registrable; /* what the list says of each */
    enum listing_state state;
    const char *codes;
} pairs[] = {
    { "both clean", "none", "none", LISTING_CLEAN, "" },
    { "host listed", "127.0.1.4", "none", LISTING_LISTED, "127.0.1.4" },
    { "domain listed", "none", "127.0.1.5", LISTING_LISTED, "127.0.1.5" },
    { "host listed, domain lost", "127.0.1.4", "!timeout", LISTING_LISTED, "127.0.1.4" },
    { "host lost, domain listed", "!timeout", "127.0.1.5", LISTING_LISTED, "127.0.1.5" },
    { "host clean, domain lost", "none", "!timeout", LISTING_NOT_KNOWN, "" },
    { "host lost, domain clean", "!servfail", "none", LISTING_NOT_KNOWN, "" },
    { "both lost", "!timeout", "!timeout", LISTING_NOT_KNOWN, "" },
    { "host undocumented, domain clean", "127.0.1.3", "none", LISTING_NOT_KNOWN, "" },
    { "host listed, domain refused", "127.0.1.4", "127.255.255.254", LISTING_LISTED, "127.0.1.4" },
};
/* clang-format on */

static void
test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        const struct line lines[] = {
            { RR_A, "www.example.com.dbl.test", pairs[i].host },
            { RR_A, "example.com.dbl.test", pairs[i].registrable },
            { 0, NULL, NULL },
        };
        g_autoptr(Enrich) enrich = new_enrich(lines);
        const struct listing *listing;
        enrich_add_host(enrich, "www.example.com", ENRICH_LISTS);
        enrich_run(enrich, 0, NULL);
        listing = enrich_host(enrich, "www.example.com")->listings;
        if (listing->state != pairs[i].state || strcmp(listing->codes, pairs[i].codes) != 0)
            fail_msg("%s: %d %s", pairs[i].label, (int)listing->state, listing->codes);
    }
}

static void
test_a_refusal_closes_the_lane_and_is_told_once(void **state)
{
    static const struct line lines[] = {
        { RR_A, "1.1.1.9.zen.test", "127.255.255.254" },
        { RR_A, "2.1.1.9.zen.test", "127.255.255.254" },
        { 0, NULL, NULL },
    };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    (void)state;
    add(enrich, "9.1.1.1", ENRICH_LISTS);
    add(enrich, "9.1.1.2", ENRICH_LISTS);
    assert_null(enrich_warnings(enrich)[0]);
    assert_false(enrich_run(enrich, 0, NULL));
    assert_non_null(last->closed[1]);
    assert_null(last->closed[2]);
    assert_non_null(strstr(enrich_warnings(enrich)[0], "zen"));
    assert_null(enrich_warnings(enrich)[1]);
}

static void
test_one_family_of_addresses_lost(void **state)
{
    static const struct line lines[] = {
        { RR_A, "four.test", "9.1.1.1" },
        { RR_AAAA, "four.test", "!timeout" },
        { RR_A, "six.test", "!timeout" },
        { RR_AAAA, "six.test", "2a00::1" },
        { RR_A, "special.test", "10.0.0.1" },
        { RR_AAAA, "special.test", "!timeout" },
        { RR_A, "none.test", "none" },
        { RR_AAAA, "none.test", "!timeout" },
        { 0, NULL, NULL },
    };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    static const char *const hosts[] = { "four.test", "six.test", "special.test", "none.test" };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
        enrich_add_host(enrich, hosts[i], ENRICH_ADDRESS);
    assert_false(enrich_run(enrich, 0, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
        assert_int_equal(enrich_host(enrich, hosts[i])->address_known, i < 2 ? KNOWN : NOT_KNOWN);
}

static void
test_what_was_not_added(void **state)
{
    static const struct line lines[] = { { 0, NULL, NULL } };
    g_autoptr(Enrich) enrich = new_enrich(lines);
    g_autofree char *longest = g_strnfill(254, 'a');
    struct ip ip = { { 9, 1, 1, 1 }, 4 };
    struct ip no_ip = { .len = 0 };
    (void)state;
    enrich_add_ip(enrich, &no_ip, ENRICH_NAME);
    enrich_add_host(enrich, "", ENRICH_ADDRESS);
    enrich_add_host(enrich, longest, ENRICH_ADDRESS);
    enrich_add_asn(enrich, 0);
    assert_true(enrich_run(enrich, 0, NULL));
    assert_int_equal(last->asked->len, 0);
    assert_null(enrich_ip(enrich, &ip));
    assert_null(enrich_ip(enrich, &no_ip));
    assert_null(enrich_host(enrich, ""));
    assert_null(enrich_asn(enrich, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_asked_at_once),
        cmocka_unit_test(test_forwards),
        cmocka_unit_test(test_a_lost_origin_leaves_its_block_for_the_next_run),
        cmocka_unit_test(test_holes_take_few_rounds),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_a_refusal_closes_the_lane_and_is_told_once),
        cmocka_unit_test(test_one_family_of_addresses_lost),
        cmocka_unit_test(test_what_was_not_added),
    };
    g_setenv("LAFAYETTE_NOW", "1770000000", TRUE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
