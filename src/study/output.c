/* SPDX-License-Identifier: Apache-2.0 */
#include "study/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"

#define TEX ".tex"

/* A device, a pipe or a link (/dev/stdout) stays what it is, and is written to: as root, replacing
 * it would take it from the whole machine. Only what is absent or a plain file is replaced. */
static bool
is_special(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool
write_special(const char *path, const GString *text, GError **error)
{
    g_autoptr(FILE) file = fopen(path, "w");
    if (file != NULL && fwrite(text->str, 1, text->len, file) == text->len && fflush(file) == 0)
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", path, g_strerror(errno));
    return false;
}

bool
output_check(const char *path, GError **error)
{
    g_autofree char *folder = path != NULL ? g_path_get_dirname(path) : NULL;
    const char *asked = path == NULL || access(path, F_OK) != 0 ? folder : path;
    if (asked == NULL || access(asked, W_OK) == 0)
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", path, g_strerror(errno));
    return false;
}

bool
output_write(const char *path, const GString *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (path == NULL) {
        if (fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
            return true;
        g_set_error(error, FAULT, FAULT_RETRY, "stdout: %s", g_strerror(errno));
        return false;
    }
    if (is_special(path))
        return write_special(path, text, error);
    if (g_file_set_contents(path, text->str, (gssize)text->len, &cause))
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "%s", cause->message);
    return false;
}

bool
output_write_wrapper(const char *table_path, GError **error)
{
    g_autofree char *name = g_path_get_basename(table_path);
    size_t len = strlen(table_path) - (g_str_has_suffix(table_path, TEX) ? strlen(TEX) : 0);
    g_autofree char *stem = g_strndup(table_path, len);
    g_autofree char *wrapper = g_strconcat(stem, "-standalone" TEX, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    result_latex_wrapper(name, text);
    return output_write(wrapper, text, error);
}

void
output_append_json(json_t *json, GString *out)
{
    char *text = json_dumps(json, JSON_INDENT(1));
    g_string_append(out, text);
    g_string_append_c(out, '\n');
    free(text);
    json_decref(json);
}

bool
output_append_explained(const struct features *features, const char *provider, char *const *names,
                        bool as_json, GString *out)
{
    const struct feature_row *row = features_row(features, provider);
    if (row == NULL)
        return false;
    if (as_json)
        output_append_json(result_explain_json(row, names), out);
    else if (*names == NULL)
        result_explain(row, -1, out);
    for (; !as_json && *names != NULL; names++)
        result_explain(row, feature_index(*names), out);
    return true;
}
