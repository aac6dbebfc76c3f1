/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "classify/words.h"

/* clang-format off */
static const struct { const char *label, *text, *want; } folds[] = {
    { "case",               "OUT of Office",              "out of office"       },
    { "sharp s",            "Straße",                     "strasse"             },
    { "final sigma",        "ΛΟΓΟΣ λόγος",                "λογοσ λόγοσ"         },
    { "decomposed",         "Re\u0301ponse",              "réponse"             },
    { "white space",        " \t a\r\n b\u00A0c\u3000d ", "a b c d"             },
    { "invisible",          "un\u200Bdeliver\u00ADable",  "undeliverable"       },
    { "overrides of order", "\u202Eabc\u2066",            "abc"                 },
    { "apostrophe",         "n\u2019a",                   "n'a"                 },
    { "hyphen and colon",   "Auto\u2011Reply\uFF1A x",    "auto-reply: x"       },
    { "Turkish, capital",   "OTOMAT\u0130K YANIT I\u0131", "otomatik yanit ii"    },
    { "Turkish, small",     "otomatik yan\u0131t i",      "otomatik yanit i"    },
    { "dot above, decomposed", "I\u0307zin",              "izin"                },
    { "dot above, not of i", "\u017Bycie z\u0307 \u0307",   "życie ż \u0307"      },
    { "empty",              "",                           ""                    },
};

static const struct { const char *label, *folded, *marks, *tag; } openings[] = {
    { "nothing before",   "out of office",          "out of office",       "out of office" },
    { "a tag",            "[users] out of office",  "users] out of office", "out of office" },
    { "words in a tag",   "[automatic reply] x",    "automatic reply] x",  "x"             },
    { "no closing",       "[users out of office",   "users out of office", "users out of office" },
    { "tag at the end",   "[users]",                "users]",              "users]"        },
    { "stars and quotes", "*** \"x\"",              "x\"",                 "x\""          },
    { "empty",            "",                       "",                    ""              },
};

static const struct { const char *label; enum word_list list; const char *folded; bool want; } matches[] = {
    { "opens, end",              WORDS_AUTO, "automatic reply",            true  },
    { "opens, colon",            WORDS_AUTO, "automatic reply: x",         true  },
    { "opens, white space",      WORDS_AUTO, "out of office re: x",        true  },
    { "opens, longer word",      WORDS_AUTO, "autosvarer x",               false },
    { "not at the start",        WORDS_AUTO, "about: automatic reply",     false },
    { "script without spaces",   WORDS_AUTO, "自動応答です",               true  },
    { "title, colon",            WORDS_RECEIPT, "read: x",                 true  },
    { "title, blank and colon",  WORDS_RECEIPT, "lu : x",                  true  },
    { "title, more words",       WORDS_RECEIPT, "read this",               false },
    { "closes",                  WORDS_AUTO, "ann is out of the office.",  true  },
    { "closes, more words",      WORDS_AUTO, "who is out of the office today", false },
    { "closes, marks alone",     WORDS_AUTO, " .!)]\"'",                   false },
    { "anywhere",                WORDS_BOUNCE, "warning: mail delivery failed", true },
    { "nowhere",                 WORDS_BOUNCE, "parcel delivered",         false },
    { "empty",                   WORDS_BOUNCE, "",                         false },
};
/* clang-format on */

static void
test_text_is_made_comparable(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(folds); i++) {
        g_autofree char *got = words_fold(span_of(folds[i].text), 1000);
        if (strcmp(got, folds[i].want) != 0)
            fail_msg("%s: got '%s'", folds[i].label, got);
    }
}

static void
test_fold_reads_no_further_than_told(void **state)
{
    g_autofree char *got = words_fold(span_of("ab\u00E9cd"), 3); /* é would end at 4 */
    g_autofree char *none = words_fold(span_of(NULL), 10);
    (void)state;
    assert_string_equal(got, "ab");
    assert_string_equal(none, "");
}

static void
test_marks_and_tags_are_passed_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(openings); i++) {
        const char *marks = words_after_marks(openings[i].folded);
        const char *tag = words_after_tag(openings[i].folded);
        if (strcmp(marks, openings[i].marks) != 0 || strcmp(tag, openings[i].tag) != 0)
            fail_msg("%s: got '%s' and '%s'", openings[i].label, marks, tag);
    }
}

static void
test_phrases_match_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(matches); i++)
        if (words_match(matches[i].list, matches[i].folded) != matches[i].want)
            fail_msg("%s", matches[i].label);
}

static void
test_phrases_stand_in_their_comparable_form(void **state)
{
    (void)state;
    for (enum word_list list = WORDS_BOUNCE; list <= WORDS_CHALLENGE; list++) {
        size_t count = 0;
        const char *phrase;
        for (; (phrase = words_phrase(list, count)) != NULL; count++) {
            g_autofree char *folded = words_fold(span_of(phrase), 1000);
            if (strcmp(folded, phrase) != 0)
                fail_msg("list %d: '%s' folds to '%s'", (int)list, phrase, folded);
            for (size_t k = 0; k < count; k++)
                if (strcmp(words_phrase(list, k), phrase) == 0)
                    fail_msg("list %d: '%s' is there twice", (int)list, phrase);
        }
        assert_true(count > 2);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_made_comparable),
        cmocka_unit_test(test_fold_reads_no_further_than_told),
        cmocka_unit_test(test_marks_and_tags_are_passed_over),
        cmocka_unit_test(test_phrases_match_at_their_place),
        cmocka_unit_test(test_phrases_stand_in_their_comparable_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
