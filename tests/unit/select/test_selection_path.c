/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "select/selection_path.h"

#define NOW 1768480496 /* 2026-01-15 12:34:56 */

/* clang-format off */
static const struct { const char *path, *query, *title; enum selection_of of; } routes[] = {
    { "email/", "fbtype=auth-failure", "Email List limit 50", SELECT_EMAILS },
    { "email/days/2", "fbtype=auth-failure&days=2", "Email List 2026-01-13 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/days/2/daysago/3", "fbtype=auth-failure&days=2&daysago=3", "Email List 2026-01-10 - 2026-01-12 UTC", SELECT_EMAILS },
    { "email/days/0", "fbtype=auth-failure", "Email List limit 50", SELECT_EMAILS },
    { "email/type/", "fbtype=auth-failure", "Email List limit 50", SELECT_EMAILS },
    { "email/type/bounce", "type=bounce&fbtype=auth-failure", "Email List limit 50", SELECT_EMAILS },
    { "email/type/bounce/limit/", "type=bounce&fbtype=auth-failure", "Email List limit 50", SELECT_EMAILS },
    { "email/type/bounce/limit/7", "type=bounce&fbtype=auth-failure&limit=7", "Email List limit 7", SELECT_EMAILS },
    { "email/type/bounce/limit/0", "type=bounce&fbtype=auth-failure&limit=1000", "Email List limit 1000", SELECT_EMAILS },
    { "email/type/bounce/limit/99999", "type=bounce&fbtype=auth-failure&limit=1000", "Email List limit 1000", SELECT_EMAILS },
    { "email/type/reported/days/7/daysago/1", "fbtype=auth-failure&reported=1&days=7&daysago=1", "Email List 2026-01-07 - 2026-01-14 UTC", SELECT_EMAILS },
    { "email/type/normal/days/1/filterlisted/1", "type=normal&fbtype=auth-failure&listed=1&days=1", "Email List 2026-01-14 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/type/normal/days/1/filterlisted/0", "type=normal&fbtype=auth-failure&days=1", "Email List 2026-01-14 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/fbtype/abuse", "fbtype=abuse", "Email List limit 50", SELECT_EMAILS },
    { "email/fbtype/fraud/days/3", "fbtype=fraud&days=3", "Email List 2026-01-12 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/asn/", "asn=0", "Email List for ASN - 0 limit 50", SELECT_EMAILS },
    { "email/asn/64512", "asn=64512", "Email List for ASN - 64512 limit 50", SELECT_EMAILS },
    { "email/asn/64512/type/", "asn=64512", "Email List for ASN - 64512 limit 50", SELECT_EMAILS },
    { "email/asn/64512/type/reported/days/7", "asn=64512&reported=1&days=7", "Email List for ASN - 64512 2026-01-08 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/asn/64512/type/bounce/days/7/2", "asn=64512&type=bounce&days=7&daysago=2", "Email List for ASN - 64512 2026-01-06 - 2026-01-13 UTC", SELECT_EMAILS },
    { "email/asn/64512/days/1/daysago/1", "asn=64512&days=1&daysago=1", "Email List for ASN - 64512 2026-01-13 - 2026-01-14 UTC", SELECT_EMAILS },
    { "email/subject/", "", "Emails with a subject containing % limit 50", SELECT_EMAILS },
    { "email/subject/%25wire_%25", "subjectlike=%25wire_%25", "Emails with a subject containing %wire_% limit 50", SELECT_EMAILS },
    { "email/subject/a%2Fb/limit/9", "subjectlike=a%2Fb&limit=9", "Emails with a subject containing a/b limit 9", SELECT_EMAILS },
    { "email/subject/%25/days/2", "days=2", "Emails with a subject containing % 2026-01-13 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/url/pattern/%25mail.htm/days/2", "urllike=%25mail.htm&days=2", "Emails that contains a url with the pattern %mail.htm 2026-01-13 - 2026-01-15 UTC", SELECT_EMAILS },
    { "email/url/pattern/", "", "Emails that contains a url with the pattern % limit 50", SELECT_EMAILS },
    { "email/file/pattern/%25.zip", "filelike=%25.zip", "Emails that contains a file with the pattern %.zip limit 50", SELECT_EMAILS },
    { "email/urlId/17", "urlid=17", "Emails containing an url", SELECT_EMAILS },
    { "url/", "", "URLs with the pattern '%' limit 50", SELECT_URLS },
    { "url/pattern/%25x%25/limit/3", "urllike=%25x%25&limit=3", "URLs with the pattern '%x%' limit 3", SELECT_URLS },
    { "url/days/1/daysago/1", "days=1&daysago=1", "URLs with the pattern '%' 2026-01-13 - 2026-01-14 UTC", SELECT_URLS },
    { "url/subject/", "", "URLs from emails with a subject containing '%' limit 50", SELECT_URLS_OF_MAILS },
    { "url/subject/pattern/%25a%25/days/1", "subjectlike=%25a%25&days=1", "URLs from emails with a subject containing '%a%' 2026-01-14 - 2026-01-15 UTC", SELECT_URLS_OF_MAILS },
    { "url/subject/days/1", "days=1", "URLs from emails with a subject containing '%' 2026-01-14 - 2026-01-15 UTC", SELECT_URLS_OF_MAILS },
};

