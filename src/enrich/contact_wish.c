/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact_wish.h"

#include <string.h>

#include "base/domain.h"
#include "enrich/contact_address.h"

#define VALUES_MAX 3

static const struct {
    const char *name;
    const char *values[VALUES_MAX]; /* the first is 1 */
} keys[WISH_KEYS] = {
    [WISH_ZIP] = { "zip", { "no", "redacted", "whole" } },
    [WISH_MAIL] = { "mail", { "rfc822", "headers" } },
    [WISH_XARF] = { "xarf", { "no", "yes" } },
};

bool
contact_wish_set(struct contact_wish *wish, struct span word)
{
    ptrdiff_t equals = span_find(word, '=');
    struct span key = span_head(word, equals > 0 ? (size_t)equals : 0);
    struct span value = equals > 0 ? span_from(word, (size_t)equals + 1) : span_of("");
    for (unsigned i = 0; i < WISH_KEYS; i++) {
        if (!span_equals(key, keys[i].name))
            continue;
        if (span_equals(value, "default")) {
            wish->said[i] = WISH_NOTHING;
            return true;
        }
        for (unsigned k = 0; k < VALUES_MAX && keys[i].values[k] != NULL; k++)
            if (span_equals(value, keys[i].values[k])) {
                wish->said[i] = (unsigned char)(k + 1);
                return true;
            }
    }
    return false;
}

bool
contact_wish_read(struct contact_wish *wish, struct span text)
{
    struct contact_wish read = *wish;
    struct span word;
    bool spent = text.len == 0;
    while (span_cut(&text, ' ', &word, &spent))
        if (word.len > 0 && !contact_wish_set(&read, word))
            return false;
    *wish = read;
    return true;
}

const char *
contact_wish_word(const struct contact_wish *wish, enum contact_wish_key key)
{
    unsigned said = wish->said[key];
    return said >= 1 && said <= VALUES_MAX ? keys[key].values[said - 1] : NULL;
}

const char *
contact_wish_text(const struct contact_wish *wish, char out[CONTACT_WISH_OCTETS_MAX])
{
    out[0] = '\0';
    for (unsigned i = 0; i < WISH_KEYS; i++) {
        const char *word = contact_wish_word(wish, i);
        size_t len = strlen(out);
        if (word != NULL)
            g_snprintf(out + len, CONTACT_WISH_OCTETS_MAX - len, "%s%s=%s", len > 0 ? " " : "",
                       keys[i].name, word);
    }
    return out;
}

bool
contact_wish_is_empty(const struct contact_wish *wish)
{
    for (unsigned i = 0; i < WISH_KEYS; i++)
        if (wish->said[i] != WISH_NOTHING)
            return false;
    return true;
}

bool
contact_wish_subject(struct span text, const char **kind, char **subject)
{
    g_autofree char *name = NULL;
    text = span_trim(text);
    if (span_find(text, '@') != 0) {
        if (contact_address_read(text, NULL, &name) != NULL)
            return false;
        *kind = "address";
        *subject = g_ascii_strdown(name, -1);
        return true;
    }
    name = contact_domain_read(span_from(text, 1));
    if (name == NULL)
        return false;
    *kind = "domain";
    *subject = g_steal_pointer(&name);
    return true;
}

/* --- all of them --- */

struct contact_wishes {
    GHashTable *by_subject; /* "a@example.com" or "@example.com" to struct contact_wish */
};

struct contact_wishes *
contact_wishes_new(void)
{
    struct contact_wishes *wishes = g_new0(struct contact_wishes, 1);
    wishes->by_subject = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return wishes;
}

void
contact_wishes_free(struct contact_wishes *wishes)
{
    if (wishes == NULL)
        return;
    g_hash_table_destroy(wishes->by_subject);
    g_free(wishes);
}

void
contact_wishes_add(struct contact_wishes *wishes, const char *kind, const char *subject,
                   const struct contact_wish *wish)
{
    g_autofree char *lower = g_ascii_strdown(subject, -1);
    char *key = g_strconcat(strcmp(kind, "domain") == 0 ? "@" : "", lower, NULL);
    g_hash_table_replace(wishes->by_subject, key, g_memdup2(wish, sizeof *wish));
}

void
contact_wishes_of(const struct contact_wishes *wishes, const char *address,
                  struct contact_wish *wish)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);
    const char *at = strrchr(lower, '@');
    const struct contact_wish *own = g_hash_table_lookup(wishes->by_subject, lower);
    const struct contact_wish *of_domain =
        at != NULL ? g_hash_table_lookup(wishes->by_subject, at) : NULL;
    *wish = (struct contact_wish){ { 0 } };
    for (unsigned i = 0; i < WISH_KEYS; i++) {
        if (own != NULL && own->said[i] != WISH_NOTHING)
            wish->said[i] = own->said[i];
        else if (of_domain != NULL)
            wish->said[i] = of_domain->said[i];
    }
}
