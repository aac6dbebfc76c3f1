/* SPDX-License-Identifier: Apache-2.0 */
#include "http/static_file.h"

#include <string.h>

#include "base/fault.h"
#include "http/gzip.h"

#define TAG_DIGITS 16

struct static_files {
    GHashTable *files; /* name: struct static_file * */
    size_t octets;
    char version[TAG_DIGITS + 1];
};

static const char *
type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        { ".css", "text/css; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".svg", "image/svg+xml" },
        { ".png", "image/png" },
        { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" },
        { ".json", "application/json" },
        { ".txt", "text/plain; charset=utf-8" },
        { ".webmanifest", "application/manifest+json" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_has_suffix(name, types[i].ending))
            return types[i].type;
    return NULL;
}

static void
free_file(void *one)
{
    struct static_file *file = one;
    g_bytes_unref(file->octets);
    g_clear_pointer(&file->packed, g_bytes_unref);
    g_free(file->tag);
    g_free(file->packed_tag);
    g_free(file);
}

static bool
read_file(struct static_files *files, const char *path, const char *name, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *digest = NULL;
    char *octets = NULL;
    gsize len = 0;
    struct static_file *file;
    if (!g_file_get_contents(path, &octets, &len, &reason)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s", reason->message);
        return false;
    }
    file = g_new0(struct static_file, 1);
    file->octets = g_bytes_new_take(octets, len);
    file->type = type_of(name);
    digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->octets);
    file->tag = g_strdup_printf("\"%.*s\"", TAG_DIGITS, digest);
    file->packed_tag = g_strdup_printf("\"%.*s-gz\"", TAG_DIGITS, digest);
    file->packed = gzip_is_worth(file->type, len) ? gzip_pack(file->octets, GZIP_BEST) : NULL;
    files->octets += len;
    g_hash_table_insert(files->files, g_strdup(name), file);
    if (files->octets <= STATIC_OCTETS_MAX && g_hash_table_size(files->files) <= STATIC_FILES_MAX)
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s: more than %d files or %d octets to serve", path,
                STATIC_FILES_MAX, STATIC_OCTETS_MAX);
    return false;
}

/* Folders that are still to be read are names in a list; node_modules and dot files are not
 * ours. */
static bool
read_folder(struct static_files *files, const char *top, const char *below, GQueue *folders,
            GError **error)
{
    g_autofree char *path = g_build_filename(top, below, NULL);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GDir) folder = g_dir_open(path, 0, &reason);
    const char *entry;
    if (folder == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s", reason->message);
        return false;
    }
    while ((entry = g_dir_read_name(folder)) != NULL) {
        g_autofree char *name =
            below[0] != '\0' ? g_strdup_printf("%s/%s", below, entry) : g_strdup(entry);
        g_autofree char *place = g_build_filename(path, entry, NULL);
        if (entry[0] == '.' || strcmp(entry, "node_modules") == 0)
            continue;
        if (g_file_test(place, G_FILE_TEST_IS_DIR) && !g_file_test(place, G_FILE_TEST_IS_SYMLINK))
            g_queue_push_tail(folders, g_steal_pointer(&name));
        else if (type_of(entry) != NULL && !g_str_has_prefix(entry, "package") &&
                 !read_file(files, place, name, error))
            return false;
    }
    return true;
}

static void
make_version(struct static_files *files)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    GList *names = g_list_sort(g_hash_table_get_keys(files->files), (GCompareFunc)strcmp);
    for (const GList *at = names; at != NULL; at = at->next) {
        const struct static_file *file = g_hash_table_lookup(files->files, at->data);
        g_checksum_update(sum, at->data, -1);
        g_checksum_update(sum, (const guchar *)file->tag, -1);
    }
    g_list_free(names);
    g_strlcpy(files->version, g_checksum_get_string(sum), sizeof files->version);
}

struct static_files *
static_files_open(const char *folder, GError **error)
{
    g_autoptr(StaticFiles) files = g_new0(struct static_files, 1);
    GQueue folders = G_QUEUE_INIT;
    bool good = true;
    files->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_file);
    g_queue_push_tail(&folders, g_strdup(""));
    while (good && !g_queue_is_empty(&folders)) {
        g_autofree char *below = g_queue_pop_head(&folders);
        good = read_folder(files, folder, below, &folders, error);
    }
    g_queue_clear_full(&folders, g_free);
    if (!good)
        return NULL;
    make_version(files);
    return g_steal_pointer(&files);
}

void
static_files_free(struct static_files *files)
{
    if (files == NULL)
        return;
    g_hash_table_destroy(files->files);
    g_free(files);
}

const struct static_file *
static_file(const struct static_files *files, const char *name)
{
    return g_hash_table_lookup(files->files, name);
}

const char *
static_files_version(const struct static_files *files)
{
    return files->version;
}
