/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "classify/classify.h"

#include "made_report.h"

#define DSN_PARTS                                                                                  \
    "multipart/report;delivery-status\ntext/plain\nmessage/delivery-status\nmessage/rfc822\n"      \
    "1text/plain\n"
#define PLAIN "From: Ann <ann@example.com>\nSubject: "
#define DAEMON "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nSubject: "

/* clang-format off */
static const struct {
    const char *label;
    struct made_text report;
    enum email_type type;
    const char *rule;
} cases[] = {
    /* delivery status */
    { "DSN, failed", { .header = PLAIN "x\n", .parts = DSN_PARTS,
      .status = "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c\nAction: failed\n" },
      EMAIL_BOUNCE, "dsn-failed" },
    { "DSN, delayed", { .header = PLAIN "x\n", .parts = DSN_PARTS, .status = "A: b\r\n\r\naction:Delayed\r\n" },
      EMAIL_BOUNCE, "dsn-delayed" },
    { "DSN, delivered", { .header = PLAIN "x\n", .parts = DSN_PARTS, .status = "Action: delivered (ok)\n" },
      EMAIL_BOUNCE, "dsn-success" },
    { "DSN, relayed and expanded", { .header = PLAIN "x\n", .parts = DSN_PARTS,
      .status = "Action: relayed\n\nAction: expanded\n" }, EMAIL_BOUNCE, "dsn-success" },
    { "one of three failed", { .header = PLAIN "x\n", .parts = DSN_PARTS,
      .status = "Action: delivered\n\nAction: failed\n\nAction: delayed\n" }, EMAIL_BOUNCE, "dsn-failed" },
    { "delayed outweighs delivered", { .header = PLAIN "x\n", .parts = DSN_PARTS,
      .status = "Action: delayed\n\nAction: delivered\n" }, EMAIL_BOUNCE, "dsn-delayed" },
    { "status code in place of an action", { .header = PLAIN "x\n", .parts = DSN_PARTS, .status = "Status: 4.2.2\n" },
      EMAIL_BOUNCE, "dsn-delayed" },
    { "the action outweighs the code", { .header = PLAIN "x\n", .parts = DSN_PARTS,
      .status = "Status: 5.0.0\nAction: delayed\n" }, EMAIL_BOUNCE, "dsn-delayed" },
    { "no action, delay in the subject", { .header = PLAIN "Delivery Delayed\n", .parts = DSN_PARTS },
      EMAIL_BOUNCE, "dsn-delayed" },
    { "no action, success in the subject", { .header = PLAIN "Successful Mail Delivery Report\n",
      .parts = DSN_PARTS }, EMAIL_BOUNCE, "dsn-success" },
    { "no action at all", { .header = PLAIN "x\n", .parts = DSN_PARTS }, EMAIL_BOUNCE, "dsn-failed" },
    { "only the report type is left", { .header = PLAIN "x\n", .parts = "multipart/report;delivery-status\n" },
      EMAIL_BOUNCE, "dsn-failed" },
    { "no report type", { .header = PLAIN "x\n", .parts = "multipart/report\nmessage/delivery-status\n" },
      EMAIL_BOUNCE, "dsn-failed" },
    { "multipart/mixed", { .header = PLAIN "x\n", .parts = "multipart/mixed\ntext/plain\nmessage/delivery-status\n" },
      EMAIL_BOUNCE, "dsn-failed" },
    { "internationalised DSN", { .header = PLAIN "x\n",
      .parts = "multipart/report;delivery-status\nmessage/global-delivery-status\n" }, EMAIL_BOUNCE, "dsn-failed" },
    { "DSN marked auto-replied", { .header = DAEMON "x\nAuto-Submitted: auto-replied\n", .parts = DSN_PARTS,
      .status = "Action: failed\n" }, EMAIL_BOUNCE, "dsn-failed" },
    { "somebody forwards a bounce", { .header = PLAIN "look at this\n", .path = "ann@example.com",
      .parts = "multipart/mixed\ntext/plain\nmessage/rfc822\n1multipart/report;delivery-status\n"
               "1message/delivery-status\n" }, EMAIL_NORMAL, "direct" },
    /* reports of other kinds */
    { "feedback report, null path", { .header = PLAIN "x\n", .path = "",
      .parts = "multipart/report;feedback-report\ntext/plain\nmessage/feedback-report\nmessage/rfc822\n"
               "1multipart/report;delivery-status\n1message/delivery-status\n" }, EMAIL_NORMAL, "feedback-report" },
    { "TLS report", { .header = PLAIN "x\n", .path = "", .parts = "multipart/report;tlsrpt\ntext/plain\n" },
      EMAIL_NORMAL, "tls-report" },
    { "disposition notification", { .header = PLAIN "Read: x\n", .path = "",
      .parts = "multipart/report;disposition-notification\ntext/plain\nmessage/disposition-notification\n" },
      EMAIL_AUTO_REPLIED, "mdn" },
    { "its part alone", { .header = PLAIN "x\n", .parts = "multipart/report\nmessage/disposition-notification\n" },
      EMAIL_AUTO_REPLIED, "mdn" },
    { "a notification quoting a bounce", { .header = PLAIN "Read: x\n", .path = "",
      .parts = "multipart/report;disposition-notification\n", .text = "user unknown" },
      EMAIL_AUTO_REPLIED, "mdn" },
    { "sieve reject sends one", { .header = DAEMON "Automatically rejected mail\n", .path = "",
      .parts = "multipart/report;disposition-notification\n" }, EMAIL_BOUNCE, "null-path-bounce-words" },
    /* fields of bounces */
    { "Exim", { .header = PLAIN "x\nX-Failed-Recipients: a@b\nAuto-Submitted: auto-replied\n" },
      EMAIL_BOUNCE, "x-failed-recipients" },
    { "Exchange", { .header = PLAIN "x\nX-MS-Exchange-Message-Is-Ndr:\n" }, EMAIL_BOUNCE, "ms-ndr" },
    /* words of bounces */
    { "null path and subject", { .header = PLAIN "failure notice\n", .path = "" },
      EMAIL_BOUNCE, "null-path-bounce-words" },
    { "null path in the header", { .header = "Return-Path: <>\n" PLAIN "Undeliverable: hi\n" },
      EMAIL_BOUNCE, "null-path-bounce-words" },
    { "the report outweighs the header", { .header = "Return-Path: <>\n" PLAIN "Undeliverable: hi\n",
      .path = "ann@example.com" }, EMAIL_NORMAL, "direct" },
    { "null path and text", { .header = PLAIN "hello\n", .path = "<>", .text = "Hi. This is the qmail-send program" },
      EMAIL_BOUNCE, "null-path-bounce-words" },
    { "daemon and subject", { .header = DAEMON "DELIVERY FAILURE: User unknown\n", .path = "a@b.example" },
      EMAIL_BOUNCE, "daemon-bounce-words" },
    { "daemon by its envelope", { .header = PLAIN "Returned mail: see transcript\n", .path = "MAILER-DAEMON" },
      EMAIL_BOUNCE, "daemon-bounce-words" },
    { "daemon by its name", { .header = "From: \"System Administrator\" <x@example.com>\nSubject: Unzustellbar: Hallo\n" },
      EMAIL_BOUNCE, "daemon-bounce-words" },
    { "empty sender", { .header = "From: <>\nSubject: Returned mail: see transcript for details\n" },
      EMAIL_BOUNCE, "daemon-bounce-words" },
    { "bounce words and auto-replied", { .header = DAEMON "failure notice\nAuto-Submitted: auto-replied\n" },
      EMAIL_BOUNCE, "daemon-bounce-words" },
    { "bounce in Japanese", { .header = DAEMON "メッセージを配信できません。\n" }, EMAIL_BOUNCE, "daemon-bounce-words" },
    { "daemon, nothing said", { .header = DAEMON "statistics of the week\n" }, EMAIL_NORMAL, "direct" },
    { "words and the returned mail", { .header = PLAIN "Mail could not be delivered\n", .path = "x@y.example",
      .parts = "multipart/mixed\ntext/plain\nmessage/rfc822\n1text/plain\n" }, EMAIL_BOUNCE, "returned-bounce-words" },
    { "words and text of a mail system", { .header = PLAIN "Delivery failure notification\n",
      .text = "could not be delivered to the following recipients:\n" }, EMAIL_BOUNCE, "returned-bounce-words" },
    { "bait that speaks of bounces", { .header = PLAIN "Undelivered mail: 5 messages wait\n", .path = "it@evil.example",
      .text = "Release your messages now" }, EMAIL_NORMAL, "direct" },
    /* automatic replies */
    { "Auto-Submitted", { .header = PLAIN "x\nAuto-Submitted: auto-replied\n" }, EMAIL_AUTO_REPLIED, "auto-submitted" },
    { "with parameter and comment", { .header = PLAIN "x\nAuto-Submitted: Auto-Replied (vacation); a=b\n" },
      EMAIL_AUTO_REPLIED, "auto-submitted" },
    { "a comment leads", { .header = PLAIN "x\nAuto-Submitted: (auto) auto-replied\n" },
      EMAIL_AUTO_REPLIED, "auto-submitted" },
    { "comments in comments, quoted pairs", { .header = PLAIN "x\nAuto-Submitted:  (a (b \\) \\( c) d)\t(\\\\)auto-replied(e)\n" },
      EMAIL_AUTO_REPLIED, "auto-submitted" },
    { "a comment that says so", { .header = PLAIN "x\nAuto-Submitted: (auto-replied) no\n" }, EMAIL_NORMAL, "direct" },
    { "a comment without end", { .header = PLAIN "x\nAuto-Submitted: ((auto) auto-replied\n" }, EMAIL_NORMAL, "direct" },
    { "a comment that a quoted pair leaves open", { .header = PLAIN "x\nAuto-Submitted: (auto\\) auto-replied\n" },
      EMAIL_NORMAL, "direct" },
    { "a comment cut in a quoted pair", { .header = PLAIN "x\nAuto-Submitted: (auto\\\n" }, EMAIL_NORMAL, "direct" },
    { "a parenthesis too many", { .header = PLAIN "x\nAuto-Submitted: ) auto-replied\n" }, EMAIL_NORMAL, "direct" },
    { "auto-generated is no reply", { .header = PLAIN "x\nAuto-Submitted: auto-generated\n" }, EMAIL_NORMAL, "direct" },
    { "no", { .header = PLAIN "x\nAuto-Submitted: no\n" }, EMAIL_NORMAL, "direct" },
    { "X-Autoreply", { .header = PLAIN "x\nX-Autoreply: yes\n", .path = "" }, EMAIL_AUTO_REPLIED, "vendor-auto-reply" },
    { "X-Autoreply: no", { .header = PLAIN "x\nX-Autoreply: no\n" }, EMAIL_NORMAL, "direct" },
    { "Precedence", { .header = PLAIN "x\nPrecedence: auto_reply\n" }, EMAIL_AUTO_REPLIED, "vendor-auto-reply" },
    { "mailbox rule of Exchange", { .header = PLAIN "x\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n" },
      EMAIL_AUTO_REPLIED, "vendor-auto-reply" },
    { "X-Auto-Response-Suppress says nothing", { .header = PLAIN "x\nX-Auto-Response-Suppress: All\n" },
      EMAIL_NORMAL, "direct" },
    { "challenge by field", { .header = PLAIN "Re: x\nX-Bluebottle-Request: <1>\n" },
      EMAIL_AUTO_REPLIED, "challenge-response" },
    { "challenge by words", { .header = PLAIN "Your email requires verification\n", .path = "" },
      EMAIL_AUTO_REPLIED, "challenge-response" },
    { "bait that asks to verify", { .header = PLAIN "Your email requires verification\n", .path = "a@evil.example" },
      EMAIL_NORMAL, "direct" },
    { "read receipt", { .header = PLAIN "Gelesen: Angebot\n", .path = "" }, EMAIL_AUTO_REPLIED, "read-receipt" },
    { "a mail about reading", { .header = PLAIN "Read this now\n", .path = "" }, EMAIL_BOUNCE, "null-path" },
    { "two signs are needed", { .header = PLAIN "Read: x\n", .path = "a@b.example" }, EMAIL_NORMAL, "direct" },
    { "subject, null path", { .header = PLAIN "Out of Office: x\n", .path = "" }, EMAIL_AUTO_REPLIED, "auto-reply-words" },
    { "its text quotes a bounce", { .header = PLAIN "Automatic reply: x\n", .path = "", .text = "user unknown" },
      EMAIL_AUTO_REPLIED, "auto-reply-words" },
    { "weak word, null path", { .header = PLAIN "Thank you for your e-mail\n", .path = "" },
      EMAIL_AUTO_REPLIED, "auto-reply-words" },
    { "weak word alone", { .header = PLAIN "Thank you for your e-mail\n", .path = "a@b.example" }, EMAIL_NORMAL, "direct" },
    { "text, null path", { .header = PLAIN "hello\n", .path = "", .text = "Hi,\nI am out of  the\noffice until May" },
      EMAIL_AUTO_REPLIED, "auto-reply-words" },
    { "words outweigh the list", { .header = PLAIN "[users] Ann is out of the office.\nList-Id: <u.example>\n" },
      EMAIL_AUTO_REPLIED, "auto-reply-words" },
    { "answer to an automatic reply", { .header = PLAIN "Re: Abwesenheitsnotiz: x\n" }, EMAIL_NORMAL, "direct" },
    /* the rest */
    { "null path", { .header = PLAIN "hello\n", .path = "" }, EMAIL_BOUNCE, "null-path" },
    { "null path of a list", { .header = PLAIN "hello\nList-Id: <u.example>\n", .path = "<>" }, EMAIL_BOUNCE, "null-path" },
    { "absent path says nothing", { .header = PLAIN "hello\n" }, EMAIL_NORMAL, "direct" },
    { "list", { .header = PLAIN "x\nList-Id: <users.example.org>\nList-Unsubscribe: <mailto:a@b>\n" },
      EMAIL_NORMAL, "list" },
    { "list by precedence", { .header = PLAIN "x\nPrecedence: LIST\n" }, EMAIL_NORMAL, "list" },
    { "SRS", { .header = PLAIN "x\n", .path = "SRS0=HHH=TT=example.com=ann@fwd.example" }, EMAIL_NORMAL, "forwarder" },
    { "no SRS", { .header = PLAIN "x\n", .path = "srs0ann@example.com" }, EMAIL_NORMAL, "direct" },
    { "resent", { .header = PLAIN "x\nResent-From: b@example.com\n" }, EMAIL_NORMAL, "forwarder" },
    { "delivered twice", { .header = "Delivered-To: a@example.com\nDelivered-To: b@example.com\n" PLAIN "x\n" },
      EMAIL_NORMAL, "forwarder" },
    { "delivered twice to one", { .header = "Delivered-To: a@example.com\nDelivered-To: A@example.com\n" PLAIN "x\n" },
      EMAIL_NORMAL, "direct" },
    { "second ARC hop", { .header = "ARC-Seal: a=rsa-sha256; i=2; cv=pass\n" PLAIN "x\n" }, EMAIL_NORMAL, "forwarder" },
    { "first ARC hop", { .header = "ARC-Seal: i=1; a=rsa-sha256\n" PLAIN "x\n" }, EMAIL_NORMAL, "direct" },
    { "bulk", { .header = PLAIN "x\nList-Unsubscribe: <mailto:a@b>\n" }, EMAIL_NORMAL, "bulk" },
    { "junk", { .header = PLAIN "x\nPrecedence: junk\n" }, EMAIL_NORMAL, "bulk" },
    { "direct", { .header = PLAIN "Wire transfer\n", .path = "a@b.example" }, EMAIL_NORMAL, "direct" },
    { "empty header", { .header = "" }, EMAIL_NORMAL, "direct" },
    { "no mail", { .path = "a@b.example" }, EMAIL_NORMAL, "no-original" },
    { "no mail, null path", { .path = "" }, EMAIL_BOUNCE, "null-path" },
};

