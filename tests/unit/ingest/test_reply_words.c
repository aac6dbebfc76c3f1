/* SPDX-License-Identifier: Apache-2.0 */
/* Ticket numbers and status codes. */
#include "test.h"

#include "ingest/reply_status.h"
#include "ingest/reply_stop.h"
#include "ingest/reply_ticket.h"

/* clang-format off */
static const struct {
    const char *label, *given, *want; /* NULL: none */
} subjects[] = {
    { "hash in brackets",        "[#12345] Abuse report",                    "12345" },
    { "queue and hash",          "[net.example #48213] AutoReply: report",   "48213" },
    { "OTRS",                    "[Ticket#2026112210000017] Abuse",          "2026112210000017" },
    { "words",                   "Ticket ID: ABC-123: received",             "ABC-123" },
    { "number",                  "Case number 9912 opened",                  "9912" },
    { "case",                    "case 0077: your report",                   "0077" },
    { "request",                 "Request #881 was received",                "881" },
    { "ends with a dot",         "your ticket 4711.",                        "4711" },
    { "hash without brackets",   "we are #12 in the list",                   NULL },
    { "part of a word",          "showcase 12345",                           NULL },
    { "a word that goes on",     "tickets 12345",                            NULL },
    { "no digits",               "Ticket ID: pending",                       NULL },
    { "one digit",               "ticket 5",                                 NULL },
    { "closed bracket",          "[x] #12345",                               NULL },
    { "too long",                "[#12345678901234567890123456789012345678901]", NULL },
    { "nothing",                 "",                                         NULL },
    { "brackets alone",          "[#]",                                      NULL },
    { "ends behind the word",    "ticket",                                   NULL },
    { "UTF-8 before",            "\xC3\xA9ticket 12345",                     NULL },
}, texts[] = {
    { "in a sentence",           "Thanks.\nYour Ticket ID: XY-9001 is open", "XY-9001" },
    { "two digits are too few",  "within this case 24 hours",                NULL },
    { "hash alone is not enough","see [#12345]",                             NULL },
}, codes[] = {
    { "alone",                   "5.1.1",                                    "5.1.1" },
    { "in a line",               "<a@b>: 550 5.1.1 no such user",            "5.1.1" },
    { "in brackets",             "failed (4.4.7)",                           "4.4.7" },
    { "end of a sentence",       "It said 5.2.2.",                           "5.2.2" },
    { "an address",              "from 5.1.1.2 to 192.0.2.1",                NULL },
    { "a version",               "qmail 1.0.3",                              NULL },
    { "a class that is none",    "3.1.1",                                    NULL },
    { "bare reply code",         "said: 550 user unknown",                   "5.0.0" },
    { "bare code of a block",    "552-too large",                            "5.0.0" },
    { "a number",                "5501 things",                              NULL },
    { "behind a letter",         "v5.1.1",                                   NULL },
    { "three digits a part",     "5.700.123",                                "5.700.123" },
    { "four digits a part",      "5.1.1234",                                 NULL },
    { "nothing",                 "",                                         NULL },
}, notes[] = {
    { "one group",               "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n", "5.1.1" },
    { "status before action",    "Status: 5.1.1 (no user)\nAction: failed\n", "5.1.1" },
    { "the one that failed",     "Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.7.1\n", "5.7.1" },
    { "not across groups",       "Status: 2.0.0\nAction: relayed\n\nAction: failed\n", "2.0.0" },
    { "none failed",             "Action: delayed\nStatus: 4.4.1\n",         "4.4.1" },
    { "no status",               "Action: failed\n",                         NULL },
    { "nonsense",                "Status: none\nAction: failed\n",           NULL },
};
static const struct {
    const char *label, *subject, *text;
    bool stop;
} stops[] = {
    { "the word",             "Re: Abuse report: fraud from 192.0.2.1 [x]", "STOP",                          true },
    { "small, with a dot",    "Re: [x]",     "\r\nstop.\r\n\r\n> answer with the word STOP",              true },
    { "begins",               "Re: [x]",     "Please remove us from your list, thanks.\n",             true },
    { "behind a greeting",    "Re: [x]",     "Hello,\n\nunsubscribe\n\nAnn",                            true },
    { "in the subject",       "Unsubscribe", "",                                                      true },
    { "subject of an answer", "AW: Re: STOP","Best regards",                                          true },
    { "opt-out",              "",            "Opt-out!",                                              true },
    { "quoted",               "Re: [x]",     "We fixed it.\n> STOP\n",                                false },
    { "a word that goes on",  "Re: [x]",     "Stopped the customer's server.",                        false },
    { "inside a sentence",    "Re: [x]",     "Thank you.\nWe will stop this customer.",               false },
    { "a later line begins",  "Re: [x]",     "Thank you.\nStop me if you knew: he is gone",           false },
    { "our words, quoted",    "Re: [x]",     "Done\n1\n2\n3\n4\n5\nSTOP.",                            false },
    { "subject says it last", "Re: [x] stop","Done",                                                  false },
    { "nothing",              "",            "",                                                      false },
    { "prefixes alone",       "Re: Re:",     ">>>\n--\n",                                             false },
    { "UTF-8 behind",         "",            "stop\xC3\xA9",                                          false },
};
/* clang-format on */

static void
test_stops(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(stops); i++) {
        print_message("%s\n", stops[i].label);
        assert_int_equal(reply_asks_to_stop(stops[i].subject, span_of(stops[i].text)),
                         stops[i].stop);
    }
}

static void
check(const char *label, char *found, const char *want)
{
    print_message("%s: %s\n", label, found != NULL ? found : "none");
    if (want == NULL)
        assert_null(found);
    else
        assert_string_equal(found != NULL ? found : "none", want);
    g_free(found);
}

static void
test_tickets(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
        check(subjects[i].label, reply_ticket_of_subject(subjects[i].given), subjects[i].want);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        check(texts[i].label, reply_ticket_of_text(span_of(texts[i].given)), texts[i].want);
}

static void
test_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
        check(codes[i].label, reply_status_of_text(span_of(codes[i].given)), codes[i].want);
    for (size_t i = 0; i < G_N_ELEMENTS(notes); i++)
        check(notes[i].label, reply_status_of_dsn(notes[i].given), notes[i].want);
}

static void
test_addresses(void **state)
{
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    (void)state;
    reply_status_addresses(
        "Final-Recipient: rfc822; <a@b.example>\nOriginal-Recipient: c@d.example\n"
        "Final-Recipient: none\nFinal-Recipient: rfc822;x@y.example\n",
        addresses, 3);
    assert_int_equal(addresses->len, 3);
    assert_string_equal(g_ptr_array_index(addresses, 0), "a@b.example");
    assert_string_equal(g_ptr_array_index(addresses, 1), "c@d.example");
    assert_string_equal(g_ptr_array_index(addresses, 2), "x@y.example");
    reply_status_addresses("Final-Recipient: rfc822; z@b.example\n", addresses, 3);
    assert_int_equal(addresses->len, 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tickets),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
