/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/contact_choice.h"

#define NOW 1800000000

static char *own[] = { (char[]){ "own.example" }, NULL };

/* Findings of one address, 192.0.2.77, as "origin prefix expires addresses"; expires is seconds from now,
 * "-" for never. Then the AS's addresses, opt-outs as "kind subject reason", and who is written to: "+"
 * written to, "-" left out. */
/* clang-format off */
static const struct {
    const char *label;
    const char *contacts[5];
    const char *as;
    const char *outs[3];
    bool with_rdap, with_zone;
    enum known known;
    const char *want;
} cases[] = {
    { "nobody, nobody asked", { NULL }, NULL, { NULL }, false, false, NOT_KNOWN, "" },
    { "nobody has answered", { NULL }, NULL, { NULL }, true, true, NOT_KNOWN, "" },
    { "the order", { "abusix 192.0.2.77 60 d@x.example", "rdap 192.0.2.0/24 60 c@x.example",
      "file 192.0.2.0/24 60 b@x.example", "person 192.0.0.0/16 - a@x.example" }, NULL, { NULL },
      true, true, KNOWN, "+a@x.example person" },
    { "the file before RDAP", { "rdap 192.0.2.77 60 c@x.example", "file 192.0.0.0/16 60 b@x.example" },
      NULL, { NULL }, true, true, KNOWN, "+b@x.example file" },
    { "RDAP before Abusix", { "abusix 192.0.2.77 60 d@x.example", "rdap 192.0.2.0/24 60 c@x.example" },
      NULL, { NULL }, true, true, KNOWN, "+c@x.example rdap" },
    { "the longest prefix", { "person 192.0.2.0/25 - long@x.example", "person 192.0.2.0/24 - a@x.example" },
      NULL, { NULL }, true, true, KNOWN, "+long@x.example person" },
    { "another prefix is not his", { "person 192.0.2.0/26 - a@x.example" }, NULL, { NULL }, true, true,
      NOT_KNOWN, "" },
    { "RDAP says none, Abusix has not answered", { "rdap 192.0.2.0/24 60 " }, NULL, { NULL }, true, true,
      NOT_KNOWN, "" },
    { "both say none", { "rdap 192.0.2.0/24 60 ", "abusix 192.0.2.77 60 " }, NULL, { NULL }, true, true,
      KNOWN_NONE, "" },
    { "the one that is asked says none", { "abusix 192.0.2.77 60 " }, NULL, { NULL }, false, true,
      KNOWN_NONE, "" },
    { "RDAP says none, Abusix has one", { "rdap 192.0.2.0/24 60 ", "abusix 192.0.2.77 60 d@x.example" },
      NULL, { NULL }, true, true, KNOWN, "+d@x.example abusix" },
    { "too old", { "rdap 192.0.2.0/24 -1 c@x.example" }, NULL, { NULL }, true, false, NOT_KNOWN, "" },
    { "the AS's stands beside", { "rdap 192.0.2.0/24 60 c@x.example,d@x.example" },
      "as@x.example, C@x.example", { NULL }, true, false, KNOWN,
      "+c@x.example rdap +d@x.example rdap +as@x.example asn" },
    { "the AS's alone", { NULL }, "as@x.example", { NULL }, true, false, NOT_KNOWN, "+as@x.example asn" },
    { "written by hand, badly", { "person 192.0.2.77 - nonsense,b@x.example" }, "a@b@c,,as@x.example",
      { NULL }, true, false, KNOWN, "-nonsense person +b@x.example person -a@b@c asn +as@x.example asn" },
    { "ourselves", { "rdap 192.0.2.0/24 60 abuse@mx.own.example" }, NULL, { NULL }, true, false, KNOWN,
      "-abuse@mx.own.example rdap" },
    { "an address is disabled", { "rdap 192.0.2.0/24 60 A@x.example,b@x.example" }, NULL,
      { "address a@x.example bounced" }, true, false, KNOWN, "-A@x.example rdap +b@x.example rdap" },
    { "disabled does not mean: ask the next", { "person 192.0.2.77 - a@x.example",
      "rdap 192.0.2.0/24 60 c@x.example" }, NULL, { "address a@x.example bounced" }, true, false, KNOWN,
      "-a@x.example person" },
    { "a domain is disabled", { "rdap 192.0.2.0/24 60 a@mx.x.example,b@evilx.example,c@x.example" }, NULL,
      { "domain x.example " }, true, false, KNOWN,
      "-a@mx.x.example rdap +b@evilx.example rdap -c@x.example rdap" },
    { "an AS is disabled", { "rdap 192.0.2.0/24 60 a@x.example" }, "as@x.example",
      { "asn 64500 a ticket robot" }, true, false, KNOWN, "-a@x.example rdap -as@x.example asn" },
    { "another AS is disabled", { "rdap 192.0.2.0/24 60 a@x.example" }, NULL, { "asn 6450 x" }, true,
      false, KNOWN, "+a@x.example rdap" },
};
/* clang-format on */

