/* SPDX-License-Identifier: Apache-2.0 */
#include "study/config_value.h"

#include "base/domain.h"
#include "base/fault.h"

#define LABEL_OCTETS_MAX 63

static bool
fail(GError **error, const char *key, const char *reason)
{
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", key, reason);
    return false;
}

bool
config_keys_known(json_t *object, const char *what, const char *const *keys, GError **error)
{
    const char *key;
    json_t *value;
    if (object == NULL)
        return true;
    if (!json_is_object(object))
        return fail(error, what, "not an object");
    json_object_foreach(object, key, value)
    {
        if (g_strv_contains(keys, key))
            continue;
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: unknown key \"%s\"", what, key);
        return false;
    }
    return true;
}

static bool
is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == '\x7f')
            return false;
    return true;
}

bool
config_text(json_t *object, const char *key, const char *absent, char **out, GError **error)
{
    json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value);
    if (value != NULL && text == NULL)
        return fail(error, key, "not a text");
    if (text == NULL || *text == '\0')
        text = absent;
    if (text == NULL)
        return fail(error, key, "is missing");
    if (!is_plain(text))
        return fail(error, key, "holds a control character");
    *out = g_strdup(text);
    return true;
}

bool
config_domain(json_t *object, const char *key, const char *absent, char **out, GError **error)
{
    g_autofree char *text = NULL;
    char *domain;
    if (!config_text(object, key, absent, &text, error))
        return false;
    domain = domain_canonical(span_of(text));
    if (domain == NULL)
        return fail(error, key, "no domain name");
    *out = domain;
    return true;
}

bool
config_label(json_t *object, const char *key, char **out, GError **error)
{
    g_autofree char *text = NULL;
    if (!config_text(object, key, NULL, &text, error))
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("-_", *at) == NULL)
            return fail(error, key, "a label has letters, digits, \"-\" and \"_\"");
    if (strlen(text) > LABEL_OCTETS_MAX)
        return fail(error, key, "a label has at most 63 octets");
    *out = g_ascii_strdown(text, -1);
    return true;
}

bool
config_list(json_t *object, const char *key, char ***out, GError **error)
{
    json_t *value = json_object_get(object, key);
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    size_t count = json_is_array(value) ? json_array_size(value) : value != NULL;
    for (size_t i = 0; i < count; i++) {
        const char *text =
            json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
        if (text == NULL || !is_plain(text))
            return fail(error, key, "not a list of texts");
        g_ptr_array_add(items, g_strdup(text));
    }
    g_ptr_array_add(items, NULL);
    *out = (char **)g_ptr_array_free(g_steal_pointer(&items), FALSE);
    return true;
}

static char *
beside(const char *file, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(file);
    return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
}

bool
config_path(const char *file, json_t *object, const char *key, char **out, GError **error)
{
    g_autofree char *text = NULL;
    if (!config_text(object, key, "", &text, error))
        return false;
    *out = text[0] != '\0' ? beside(file, text) : NULL;
    return true;
}

bool
config_paths(const char *file, json_t *object, const char *key, char ***out, GError **error)
{
    g_auto(GStrv) items = NULL;
    if (!config_list(object, key, &items, error))
        return false;
    for (char **item = items; *item != NULL; item++) {
        char *path = beside(file, *item);
        g_free(*item);
        *item = path;
    }
    *out = items[0] != NULL ? g_steal_pointer(&items) : NULL;
    return true;
}
