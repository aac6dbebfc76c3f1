/* SPDX-License-Identifier: Apache-2.0 */
#include "http/site_templates.h"

#include "base/fault.h"

#define ENDING ".mustache"

/* What our own code made as HTML or SVG, with all text in it escaped. */
static const char *const raw_names[] = { "svg", NULL };

static bool
add(struct template_set *set, const char *folder, const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *name = g_strndup(file, strlen(file) - strlen(ENDING));
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &text, &len, &reason)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s", reason->message);
        return false;
    }
    return template_set_add(set, name, (struct span){ text, len }, error);
}

struct template_set *
site_templates_open(const char *folder, GError **error)
{
    g_autoptr(TemplateSet) set = template_set_new(raw_names);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &reason);
    const char *file;
    if (dir == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "templates: %s; [web] templates names the folder",
                    reason->message);
        return NULL;
    }
    while ((file = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(file, ENDING) && !add(set, folder, file, error))
            return NULL;
    if (!template_set_check(set, error))
        return NULL;
    return g_steal_pointer(&set);
}
