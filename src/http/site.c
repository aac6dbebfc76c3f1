/* SPDX-License-Identifier: Apache-2.0 */
#include "http/site.h"

#include <string.h>

#include "base/fault.h"
#include "http/route.h"
#include "http/site_parts.h"
#include "http/site_templates.h"
#include "store/db.h"

#define SECRET_KEY_MIN 16

static bool
check_secret(const struct config *config, GError **error)
{
    const char *key = config->web.secret_key;
    if (key != NULL && strlen(key) >= SECRET_KEY_MIN && strcmp(key, "secret") != 0)
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "%s: [web] secret_key must be %d random characters at least, such as "
                "`head -c 32 /dev/urandom | base64` gives",
                config->path, SECRET_KEY_MIN);
    return false;
}

/* The world map is a file that is served, too. */
static struct world_map *
read_world(const struct static_files *files, GError **error)
{
    const struct static_file *file = static_file(files, "vendor/world.json");
    if (file == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "[web] files: there is no vendor/world.json; `make` puts it there");
        return NULL;
    }
    return world_map_parse(span_of_bytes(file->octets), error);
}

struct site *
site_open(const struct site_settings *settings, GError **error)
{
    struct config *config = settings->config;
    const char *files = config->web.files;
    struct site *site;
    if (!check_secret(config, error))
        return NULL;
    site = g_new0(struct site, 1);
    site->references = 1;
    site->dev = settings->dev;
    site->template_folder = g_strdup(
        config->web.templates != NULL ? config->web.templates : LAFAYETTE_DATADIR "/templates");
    site->templates = site_templates_open(site->template_folder, error);
    if (site->templates != NULL)
        site->files = static_files_open(files != NULL ? files : LAFAYETTE_DATADIR "/web", error);
    if (site->files != NULL)
        site->world = read_world(site->files, error);
    if (site->world == NULL) {
        site_unref(site);
        return NULL;
    }
    site->config = config;
    site->metrics_from = config_ranges(config->web.metrics_from, &site->metrics_count);
    site->db = db_settings_of(config);
    return site;
}

struct site *
site_ref(struct site *site)
{
    g_atomic_int_inc(&site->references);
    return site;
}

void
site_unref(struct site *site)
{
    if (site == NULL || !g_atomic_int_dec_and_test(&site->references))
        return;
    config_free(site->config);
    world_map_free(site->world);
    g_free(site->template_folder);
    template_set_free(site->templates);
    static_files_free(site->files);
    g_free(site->metrics_from);
    g_free(site);
}

bool
site_render(struct site *site, const char *template_name, const json_t *view, GString *out,
            GError **error)
{
    g_autoptr(TemplateSet) fresh = NULL;
    if (!site->dev)
        return template_render(site->templates, template_name, view, out, error);
    fresh = site_templates_open(site->template_folder, error);
    return fresh != NULL && template_render(fresh, template_name, view, out, error);
}

bool
site_has_route(const char *path)
{
    for (size_t i = 0; i < route_count; i++)
        if (strcmp(routes[i].pattern, path) == 0)
            return true;
    return false;
}
