/* SPDX-License-Identifier: Apache-2.0 */
#include "report/authentication_results.h"

struct splitter {
    struct auth_results *results;
    GArray *items;
    GString *clean;   /* the item in hand without comments */
    GString *comment; /* and its comments */
};

/* clang-format off */
static const struct { const char *seen, *means; } result_words[] = {
    { "success", "pass" }, { "dkim_pass", "pass" }, { "hardfail", "fail" },
    { "error", "permerror" }, { "permfail", "permerror" },
};
/* clang-format on */

static const char *
keep_lower(struct splitter *splitter, const char *word)
{
    g_autofree char *lower = g_ascii_strdown(word, -1);
    return g_string_chunk_insert(splitter->results->text, lower);
}

static const char *
keep_result(struct splitter *splitter, const char *word)
{
    const char *lower = keep_lower(splitter, word);
    for (size_t i = 0; i < G_N_ELEMENTS(result_words); i++)
        if (strcmp(lower, result_words[i].seen) == 0)
            return result_words[i].means;
    return lower;
}

/* Cuts one word, or one name=value with its quotes taken off, from *at; false at the end. */
static bool
next_word(const char **at, GString *name, GString *value, bool *has_value)
{
    bool quoted = false;
    const char *p = *at + strspn(*at, " \t,");
    g_string_truncate(name, 0);
    g_string_truncate(value, 0);
    *has_value = false;
    if (*p == '\0')
        return false;
    while (*p != '\0' && *p != '=' && *p != ' ' && *p != '\t')
        g_string_append_c(name, *p++);
    *at = p;
    p += strspn(p, " \t");
    if (*p != '=')
        return true;
    *has_value = true;
    p++;
    p += strspn(p, " \t");
    while (*p != '\0' && (quoted || (*p != ' ' && *p != '\t'))) {
        if (*p == '"')
            quoted = !quoted;
        else if (*p == '\\' && quoted && p[1] != '\0')
            g_string_append_c(value, *++p);
        else
            g_string_append_c(value, *p);
        p++;
    }
    *at = p;
    return true;
}

/* A Keyword (RFC 8601, 2.2; RFC 5321, 4.1.2), and "_" and ".", which are seen; a quoted text in its
 * place is none. */
static bool
is_method(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("-_.", *at) == NULL)
            return false;
    return name[0] != '\0';
}

/* Reads method, result and properties out of one item's words. */
static void
read_item(struct splitter *splitter, const char *words)
{
    struct auth_property properties[AUTH_PROPERTIES_MAX];
    struct auth_item item = { .result = "", .comment = "" };
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(GString) value = g_string_new(NULL);
    bool has_value;
    while (next_word(&words, name, value, &has_value)) {
        if (!has_value)
            continue; /* a version, or the bare domain that Microsoft puts in */
        if (item.method == NULL) {
            g_string_truncate(name, strcspn(name->str, "/")); /* method/version */
            item.method = keep_lower(splitter, name->str);
            item.result = keep_result(splitter, value->str);
        } else if (item.property_count < AUTH_PROPERTIES_MAX) {
            properties[item.property_count++] = (struct auth_property){
                .name = keep_lower(splitter, name->str),
                .value = g_string_chunk_insert(splitter->results->text, value->str),
            };
        }
    }
    if (item.method == NULL || !is_method(item.method))
        return;
    item.comment = g_string_chunk_insert(splitter->results->text, splitter->comment->str);
    if (item.property_count > 0)
        item.properties = g_memdup2(properties, item.property_count * sizeof properties[0]);
    g_array_append_val(splitter->items, item);
}

/* The first item may be, or begin with, the authserv-id. */
static const char *
take_authserv_id(struct splitter *splitter, const char *words)
{
    size_t len;
    words += strspn(words, " \t");
    if (g_ascii_strncasecmp(words, "i=", 2) == 0 && strspn(words + 2, "0123456789") > 0)
        return words + strlen(words); /* ARC: the id is the next item */
    len = strcspn(words, " \t");
    if (len > 0 && memchr(words, '=', len) == NULL) {
        bool quoted = words[0] == '"';
        /* OpenDMARC writes its job behind a "/". */
        g_autofree char *id =
            g_strndup(words + quoted, strcspn(words + quoted, quoted ? "\"" : "/ \t"));
        splitter->results->authserv_id = keep_lower(splitter, id);
        return words + len;
    }
    return words;
}

static void
end_item(struct splitter *splitter, bool *may_be_id)
{
    const char *words = splitter->clean->str;
    if (*may_be_id && strspn(words, " \t") < splitter->clean->len) {
        const char *rest = take_authserv_id(splitter, words);
        *may_be_id = *rest == '\0' && splitter->results->authserv_id[0] == '\0';
        words = rest;
    }
    if (splitter->items->len < AUTH_ITEMS_MAX)
        read_item(splitter, words);
    g_string_truncate(splitter->clean, 0);
    g_string_truncate(splitter->comment, 0);
}

struct auth_results *
auth_results_parse(const char *value)
{
    struct auth_results *results = g_new0(struct auth_results, 1);
    g_autoptr(GString) clean = g_string_new(NULL);
    g_autoptr(GString) comment = g_string_new(NULL);
    struct splitter splitter = { results, g_array_new(FALSE, FALSE, sizeof(struct auth_item)),
                                 clean, comment };
    bool may_be_id = true;
    bool quoted = false;
    unsigned depth = 0;
    results->text = g_string_chunk_new(256);
    results->authserv_id = "";
    for (const char *p = value; *p != '\0'; p++) {
        bool pair = *p == '\\' && (quoted || depth > 0) && p[1] != '\0';
        if (!quoted && *p == '(') {
            g_string_append_c(depth++ == 0 ? clean : comment, ' ');
        } else if (depth > 0 && *p == ')') {
            depth--;
        } else if (depth > 0) {
            g_string_append_c(comment, pair ? *++p : *p);
        } else if (!quoted && *p == ';') {
            end_item(&splitter, &may_be_id);
        } else {
            quoted = quoted != (*p == '"');
            g_string_append_c(clean, *p);
            if (pair)
                g_string_append_c(clean, *++p);
        }
    }
    end_item(&splitter, &may_be_id);
    results->item_count = splitter.items->len;
    results->items = (struct auth_item *)g_array_free(splitter.items, FALSE);
    return results;
}

void
auth_results_free(struct auth_results *results)
{
    if (results == NULL)
        return;
    for (size_t i = 0; i < results->item_count; i++)
        g_free(results->items[i].properties);
    g_free(results->items);
    g_string_chunk_free(results->text);
    g_free(results);
}

const char *
auth_item_property(const struct auth_item *item, const char *name)
{
    for (size_t i = 0; i < item->property_count; i++)
        if (strcmp(item->properties[i].name, name) == 0)
            return item->properties[i].value;
    return NULL;
}

char *
auth_item_comment_value(const struct auth_item *item, const char *key)
{
    size_t len = strlen(key);
    const char *at = item->comment;
    while (*at != '\0') {
        at += strspn(at, " \t,;");
        if (g_ascii_strncasecmp(at, key, len) == 0 && at[len] == '=')
            return g_ascii_strdown(at + len + 1, (gssize)strcspn(at + len + 1, " \t,;"));
        at += strcspn(at, " \t,;");
    }
    return NULL;
}
