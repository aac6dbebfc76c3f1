/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/config_keys.h"
#include "base/config_syntax.h"
#include "base/fault.h"

#define SECRET_OCTETS_MAX 4096
#define HINT_OLD_SYNTAX                                                                            \
    " (it is `key = value`, not `key: value`; comments begin with # and have lines of their own)"

#ifndef LAFAYETTE_SYSCONFDIR
#define LAFAYETTE_SYSCONFDIR "/etc"
#endif

/* A config in the current folder runs with our rights, so a stranger must not be its author. */
static bool
is_ours(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0) &&
           (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

char *
config_find(const char *given, GError **error)
{
    const char *system_wide = LAFAYETTE_SYSCONFDIR "/lafayette/forensic.cfg";
    if (given == NULL)
        given = g_getenv("LAFAYETTE_CONFIG");
    if (given != NULL && given[0] != '\0')
        return g_strdup(given);
    if (access(system_wide, F_OK) == 0)
        return g_strdup(system_wide);
    if (is_ours("forensic.cfg"))
        return g_strdup("forensic.cfg");
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "no configuration: name one with -c FILE or $LAFAYETTE_CONFIG, or write %s%s",
                system_wide,
                access("forensic.cfg", F_OK) == 0
                    ? " (./forensic.cfg is not used: it must belong to you or root, and nobody "
                      "else may write to it)"
                    : "");
    return NULL;
}

/* Reads at most `max` octets of a small file; the reason names the file. */
static char *
read_small_file(const char *path, size_t max, GError **error)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    g_autofree char *octets = g_malloc(max + 2);
    size_t len = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && len <= max) {
        got = read(fd, octets + len, max + 1 - len);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            len += (size_t)got;
    }
    if (got != 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", path,
                    got < 0 ? g_strerror(errno) : "file is too large");
        return NULL;
    }
    octets[len] = '\0';
    if (memchr(octets, '\0', len) != NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: holds an octet of value 0", path);
        return NULL;
    }
    return g_steal_pointer(&octets);
}

static char *
resolve_path(const char *folder, const char *path)
{
    return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
}

static char **
split_list(const char *text)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    struct span rest = span_of(text);
    struct span item;
    bool spent = false;
    while (span_cut(&rest, ',', &item, &spent)) {
        item = span_trim(item);
        if (item.len > 0)
            g_ptr_array_add(items, span_dup(item));
    }
    g_ptr_array_add(items, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&items), FALSE);
}

static bool
set_bool(bool *out, const char *text)
{
    static const char *const yes[] = { "yes", "true", "1", "on", NULL };
    static const char *const no[] = { "no", "false", "0", "off", NULL };
    g_autofree char *lower = g_ascii_strdown(text, -1);
    if (!g_strv_contains(yes, lower) && !g_strv_contains(no, lower))
        return false;
    *out = g_strv_contains(yes, lower);
    return true;
}

static bool
is_one_of(const char *text, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, "|", -1);
    return g_strv_contains((const char *const *)list, text);
}

static char *
resolve_source(const char *folder, const char *text)
{
    static const char *const schemes[] = { "maildir:", "mbox:", "dir:" };
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        size_t len = strlen(schemes[i]);
        if (strncmp(text, schemes[i], len) == 0 && text[len] != '\0') {
            g_autofree char *path = resolve_path(folder, text + len);
            return g_strconcat(schemes[i], path, NULL);
        }
    }
    return NULL;
}

static void
set_string(char **slot, char *owned)
{
    g_free(*slot);
    *slot = owned;
}

/* Writes the value into its place; NULL when it is good, else what was expected. Caller frees. */
static char *
set_value(const struct key *key, void *base, const char *folder, const char *text)
{
    void *slot = (char *)base + key->offset;
    guint32 number;
    g_auto(GStrv) list = NULL;
    const char *fault;
    char *source;
    switch (key->type) {
    case KEY_STRING:
    case KEY_SECRET:
        set_string(slot, g_strdup(text));
        return NULL;
    case KEY_PATH:
        set_string(slot, text[0] == '\0' ? NULL : resolve_path(folder, text));
        return NULL;
    case KEY_SOURCE:
        if ((source = resolve_source(folder, text)) == NULL)
            return g_strdup("maildir:PATH, mbox:PATH or dir:PATH");
        set_string(slot, source);
        return NULL;
    case KEY_WORD:
        if (!is_one_of(text, key->words))
            return g_strdup_printf("one of %s", key->words);
        set_string(slot, g_strdup(text));
        return NULL;
    case KEY_NUMBER:
        if (!span_to_u32(span_of(text), &number) || number < key->min || number > key->max)
            return g_strdup_printf("a number from %u to %u", key->min, key->max);
        *(uint32_t *)slot = number;
        return NULL;
    case KEY_BOOL:
        return set_bool(slot, text) ? NULL : g_strdup("yes or no");
    case KEY_ZONE:
        if ((fault = config_zone_fault(text)) != NULL)
            return g_strdup(fault);
        set_string(slot, g_strdup(text));
        return NULL;
    case KEY_LIST:
    case KEY_RANGES:
    case KEY_SERVERS:
    case KEY_MAIL:
    case KEY_FIELDS:
    case KEY_DOMAINS:
        list = split_list(text);
        if ((fault = config_list_fault(key->type, list)) != NULL)
            return g_strdup(fault);
        config_list_settle(key->type, list);
        g_strfreev(*(char ***)slot);
        *(char ***)slot = g_steal_pointer(&list);
        return NULL;
    }
    return NULL;
}