/* One reply and one bounce a language; what the mail systems of that language write. */
static const struct { const char *language, *reply, *bounce; } languages[] = {
    { "en", "Automatic reply: hi",           "Undeliverable: hi"                    },
    { "en", "Out of Office Re: hi",          "Mail delivery failed: returning message to sender" },
    { "en", "Auto Reply: away until the 5th", "Delivery Status Notification (Failure)" },
    { "de", "Abwesenheitsnotiz für Meyer",   "Unzustellbar: hallo"                  },
    { "de", "Automatische Antwort: hallo",   "Ihre Nachricht wurde nicht zugestellt" },
    { "fr", "Réponse automatique : salut",   "Non remis : salut"                    },
    { "fr", "Absent du bureau : salut",      "Notification d’état de la distribution" },
    { "es", "Respuesta automática: hola",    "No se puede entregar: hola"           },
    { "es", "Fuera de la oficina mañana",    "Correo no entregado: hola"            },
    { "it", "Risposta automatica: ciao",     "Non recapitabile: ciao"               },
    { "pt", "Resposta automática: oi",       "Não é possível entregar: oi"          },
    { "nl", "Automatisch antwoord: hoi",     "Onbestelbaar: hoi"                    },
    { "ru", "Автоматический ответ: привет",  "Недоставленное сообщение"             },
    { "ru", "АВТООТВЕТ: ПРИВЕТ",             "Ваше сообщение не доставлено."        },
    { "pl", "Automatyczna odpowiedź: cześć", "Niedostarczalne: cześć"               },
    { "ja", "自動応答: こんにちは",          "メールエラー通知"                     },
    { "ja", "自動返信：こんにちは",          "配信不能: こんにちは"                 },
    { "zh", "自动答复: 你好",                "系统退信"                             },
    { "zh", "自動回覆: 你好",                "无法传递: 你好"                       },
    { "sv", "Autosvar: hej",                 "Kan inte levereras: hej"              },
    { "da", "Automatisk svar: hej",          "Kan ikke leveres: hej"                },
    { "fi", "Automaattinen vastaus: moi",    "Ei voida toimittaa: moi"              },
    { "tr", "Otomatik Yanıt: selam",         "Teslim Edilemedi: selam"              },
    { "tr", "OTOMATİK YANIT: SELAM",         "TESLİM EDİLEMEDİ: SELAM"              },
    { "tr", "otomatik yanıt: selam",         "teslim edilemeyen ileti"              },
    { "tr", "OTOMATIK YANIT: SELAM",         "TESLIM EDILEMEYEN ILETI"              },
    { "tr", "Otomatik yanit: selam",         "Tesli\u0307m edilemedi: selam"        },
    { "tr", "OTOMATİK CEVAP",                "ILETI TESLİM EDİLEMEDI"               },
    { "cs", "Automatická odpověď: ahoj",     "Nedoručitelné: ahoj"                  },
    { "ko", "자동 회신: 안녕",               "배달되지 않음: 안녕"                  },
    { "ro", "Răspuns automat: salut",        "Nelivrabil: salut"                    },
    { "vi", "Tự động trả lời: chào",         "Không thể gửi: chào"                  },
    { "id", "Jawaban Otomatis: halo",        "Tidak terkirim: halo"                 },
    { "hu", "Automatikus válasz: szia",      "Kézbesíthetetlen: szia"               },
    { "el", "Αυτόματη απάντηση: γεια",       "Δεν είναι δυνατή η παράδοση: γεια"    },
    { "de, decomposed", "Automatische Ru\u0308ckantwort: x", "Zustellungsfehler" },
};
/* clang-format on */

