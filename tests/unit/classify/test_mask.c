/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/text.h"
#include "classify/mask.h"

/* clang-format off */
static const struct { const char *label, *text, *want; } subjects[] = {
    { "number",                    "Invoice 4711 overdue",              "Invoice # overdue"           },
    { "amount",                    "Invoice 12 - 1.234,56 USD",         "Invoice # - # USD"           },
    { "amount with blanks",        "pay 1 234,56 EUR",                  "pay # EUR"                   },
    { "date and time",             "on 2026-01-31 at 12:30",            "on # at #"                   },
    { "ordinal",                   "until the 5th",                     "until the #"                 },
    { "letters before a number",   "order PO471123",                    "order PO#"                   },
    { "number in brackets",        "full (98%)",                        "full (#%)"                   },
    { "hash and number",           "alert #4711",                       "alert ##"                    },
    { "hex",                       "id 4f3a9c217e",                     "id *"                        },
    { "UUID",                      "id 123e4567-e89b-12d3-a456-426614174000", "id *"                  },
    { "letters and digits in turn", "code A1B2C3",                      "code *"                      },
    { "letters without a vowel",   "hello xkqjzvwb",                    "hello *"                     },
    { "letters of mixed case",     "hello aBcDeFgH",                    "hello *"                     },
    { "names of firms stay",       "PayPal and LinkedIn",               "PayPal and LinkedIn"         },
    { "short words with digits",   "B2B mp3",                           "B#B mp#"                     },
    { "address",                   "mail for ann.b@example.com now",    "mail for * now"              },
    { "URL",                       "see https://example.com/a?b.",      "see *."                      },
    { "host",                      "see www.example.com",               "see *"                       },
    { "Cyrillic and a number",     "Счёт на оплату 4711",               "Счёт на оплату #"            },
    { "Chinese, numbers inside",   "您的账户123需要验证",               "您的账户#需要验证"           },
    { "full-width digits",         "請求書１２３",                      "請求書#"                     },
    { "white space",               "  a \t b  ",                        "a b"                         },
    { "name opens, comma",         "John, you have 7 new messages",     "*, you have # new messages"  },
    { "two names open",            "John Smith sent you a document",    "* sent you a document"       },
    { "behind Re:",                "Re: John, you are late",            "Re: *, you are late"         },
    { "no name opens",             "Your Account has been limited",     "Your Account has been limited" },
    { "one capital word stays",    "Parcel waits",                      "Parcel waits"                },
    { "name closes",               "Konto gesperrt, Hans Müller",       "Konto gesperrt, *"           },
    { "name closes with a mark",   "act now, John!",                    "act now, *!"                 },
    { "comma, no name behind",     "act now, please",                   "act now, please"             },
    { "behind for",                "Tax refund of 12.50 USD for Ann Lee", "Tax refund of # USD for *" },
    { "behind for, more follows",  "Alert for Ann today",               "Alert for * today"           },
    { "behind Mr.",                "Attention Mr. Smith now",           "Attention Mr. * now"             },
    { "name with a hyphen",        "Bonjour Jean-Pierre",               "Bonjour *"                   },
    { "Russian",                   "Уважаемый Иван Петров",             "Уважаемый *"                 },
    { "Japanese",                  "田中様 ご請求",                     "* ご請求"                    },
    { "capitals are no name",      "for USD",                           "for USD"                     },
    { "empty",                     "",                                  ""                            },
    { "marks alone",               "!!! ...",                           "!!! ..."                     },
};

static const struct { const char *label, *addresses, *text, *want; } known[] = {
    { "local part",        "john.smith14@example.com",     "ready, JOHN? smith",     "ready, *? *" },
    { "display name",      "\"Ann Lee\" <x@example.com>",  "hello ann lee",          "hello *"     },
    { "domain is no name", "ann@parcel.example",           "parcel for example",     "parcel for example" },
    { "role is no name",   "security@example.com",         "security alert",         "security alert" },
    { "two recipients",    "ann@a.example, bob@b.example", "ann, bob and carl",      "*, * and carl" },
    { "short words stay",  "al.to@example.com",            "al goes to",             "al goes to"  },
};
/* clang-format on */

static void
test_what_varies_is_masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *got = mask_text(span_of(subjects[i].text), MASK_NAMES, NULL);
        if (strcmp(got, subjects[i].want) != 0)
            fail_msg("%s: got '%s'", subjects[i].label, got);
    }
}

static void
test_recipients_words_are_masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        struct known_words words;
        known_words_init(&words);
        known_words_add(&words, known[i].addresses);
        g_autofree char *got = mask_text(span_of(known[i].text), MASK_TOKENS, &words);
        if (strcmp(got, known[i].want) != 0)
            fail_msg("%s: got '%s'", known[i].label, got);
        known_words_clear(&words);
    }
}

static void
test_names_stay_where_only_tokens_go(void **state)
{
    g_autofree char *got = mask_text(span_of("Note for Ann 12.pdf"), MASK_TOKENS, NULL);
    (void)state;
    assert_string_equal(got, "Note for Ann #.pdf");
}

static void
test_templates_keep_within_their_limit(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    (void)state;
    for (int i = 0; i < 4000; i++)
        g_string_append(text, "é");
    g_autofree char *got = mask_text(span_of(text->str), MASK_NAMES, NULL);
    assert_int_equal(g_utf8_strlen(got, -1), PATTERN_CHARS_MAX);
    assert_true(g_utf8_validate(got, -1, NULL));
}

static void
test_letters_outside_masks_are_counted(void **state)
{
    (void)state;
    assert_int_equal(mask_letters("* # aé 漢!"), 3);
    assert_int_equal(mask_letters(""), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_varies_is_masked),
        cmocka_unit_test(test_recipients_words_are_masked),
        cmocka_unit_test(test_names_stay_where_only_tokens_go),
        cmocka_unit_test(test_templates_keep_within_their_limit),
        cmocka_unit_test(test_letters_outside_masks_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