/* The key of that name in the section; *is_file tells that it is the `File` form of a secret. */
static const struct key *
find_key(const char *section, const char *name, bool *is_file)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct key *key = &config_keys[i];
        size_t len = strlen(key->name);
        if (g_strcmp0(key->section, section) != 0 || g_ascii_strncasecmp(key->name, name, len) != 0)
            continue;
        *is_file = key->type == KEY_SECRET && g_ascii_strcasecmp(name + len, "File") == 0;
        if (name[len] == '\0' || *is_file)
            return key;
    }
    return NULL;
}

static bool
read_key(GKeyFile *file, const char *path, const char *group, const char *name, const char *section,
         void *base, GError **error)
{
    bool is_file = false;
    const struct key *key = find_key(section, name, &is_file);
    g_autofree char *text = g_strchomp(g_key_file_get_value(file, group, name, NULL));
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *expected = NULL;
    if (key == NULL) {
        g_autofree char *shown = config_key_shown(span_of(name));
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "%s: [%s] has an unknown key \"%s\"" HINT_OLD_SYNTAX, path, group, shown);
        return false;
    }
    if (is_file) {
        g_autofree char *secret_path = resolve_path(folder, text);
        g_autofree char *secret = read_small_file(secret_path, SECRET_OCTETS_MAX, error);
        if (secret == NULL) {
            g_prefix_error(error, "%s: [%s] %s: ", path, group, name);
            return false;
        }
        g_free(text);
        text = g_strndup(secret, strcspn(secret, "\r\n"));
    }
    expected = set_value(key, base, folder, text);
    if (expected != NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: [%s] %s = %s: expected %s" HINT_OLD_SYNTAX,
                    path, group, name, text, expected);
        return false;
    }
    return true;
}

static void
set_defaults(const char *section, void *base)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (g_strcmp0(config_keys[i].section, section) == 0 && config_keys[i].standard != NULL)
            g_free(set_value(&config_keys[i], base, ".", config_keys[i].standard));
}

/* Frees the values of one section, or of a feed when `feeds` is set. */
static void
free_values(bool feeds, void *base)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct key *key = &config_keys[i];
        void *slot = (char *)base + key->offset;
        if ((key->section == NULL) != feeds || key->type == KEY_NUMBER || key->type == KEY_BOOL)
            continue;
        if (key->type >= KEY_LIST)
            g_strfreev(*(char ***)slot);
        else
            g_free(*(char **)slot);
    }
}

static void
feed_free(void *pointer)
{
    struct config_feed *feed = pointer;
    free_values(true, feed);
    g_free(feed->name);
    g_free(feed);
}

/* A feed is a section that says where its messages come from. */
static bool
has_key(GKeyFile *file, const char *group, const char *wanted)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++)
        if (g_ascii_strcasecmp(*name, wanted) == 0)
            return true;
    return false;
}

static bool
is_known_section(const char *group)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (config_keys[i].section != NULL && strcmp(config_keys[i].section, group) == 0)
            return true;
    return false;
}

static bool
read_section(struct config *config, GKeyFile *file, const char *group, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
    const char *section = is_known_section(group) ? group : NULL;
    void *base = config;
    if (section == NULL) {
        struct config_feed *feed;
        if (!has_key(file, group, "imapHost") && !has_key(file, group, "source")) {
            g_set_error(error, FAULT, FAULT_OPERATOR,
                        "%s: unknown section [%s] (a feed would have imapHost or source)",
                        config->path, group);
            return false;
        }
        feed = g_new0(struct config_feed, 1);
        feed->name = g_strdup(group);
        set_defaults(NULL, feed);
        if (strcmp(group, "spamtrap") == 0)
            set_string(&feed->kind, g_strdup("spamtrap"));
        g_ptr_array_add(config->feeds, feed);
        base = feed;
    }
    for (char **name = names; name != NULL && *name != NULL; name++)
        if (!read_key(file, config->path, group, *name, section, base, error))
            return false;
    return true;
}

struct config *
config_load(const char *path, GError **error)
{
    g_autoptr(Config) config = g_new0(struct config, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *octets = read_small_file(path, CONFIG_OCTETS_MAX, error);
    struct span text = span_after_mark(span_of(octets));
    g_auto(GStrv) groups = NULL;
    config->feeds = g_ptr_array_new_with_free_func(feed_free);
    config->path = g_strdup(path);
    if (octets == NULL)
        return NULL;
    if (!g_key_file_load_from_data(file, text.octets, text.len, G_KEY_FILE_KEEP_TRANSLATIONS,
                                   NULL)) {
        g_autofree char *reason = config_syntax_fault(text);
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s" HINT_OLD_SYNTAX, path, reason);
        return NULL;
    }
    for (size_t i = 0; i < config_key_count; i++)
        if (config_keys[i].section != NULL &&
            (i == 0 || g_strcmp0(config_keys[i].section, config_keys[i - 1].section) != 0))
            set_defaults(config_keys[i].section, config);
    groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group != NULL; group++)
        if (!read_section(config, file, *group, error))
            return NULL;
    return g_steal_pointer(&config);
}

const struct config_feed *
config_feed(const struct config *config, const char *name)
{
    for (guint i = 0; i < config->feeds->len; i++) {
        const struct config_feed *feed = g_ptr_array_index(config->feeds, i);
        if (strcmp(feed->name, name) == 0)
            return feed;
    }
    return NULL;
}

struct ip_range *
config_ranges(char *const *texts, size_t *count)
{
    struct ip_range *ranges;
    *count = g_strv_length((char **)(uintptr_t)texts);
    ranges = g_new0(struct ip_range, *count + 1);
    for (size_t i = 0; i < *count; i++)
        ip_range_parse(span_of(texts[i]), &ranges[i]);
    return ranges;
}

void
config_free(struct config *config)
{
    if (config == NULL)
        return;
    free_values(false, config);
    g_ptr_array_free(config->feeds, TRUE);
    g_free(config->path);
    g_free(config);
}
