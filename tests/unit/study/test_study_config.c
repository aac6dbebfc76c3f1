/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "study/study_config.h"

#define SENDER "\"senders\": [{\"domain\": \"A.example\", \"role\": \"internal\"}]"

static void
test_json(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StudyConfig) config = study_config_parse(
        "/etc/study/s.json",
        span_of("{" SENDER ", \"paths\": {\"dns\": [\"q.log\", \"/var/q2.log\"], \"reports\": "
                "\"r\"}, \"providers\": [{\"label\": \"GmailCom\", \"name\": \"gmail.com\", "
                "\"submitters\": [\"Google.com\"]}], \"ignored_queries\": [\"Version.Bind\"], "
                "\"semantics\": \"paper\"}"),
        &error);
    (void)state;
    assert_non_null(config);
    assert_string_equal(config->senders[SENDER_INTERNAL].domain, "a.example");
    assert_string_equal(config->senders[SENDER_INTERNAL].mailbox, "a.example");
    assert_null(config->senders[SENDER_REFUSED].domain);
    assert_string_equal(config->query_logs[0], "/etc/study/q.log");
    assert_string_equal(config->query_logs[1], "/var/q2.log");
    assert_string_equal(config->reports, "/etc/study/r");
    assert_null(config->inboxes);
    assert_true(config->paper);
    assert_string_equal(config->ignored[0], "version.bind");
    assert_string_equal(config->spf_pass, "goodrua");
    assert_int_equal(config->header_count, 1);
    assert_string_equal(study_config_provider(config, "gmailcom")->name, "gmail.com");
    assert_string_equal(study_config_submitter(config, "GOOGLE.com"), "gmail.com");
    assert_string_equal(study_config_submitter(config, "gmail.com"), "gmail.com");
    assert_string_equal(study_config_submitter(config, "other.example"), "other.example");
}

static void
test_a_byte_order_mark_is_no_content(void **state)
{
    static const char *const files[] = {
        "\xEF\xBB\xBF{" SENDER ", \"providers\": [{\"label\": \"x\", \"name\": \"x.example\"}]}",
        "\xEF\xBB\xBF[sender a.example]\nrole = internal\n[provider x]\nname = x.example\n",
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(StudyConfig) config = study_config_parse("s", span_of(files[i]), &error);
        print_message("%zu\n", i);
        assert_non_null(config);
        assert_string_equal(config->senders[SENDER_INTERNAL].domain, "a.example");
    }
}

static void
test_key_file(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StudyConfig) config = study_config_parse(
        "s.cfg",
        span_of("# a study\n[study]\ntitle = Ours\nignored_queries = a.bind; b.bind\n"
                "[paths]\ndns = q.log, q2.log\n[sender a.example]\nrole = external-refused\n"
                "mailbox = B.example\n[result_header X-R]\nsyntax = words\n"
                "[provider x]\nname = x.example\nsubmitters = y.example, z.example\n"),
        &error);
    (void)state;
    assert_non_null(config);
    assert_string_equal(config->title, "Ours");
    assert_string_equal(config->ignored[1], "b.bind");
    assert_string_equal(config->query_logs[1], "./q2.log");
    assert_string_equal(config->senders[SENDER_REFUSED].domain, "a.example");
    assert_string_equal(config->senders[SENDER_REFUSED].mailbox, "b.example");
    assert_int_equal(config->headers[0].syntax, RESULT_WORDS);
    assert_string_equal(study_config_submitter(config, "z.example"), "x.example");
}

/* clang-format off */
static const struct { const char *label, *text, *reason; } faults[] = {
    { "cut", "{", "s.cfg:1" },
    { "key twice", "{\"title\": \"a\", \"title\": \"b\"}", "title" },
    { "unknown key", "{\"colour\": \"red\"}", "\"colour\"" },
    { "unknown key inside", "{\"edv\": {\"x\": \"y\"}}", "\"x\"" },
    { "not a text", "{\"title\": 1}", "title" },
    { "control character", "{\"title\": \"a\\u0007\"}", "title" },
    { "semantics", "{\"semantics\": \"both\"}", "both" },
    { "role", "{\"senders\": [{\"domain\": \"a.example\", \"role\": \"x\"}]}", "\"x\"" },
    { "role twice", "{\"senders\": [{\"domain\": \"a.example\", \"role\": \"internal\"}, {\"domain\": \"b.example\", \"role\": \"internal\"}]}", "twice" },
    { "domain", "{\"senders\": [{\"domain\": \"a b\", \"role\": \"internal\"}]}", "domain" },
    { "no domain", "{\"senders\": [{\"role\": \"internal\"}]}", "domain" },
    { "redirect is missing", "{\"senders\": [{\"domain\": \"a.example\", \"role\": \"external-overwritten\"}]}", "redirect" },
    { "label", "{\"providers\": [{\"label\": \"a.b\", \"name\": \"x\"}]}", "label" },
    { "label twice", "{\"providers\": [{\"label\": \"a\", \"name\": \"x\"}, {\"label\": \"A\", \"name\": \"y\"}]}", "twice" },
    { "no name", "{\"providers\": [{\"label\": \"a\"}]}", "name" },
    { "no list", "{\"providers\": {}}", "providers" },
    { "no object", "{\"providers\": [1]}", "provider" },
    { "syntax", "{\"result_headers\": [{\"name\": \"a\", \"syntax\": \"x\"}]}", "\"x\"" },
    { "control without label", "{\"control\": {\"domain\": \"a.example\"}}", "label" },
    { "key file, unknown group", "[colours]\na = b\n", "\"colours\"" },
    { "key file, no group", "a = b\n", "s.cfg" },
    { "key file, no UTF-8", "[study]\ntitle = \xff\n", "UTF-8" },
};
/* clang-format on */

static void
test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(StudyConfig) config =
            study_config_parse("s.cfg", span_of(faults[i].text), &error);
        if (config != NULL || !g_error_matches(error, FAULT, FAULT_OPERATOR) ||
            strstr(error->message, faults[i].reason) == NULL)
            fail_msg("%s: %s", faults[i].label, error != NULL ? error->message : "no error");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_a_byte_order_mark_is_no_content),
        cmocka_unit_test(test_key_file),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
