/* SPDX-License-Identifier: Apache-2.0 */
#include "study/config_json.h"

#include <stdbool.h>

#include "base/fault.h"

#define LIST_MARKS ",;"

/* Groups of a key file that become an item of a list: "[provider gmailcom]". */
/* clang-format off */
static const struct { const char *word, *list, *key; } item_groups[] = {
    { "sender ",        "senders",        "domain" },
    { "provider ",      "providers",      "label"  },
    { "result_header ", "result_headers", "name"   },
};
/* clang-format on */
static const char *const list_keys[] = { "submitters", "ignored_queries", "dns" };

static bool
is_list(const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(list_keys); i++)
        if (strcmp(key, list_keys[i]) == 0)
            return true;
    return false;
}

static json_t *
value_json(const char *key, char *value)
{
    json_t *list;
    if (!is_list(key))
        return json_string(g_strstrip(value));
    list = json_array();
    g_auto(GStrv) items = g_strsplit_set(value, LIST_MARKS, -1);
    for (char **item = items; *item != NULL; item++)
        if (*g_strstrip(*item) != '\0')
            json_array_append_new(list, json_string(*item));
    return list;
}

/* The object that a group's keys go into. */
static json_t *
group_object(json_t *root, const char *group)
{
    json_t *object = json_object();
    if (strcmp(group, "study") == 0) {
        json_decref(object);
        return root;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(item_groups); i++) {
        json_t *list;
        if (!g_str_has_prefix(group, item_groups[i].word))
            continue;
        list = json_object_get(root, item_groups[i].list);
        if (list == NULL) {
            json_object_set_new(root, item_groups[i].list, json_array());
            list = json_object_get(root, item_groups[i].list);
        }
        g_autofree char *name = g_strstrip(g_strdup(group + strlen(item_groups[i].word)));
        json_object_set_new(object, item_groups[i].key, json_string(name));
        json_array_append_new(list, object);
        return object;
    }
    json_object_set_new(root, group, object);
    return object;
}

static json_t *
read_key_file(const char *path, struct span octets, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    json_t *root;
    if (!g_utf8_validate(octets.octets, (gssize)octets.len, NULL) ||
        !g_key_file_load_from_data(file, octets.octets, octets.len, G_KEY_FILE_NONE, &cause)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", path,
                    cause != NULL ? cause->message : "no UTF-8");
        return NULL;
    }
    root = json_object();
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        json_t *object = group_object(root, *group);
        g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
        for (char **key = keys; keys != NULL && *key != NULL; key++) {
            g_autofree char *value = g_key_file_get_value(file, *group, *key, NULL);
            json_object_set_new(object, *key, value_json(*key, value));
        }
    }
    return root;
}

json_t *
config_json_read(const char *path, struct span octets, GError **error)
{
    json_error_t cause;
    json_t *root;
    octets = span_after_mark(octets);
    struct span start = span_trim(octets);
    if (start.len == 0 || start.octets[0] != '{')
        return read_key_file(path, octets, error);
    root = json_loadb(octets.octets, octets.len, JSON_REJECT_DUPLICATES, &cause);
    if (root == NULL)
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s:%d: %s", path, cause.line, cause.text);
    return root;
}
