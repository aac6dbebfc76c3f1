/* SPDX-License-Identifier: Apache-2.0 */
#include "study/auth_methods.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/authentication_results.h"
#include "report/field.h"
#include "report/raw_field.h"

#define METHOD_OCTETS_MAX 32
#define SHOWN_OCTETS_MAX 4096

/* IANA, "Email Authentication Methods", and what receivers add. */
static const char *const known_methods[] = {
    "arc",   "auth",       "bimi",  "compauth", "dkim",      "dkim-adsp", "dkim-atps", "dmarc",
    "dnswl", "domainkeys", "iprev", "rrvs",     "sender-id", "smime",     "spf",       "vbr",
};
static const char *const words[] = { "spf", "dkim", "dmarc" };

void
auth_methods_init(struct auth_methods *methods)
{
    methods->paper = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    methods->correct = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    methods->shown = g_string_new(NULL);
}

void
auth_methods_clear(struct auth_methods *methods)
{
    g_hash_table_unref(methods->paper);
    g_hash_table_unref(methods->correct);
    g_string_free(methods->shown, TRUE);
}

static void
add(GHashTable *set, const char *method)
{
    if (!g_hash_table_contains(set, method))
        g_hash_table_add(set, g_strdup(method));
}

/* ---- folds ---- */

static bool
is_method_octet(char octet)
{
    return g_ascii_isalnum(octet) || octet == '-';
}

static bool
is_known(const char *name, size_t len)
{
    if (len > 2 && g_ascii_strncasecmp(name, "x-", 2) == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(known_methods); i++)
        if (strlen(known_methods[i]) == len &&
            g_ascii_strncasecmp(name, known_methods[i], len) == 0)
            return true;
    return false;
}

/* True when the end of `out` and the start of `behind` are the two halves of a method's name: the
 * left one begins an item or stands behind a blank, the right one is followed by "=". */
static bool
is_split_method(const GString *out, struct span behind)
{
    char name[2 * METHOD_OCTETS_MAX];
    size_t left = 0;
    size_t right = 0;
    while (left < METHOD_OCTETS_MAX && left < out->len &&
           is_method_octet(out->str[out->len - 1 - left]))
        left++;
    if (left == 0 || (left < out->len && strchr("; \t", out->str[out->len - 1 - left]) == NULL))
        return false;
    while (right < METHOD_OCTETS_MAX && right < behind.len && is_method_octet(behind.octets[right]))
        right++;
    if (right >= behind.len || behind.octets[right] != '=')
        return false;
    memcpy(name, out->str + out->len - left, left);
    memcpy(name + left, behind.octets, right);
    return is_known(name, left + right);
}

/* Appends a field value unfolded: a fold becomes a space, but goes where it falls into the name of
 * a known method. */
static void
append_unfolded(struct span raw, GString *out)
{
    struct span line;
    gsize start = out->len;
    while (span_line(&raw, &line)) {
        line = span_trim(line);
        if (out->len > start && !is_split_method(out, line))
            g_string_append_c(out, ' ');
        g_string_append_len(out, line.octets, (gssize)line.len);
    }
}

/* ---- fields ---- */

/* Words as pieces of a longer one do not count, in any case do. */
static bool
holds_word(const char *value, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = value; *at != '\0'; at++)
        if (g_ascii_strncasecmp(at, word, len) == 0 && !g_ascii_isalnum(at[len]) &&
            (at == value || !g_ascii_isalnum(at[-1])))
            return true;
    return false;
}

static void
read_words(struct auth_methods *methods, const char *value, bool paper)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (holds_word(value, words[i]))
            add(methods->correct, words[i]);
        if (paper && strstr(value, words[i]) != NULL)
            add(methods->paper, words[i]);
    }
}

static void
read_results(struct auth_methods *methods, const char *value, bool paper)
{
    g_autoptr(AuthResults) results = auth_results_parse(value);
    bool has_id = results->authserv_id[0] != '\0';
    for (size_t i = 0; i < results->item_count; i++) {
        add(methods->correct, results->items[i].method);
        if (paper && has_id)
            add(methods->paper, results->items[i].method);
    }
    for (size_t i = 0; paper && !has_id && i < G_N_ELEMENTS(words); i++)
        add(methods->paper, words[i]);
}

static void
read_field(struct auth_methods *methods, const struct result_header *header, struct span name,
           struct span raw)
{
    bool paper = span_equals(name, header->name);
    g_autoptr(GString) octets = g_string_sized_new(raw.len + 1);
    g_autofree char *value = NULL;
    append_unfolded(raw, octets);
    value = text_utf8((struct span){ octets->str, octets->len });
    if (header->syntax == RESULT_WORDS)
        read_words(methods, value, paper);
    else
        read_results(methods, value, paper);
    if (methods->shown->len + strlen(value) < SHOWN_OCTETS_MAX)
        g_string_append_printf(methods->shown, "%s%s: %s", methods->shown->len > 0 ? " | " : "",
                               header->name, value);
}

void
auth_methods_read(struct auth_methods *methods, struct span message,
                  const struct result_header *headers, size_t count)
{
    struct span rest = span_head(field_skip_preamble(message), LIMIT_HEADER_OCTETS);
    struct span name, value;
    for (unsigned fields = 0; fields < LIMIT_HEADER_FIELDS && raw_field_next(&rest, &name, &value);
         fields++)
        for (size_t i = 0; i < count; i++)
            if (span_equals_nocase(name, headers[i].name))
                read_field(methods, &headers[i], name, value);
}