static const struct { const char *path; enum selection_path_answer want; } others[] = {
    { "email", PATH_SLASH }, { "url", PATH_SLASH }, { "email/type", PATH_SLASH }, { "email/asn", PATH_SLASH },
    { "email/subject", PATH_SLASH }, { "url/subject", PATH_SLASH }, { "email/asn/1/type", PATH_SLASH },
    { "email/type/spam", PATH_BAD }, { "email/fbtype/spam", PATH_BAD }, { "email/asn/1/type/spam/days/1", PATH_BAD },
    { "email/type/bounce/", PATH_NONE }, { "email/days/x", PATH_NONE }, { "email/days/-1", PATH_NONE },
    { "email/days/1/", PATH_NONE }, { "email/days/1/daysago", PATH_NONE }, { "email//", PATH_NONE }, { "email//days/1", PATH_NONE },
    { "email/type/bounce/limit/3/days/1", PATH_NONE }, { "email/fbtype/abuse/days/1/daysago/1", PATH_NONE },
    { "email/asn/1/limit/3", PATH_NONE }, { "email/asn/x", PATH_NONE }, { "email/urlId/x", PATH_NONE },
    { "email/urlId/1/days/1", PATH_NONE }, { "email/nothing", PATH_NONE }, { "tools", PATH_NONE },
    { "email/subject/%FF", PATH_NONE }, { "", PATH_NONE },
    { "email/type/normal/days/1/daysago/1/filterlisted/1", PATH_NONE },
    { "email/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", PATH_NONE },
};
/* clang-format on */

static enum selection_path_answer
walk(const char *path, struct selection_path *found, GError **error)
{
    g_auto(GStrv) pieces = g_strsplit(path, "/", -1);
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        char *plain = g_uri_unescape_string(pieces[i], NULL);
        g_free(pieces[i]);
        pieces[i] = plain;
    }
    return selection_from_path((const char *const *)pieces, g_strv_length(pieces), NOW, found,
                               error);
}

static void
test_routes_of_the_original(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        struct selection_path found = { 0 };
        if (walk(routes[i].path, &found, NULL) != PATH_FOUND)
            fail_msg("%s: not found", routes[i].path);
        g_autofree char *query = selection_query(found.selection, true);
        if (strcmp(query, routes[i].query) != 0 || found.of != routes[i].of ||
            strcmp(found.title, routes[i].title) != 0)
            fail_msg("%s: \"%s\" \"%s\" of %d", routes[i].path, query, found.title, (int)found.of);
        selection_path_clear(&found);
    }
}

static void
test_what_is_no_route(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        struct selection_path found = { 0 };
        g_autoptr(GError) error = NULL;
        enum selection_path_answer answer = walk(others[i].path, &found, &error);
        if (answer != others[i].want || found.selection != NULL ||
            (answer == PATH_BAD) != (error != NULL))
            fail_msg("%s: %d", others[i].path, (int)answer);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_of_the_original),
        cmocka_unit_test(test_what_is_no_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
