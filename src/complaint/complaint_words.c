/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/complaint_words.h"

#include "base/domain.h"
#include "report/address.h"
#include "report/authentication_results.h"
#include "report/header_line.h"
#include "report/link.h"
#include "report/url.h"

#define LISTED_MAX 20
#define VALUE_MAX 400
#define SUBJECT_MAX 300
#define RESULT_MAX 900
#define RESULTS_READ_MAX 8000
#define URI_MAX 900 /* with "Reported-URI: " under 998 */

static char *
redacted_line(const struct redactor *redactor, const char *text, size_t chars)
{
    g_autofree char *redacted = redactor_text(redactor, text, CONCEAL_WORDS | CONCEAL_FIELD);
    return redacted != NULL ? header_line(redacted, chars) : NULL;
}

/* --- addresses and names --- */

/* Nothing but what a path may hold; others are shown as "?". */
static char *
path_of(const struct redactor *redactor, const char *path)
{
    g_autofree char *bare = path != NULL ? address_path(span_of(path)) : NULL;
    g_autofree char *redacted = redactor_text(redactor, bare, CONCEAL_FIELD);
    char *ascii = redacted != NULL ? header_line_ascii(redacted, VALUE_MAX) : NULL;
    for (char *at = ascii; at != NULL && *at != '\0'; at++)
        if (*at == '<' || *at == '>' || *at == ' ')
            *at = '?';
    return ascii;
}

static char *
host_of(const char *text)
{
    struct span host = span_trim(span_of(text));
    if (span_starts_nocase(host, "dns;"))
        host = span_trim(span_from(host, 4));
    return domain_canonical(host);
}

static char *
network_of(const struct complaint_facts *facts)
{
    g_autofree char *name = header_line(facts->as_name, VALUE_MAX);
    g_autofree char *country = header_line(facts->country_code, 8);
    if (facts->asn == 0)
        return country[0] != '\0' ? g_steal_pointer(&country) : NULL;
    return g_strdup_printf("AS%u%s%s%s%s", facts->asn, name[0] != '\0' ? " " : "", name,
                           country[0] != '\0' ? ", " : "", country);
}

/* --- URLs --- */

/* In a query a login is a victim's; in a path the same word is part of the address. */
static char *
redacted_uri(const struct redactor *redactor, const char *uri)
{
    g_autofree char *whole = redactor_text(redactor, uri, 0);
    const char *query = strchr(whole, '?');
    g_autofree char *path =
        g_strndup(whole, query != NULL ? (size_t)(query - whole) : strlen(whole));
    g_autofree char *rest = redactor_text(redactor, query, CONCEAL_WORDS);
    return g_strconcat(path, rest, NULL);
}

static void
take_uri(GPtrArray *uris, const struct redactor *redactor, const char *written)
{
    g_autoptr(GString) key = g_string_new(NULL);
    g_autoptr(GString) host = g_string_new(NULL);
    g_autofree char *full =
        strstr(written, "://") == NULL ? g_strconcat("http://", written, NULL) : g_strdup(written);
    g_autofree char *uri = NULL;
    if (!url_normalize(span_of(full), key, host))
        return;
    uri = redacted_uri(redactor, key->str);
    for (char *at = uri; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7F)
            return;
    if (strlen(uri) > URI_MAX)
        uri[URI_MAX] = '\0';
    for (guint i = 0; i < uris->len; i++)
        if (strcmp(g_ptr_array_index(uris, i), uri) == 0)
            return;
    g_ptr_array_add(uris, g_steal_pointer(&uri));
}

void
complaint_words_defang(GString *out, const char *uri)
{
    const char *host = strstr(uri, "://");
    size_t len;
    if (host == NULL)
        return;
    host += 3;
    len = strcspn(host, "/?#");
    g_string_append(out, g_str_has_prefix(uri, "https") ? "hxxps://"
                         : uri[0] == 'h'                ? "hxxp://"
                                                        : "fxp://");
    for (size_t i = 0; i < len; i++) {
        if (host[i] == '.')
            g_string_append(out, "[.]");
        else
            g_string_append_c(out, host[i]);
    }
    g_string_append(out, host + len);
}

/* --- Authentication-Results, a line a method --- */

static bool
is_token(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("-._+/@:!#$%&'*^`{|}~", *at) == NULL)
            return false;
    return text[0] != '\0';
}