static struct contact
contact_of(const char *text)
{
    struct contact contact = { .checked = NOW - 10, .expires = CLOCK_UNKNOWN };
    g_auto(GStrv) words = g_strsplit(text, " ", 4);
    assert_true(contact_origin_read(words[0], &contact.origin));
    assert_true(ip_range_parse(span_of(words[1]), &contact.prefix));
    if (strcmp(words[2], "-") != 0)
        contact.expires = NOW + g_ascii_strtoll(words[2], NULL, 10);
    contact.addresses = g_intern_string(words[3]);
    return contact;
}

static char *
text_of(const struct contact_choice *choice)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < choice->targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(choice->targets, i);
        g_string_append_printf(text, "%s%s%s %s", i > 0 ? " " : "",
                               target->left_out != NULL ? "-" : "+", target->address,
                               contact_origin_word(target->origin));
    }
    return g_string_free(text, FALSE);
}

static void
check_case(size_t i)
{
    struct contact contacts[5];
    g_autoptr(ContactOptOuts) outs = contact_opt_outs_new();
    struct contact_question question = {
        .asn = 64500,
        .as_addresses = cases[i].as,
        .contacts = contacts,
        .outs = outs,
        .own = own,
        .now = NOW,
        .with_rdap = cases[i].with_rdap,
        .with_zone = cases[i].with_zone,
    };
    struct contact_choice choice;
    assert_true(ip_parse(span_of("192.0.2.77"), &question.ip));
    while (question.contact_count < 5 && cases[i].contacts[question.contact_count] != NULL) {
        contacts[question.contact_count] = contact_of(cases[i].contacts[question.contact_count]);
        question.contact_count++;
    }
    for (size_t n = 0; n < 3 && cases[i].outs[n] != NULL; n++) {
        g_auto(GStrv) words = g_strsplit(cases[i].outs[n], " ", 3);
        contact_opt_outs_add(outs, words[0], words[1], words[2]);
    }
    contact_choose(&question, &choice);
    g_autofree char *text = text_of(&choice);
    if (strcmp(text, cases[i].want) != 0 || choice.known != cases[i].known)
        fail_msg("%s: got %d %s", cases[i].label, (int)choice.known, text);
    size_t written = 0;
    for (const char *at = text; *at != '\0'; at++)
        written += *at == '+';
    assert_int_equal(contact_choice_count(&choice), written);
    contact_choice_clear(&choice);
    question.special = true;
    contact_choose(&question, &choice);
    if (choice.targets->len != 0 || choice.known != NOT_KNOWN)
        fail_msg("%s: a special address has a contact", cases[i].label);
    contact_choice_clear(&choice);
}

static void
test_choices(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(i);
}

static void
test_reasons(void **state)
{
    (void)state;
    g_autoptr(ContactOptOuts) outs = contact_opt_outs_new();
    contact_opt_outs_add(outs, "address", "a@x.example", "bounced twice");
    contact_opt_outs_add(outs, "asn", "64500", "");
    struct contact contact = contact_of("person 192.0.2.77 - a@x.example");
    struct contact_question question = {
        .contacts = &contact, .contact_count = 1, .outs = outs, .asn = 64499, .now = NOW
    };
    struct contact_choice choice;
    assert_true(ip_parse(span_of("192.0.2.77"), &question.ip));
    contact_choose(&question, &choice);
    const struct contact_target *target = g_ptr_array_index(choice.targets, 0);
    assert_string_equal(target->left_out, "disabled: bounced twice");
    contact_choice_clear(&choice);
    question.asn = 64500;
    contact_choose(&question, &choice);
    target = g_ptr_array_index(choice.targets, 0);
    assert_string_equal(target->left_out, "AS64500 is disabled");
    contact_choice_clear(&choice);
    assert_null(contact_opt_outs_asn(outs, 0));
}

static void
test_what_is_named(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *label, *given, *kind, *subject; } named[] = {
        { "address",  "Abuse@X.example", "address", "abuse@x.example" },
        { "a number", "64500",           "asn",     "64500" },
        { "AS",       " as64500 ",       "asn",     "64500" },
        { "domain",   "X.example.",      "domain",  "x.example" },
        { "AS 0",     "AS0",             NULL,      NULL },
        { "too large", "AS4294967296",   NULL,      NULL },
        { "one label", "localhost",      NULL,      NULL },
        { "an IP address", "192.0.2.1",  NULL,      NULL },
        { "nonsense", "a b@x.example",   NULL,      NULL },
        { "nothing",  "",                NULL,      NULL },
    };
    /* clang-format on */
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        const char *kind = NULL;
        g_autofree char *subject = NULL;
        bool good = contact_opt_out_read(span_of(named[i].given), &kind, &subject);
        if (good != (named[i].kind != NULL) ||
            (good && (strcmp(kind, named[i].kind) != 0 || strcmp(subject, named[i].subject) != 0)))
            fail_msg("%s: %s %s", named[i].label, kind != NULL ? kind : "none",
                     subject != NULL ? subject : "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_what_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