static void
test_first_rule_that_holds_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Made) made = made_new(&cases[i].report);
        struct verdict verdict;
        classify(&made->report, NULL, &verdict);
        if (verdict.type != cases[i].type || strcmp(verdict.rule, cases[i].rule) != 0)
            fail_msg("%s: got %s by %s", cases[i].label, email_type_name(verdict.type),
                     verdict.rule);
    }
}

static void
test_replies_and_bounces_of_many_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(languages); i++) {
        g_autofree char *reply = g_strdup_printf(PLAIN "%s\n", languages[i].reply);
        g_autofree char *bounce = g_strdup_printf(DAEMON "%s\n", languages[i].bounce);
        struct made_text texts[] = { { .header = reply, .path = "ann@example.com" },
                                     { .header = bounce } };
        for (size_t k = 0; k < 2; k++) {
            g_autoptr(Made) made = made_new(&texts[k]);
            struct verdict verdict;
            classify(&made->report, NULL, &verdict);
            if (strcmp(verdict.rule, k == 0 ? "auto-reply-words" : "daemon-bounce-words") != 0)
                fail_msg("%s %zu: got %s", languages[i].language, k, verdict.rule);
        }
    }
}

static void
test_every_rule_is_listed_and_reached(void **state)
{
    static const char *const rules[] = { CLASSIFY_RULES };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (!g_strv_contains((const char *const[]){ CLASSIFY_RULES, NULL }, cases[i].rule))
            fail_msg("%s is not listed", cases[i].rule);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        bool reached = false;
        for (size_t k = 0; k < G_N_ELEMENTS(cases); k++)
            reached = reached || strcmp(cases[k].rule, rules[i]) == 0;
        if (!reached)
            fail_msg("no case reaches %s", rules[i]);
    }
}

static void
test_names_are_those_of_the_database(void **state)
{
    (void)state;
    assert_string_equal(email_type_name(EMAIL_NORMAL), "normal");
    assert_string_equal(email_type_name(EMAIL_BOUNCE), "bounce");
    assert_string_equal(email_type_name(EMAIL_AUTO_REPLIED), "auto-replied");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_rule_that_holds_decides),
        cmocka_unit_test(test_replies_and_bounces_of_many_languages),
        cmocka_unit_test(test_every_rule_is_listed_and_reached),
        cmocka_unit_test(test_names_are_those_of_the_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
