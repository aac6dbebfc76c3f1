/* SPDX-License-Identifier: Apache-2.0 */
#include "study/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"

#define TEX ".tex"

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
output_append_json(const struct study *study, const struct features *features, GString *out)
{
    json_t *json = result_json(study, features);
    char *text = json_dumps(json, JSON_INDENT(1));
    g_string_append(out, text);
    g_string_append_c(out, '\n');
    free(text);
    json_decref(json);
}