static void
append_result_value(GString *line, const char *value)
{
    g_autofree char *ascii = NULL;
    if (is_token(value)) {
        g_string_append(line, value);
        return;
    }
    ascii = header_line_ascii(value, VALUE_MAX);
    g_string_append_c(line, '"');
    for (const char *at = ascii; *at != '\0'; at++)
        if (*at != '"' && *at != '\\')
            g_string_append_c(line, *at);
    g_string_append_c(line, '"');
}

static void
take_results(GPtrArray *lines, const struct redactor *redactor, const char *field)
{
    g_autofree char *redacted = redacted_line(redactor, field, RESULTS_READ_MAX);
    g_autoptr(AuthResults) results = auth_results_parse(redacted);
    g_autofree char *server = results != NULL ? header_line_ascii(results->authserv_id, 255) : NULL;
    for (size_t i = 0; results != NULL && i < results->item_count && lines->len < LISTED_MAX; i++) {
        const struct auth_item *item = &results->items[i];
        GString *line;
        if (!is_token(item->method) || !is_token(item->result))
            continue;
        line = g_string_new(server[0] != '\0' && is_token(server) ? server : "unknown");
        g_string_append_printf(line, "; %s=%s", item->method, item->result);
        for (size_t k = 0; k < item->property_count; k++) {
            if (!is_token(item->properties[k].name))
                continue;
            g_string_append_printf(line, " %s=", item->properties[k].name);
            append_result_value(line, item->properties[k].value);
        }
        if (line->len > RESULT_MAX)
            g_string_truncate(line, RESULT_MAX);
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
}

/* --- all --- */

static void
take_lists(struct complaint_words *words, const struct complaint_facts *facts,
           const struct redactor *redactor)
{
    const char *const *one;
    for (one = facts->uris; one != NULL && *one != NULL; one++)
        if (words->uris->len < COMPLAINT_URIS_MAX)
            take_uri(words->uris, redactor, *one);
    for (one = facts->reported_domains; one != NULL && *one != NULL; one++) {
        char *domain = domain_canonical(span_of(*one));
        if (domain != NULL && words->domains->len < LISTED_MAX)
            g_ptr_array_add(words->domains, domain);
        else
            g_free(domain);
    }
    for (one = facts->recipients; one != NULL && *one != NULL; one++)
        if (words->recipients->len < LISTED_MAX && strchr(*one, '@') != NULL)
            g_ptr_array_add(words->recipients, path_of(redactor, *one));
    for (one = facts->authentication_results; one != NULL && *one != NULL; one++)
        take_results(words->results, redactor, *one);
}

struct complaint_words *
complaint_words_new(const struct complaint_facts *facts, const struct redactor *redactor)
{
    static const char *const types[] = { "fraud", "abuse", "virus" };
    struct complaint_words *words = g_new0(struct complaint_words, 1);
    words->type = types[facts->type];
    ip_text(&facts->source_ip, words->source_ip);
    words->subject = redacted_line(redactor, facts->subject, SUBJECT_MAX);
    words->message_id = redacted_line(redactor, facts->message_id, SUBJECT_MAX);
    words->mail_from = path_of(redactor, facts->mail_from);
    words->reporting_mta = facts->reporting_mta != NULL ? host_of(facts->reporting_mta) : NULL;
    words->source_domain = facts->source_domain != NULL ? host_of(facts->source_domain) : NULL;
    words->network = network_of(facts);
    words->uris = g_ptr_array_new_with_free_func(g_free);
    words->domains = g_ptr_array_new_with_free_func(g_free);
    words->recipients = g_ptr_array_new_with_free_func(g_free);
    words->results = g_ptr_array_new_with_free_func(g_free);
    take_lists(words, facts, redactor);
    return words;
}

void
complaint_words_free(struct complaint_words *words)
{
    if (words == NULL)
        return;
    g_free(words->subject);
    g_free(words->message_id);
    g_free(words->mail_from);
    g_free(words->reporting_mta);
    g_free(words->source_domain);
    g_free(words->network);
    g_ptr_array_unref(words->uris);
    g_ptr_array_unref(words->domains);
    g_ptr_array_unref(words->recipients);
    g_ptr_array_unref(words->results);
    g_free(words);
}
