/* SPDX-License-Identifier: Apache-2.0 */
#include "study/study_config.h"

#include <jansson.h>

#include "base/domain.h"
#include "base/fault.h"
#include "study/config_json.h"
#include "study/config_value.h"

const char *const sender_role_names[SENDER_ROLES] = { "internal", "external-accepted",
                                                      "external-refused", "external-overwritten" };

void
study_config_free(struct study_config *config)
{
    if (config == NULL)
        return;
    char *const texts[] = { config->path,          config->title,         config->rspamd,
                            config->inboxes,       config->reports,       config->edv_domain,
                            config->edv_receiver,  config->edv_redirect,  config->spf_pass,
                            config->spf_fail,      config->rua,           config->ruf,
                            config->selector_pass, config->selector_fail, config->control_domain,
                            config->control_label };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    for (size_t i = 0; i < SENDER_ROLES; i++) {
        g_free(config->senders[i].domain);
        g_free(config->senders[i].mailbox);
    }
    /* The item behind the last one may have been begun when its reading failed. */
    for (size_t i = 0; config->headers != NULL && i <= config->header_count; i++)
        g_free(config->headers[i].name);
    for (size_t i = 0; config->providers != NULL && i <= config->provider_count; i++) {
        g_free(config->providers[i].label);
        g_free(config->providers[i].name);
        g_strfreev(config->providers[i].submitters);
    }
    g_strfreev(config->query_logs);
    g_strfreev(config->ignored);
    g_free(config->headers);
    g_free(config->providers);
    g_free(config);
}

static bool
read_paths(struct study_config *config, json_t *root, GError **error)
{
    static const char *const keys[] = { "rspamd", "dns", "inboxes", "reports", NULL };
    json_t *paths = json_object_get(root, "paths");
    return config_keys_known(paths, "paths", keys, error) &&
           config_path(config->path, paths, "rspamd", &config->rspamd, error) &&
           config_paths(config->path, paths, "dns", &config->query_logs, error) &&
           config_path(config->path, paths, "inboxes", &config->inboxes, error) &&
           config_path(config->path, paths, "reports", &config->reports, error);
}

static bool
read_sender(struct study_config *config, json_t *sender, GError **error)
{
    static const char *const keys[] = { "domain", "role", "mailbox", "about", NULL };
    g_autofree char *role = NULL;
    size_t index = 0;
    struct study_sender *place;
    if (!config_keys_known(sender, "sender", keys, error) ||
        !config_text(sender, "role", "", &role, error))
        return false;
    while (index < SENDER_ROLES && strcmp(role, sender_role_names[index]) != 0)
        index++;
    if (index == SENDER_ROLES || config->senders[index].domain != NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "sender: role \"%s\" is %s", role,
                    index == SENDER_ROLES ? "not known" : "there twice");
        return false;
    }
    place = &config->senders[index];
    return config_domain(sender, "domain", NULL, &place->domain, error) &&
           config_domain(sender, "mailbox", place->domain, &place->mailbox, error);
}

static bool
read_header(struct study_config *config, json_t *header, GError **error)
{
    static const char *const keys[] = { "name", "syntax", NULL };
    struct result_header *place = &config->headers[config->header_count];
    g_autofree char *syntax = NULL;
    if (!config_keys_known(header, "result_header", keys, error) ||
        !config_text(header, "name", NULL, &place->name, error) ||
        !config_text(header, "syntax", "rfc8601", &syntax, error))
        return false;
    config->header_count++;
    place->syntax = strcmp(syntax, "words") == 0 ? RESULT_WORDS : RESULT_RFC8601;
    if (place->syntax == RESULT_WORDS || strcmp(syntax, "rfc8601") == 0)
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR, "result_header: syntax \"%s\" is not known", syntax);
    return false;
}

static bool
read_provider(struct study_config *config, json_t *provider, GError **error)
{
    static const char *const keys[] = { "label", "name", "submitters", NULL };
    struct study_provider *place = &config->providers[config->provider_count];
    g_auto(GStrv) submitters = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!config_keys_known(provider, "provider", keys, error) ||
        !config_label(provider, "label", &place->label, error) ||
        !config_text(provider, "name", NULL, &place->name, error) ||
        !config_list(provider, "submitters", &submitters, error))
        return false;
    if (study_config_provider(config, place->label) != NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "provider: label \"%s\" is there twice",
                    place->label);
        return false;
    }
    config->provider_count++;
    g_ptr_array_add(names, g_ascii_strdown(place->name, -1));
    for (char **name = submitters; name != NULL && *name != NULL; name++)
        g_ptr_array_add(names, g_ascii_strdown(*name, -1));
    g_ptr_array_add(names, NULL);
    place->submitters = (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
    return true;
}

typedef bool read_item(struct study_config *config, json_t *item, GError **error);

static bool
read_items(struct study_config *config, json_t *list, const char *name, read_item *read,
           GError **error)
{
    if (list != NULL && (!json_is_array(list) || json_array_size(list) > STUDY_PROVIDERS_MAX)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: not a list of at most %d", name,
                    STUDY_PROVIDERS_MAX);
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read(config, json_array_get(list, i), error))
            return false;
    return true;
}

static bool
read_lists(struct study_config *config, json_t *root, GError **error)
{
    json_t *headers = json_object_get(root, "result_headers");
    json_t *providers = json_object_get(root, "providers");
    config->headers = g_new0(struct result_header, json_array_size(headers) + 2);
    config->providers = g_new0(struct study_provider, json_array_size(providers) + 2);
    if (!read_items(config, json_object_get(root, "senders"), "senders", read_sender, error) ||
        !read_items(config, headers, "result_headers", read_header, error) ||
        !read_items(config, providers, "providers", read_provider, error))
        return false;
    if (headers == NULL)
        config->headers[config->header_count++] =
            (struct result_header){ g_strdup("Authentication-Results"), RESULT_RFC8601 };
    return true;
}

static bool
read_words(struct study_config *config, json_t *root, GError **error)
{
    static const char *const local_keys[] = { "spf_pass", "spf_fail", "rua", "ruf", NULL };
    static const char *const selector_keys[] = { "pass", "fail", NULL };
    json_t *locals = json_object_get(root, "local_parts");
    json_t *selectors = json_object_get(root, "selectors");
    return config_keys_known(locals, "local_parts", local_keys, error) &&
           config_text(locals, "spf_pass", "goodrua", &config->spf_pass, error) &&
           config_text(locals, "spf_fail", "badrua", &config->spf_fail, error) &&
           config_text(locals, "rua", "rua", &config->rua, error) &&
           config_text(locals, "ruf", "ruf", &config->ruf, error) &&
           config_keys_known(selectors, "selectors", selector_keys, error) &&
           config_text(selectors, "pass", "dkim", &config->selector_pass, error) &&
           config_text(selectors, "fail", "dkimfalse", &config->selector_fail, error);
}

static bool
read_places(struct study_config *config, json_t *root, GError **error)
{
    static const char *const edv_keys[] = { "domain", "receiver", "redirect", NULL };
    static const char *const control_keys[] = { "domain", "label", NULL };
    const struct study_sender *overwritten = &config->senders[SENDER_OVERWRITTEN];
    json_t *edv = json_object_get(root, "edv");
    json_t *control = json_object_get(root, "control");
    if (!config_keys_known(edv, "edv", edv_keys, error) ||
        !config_keys_known(control, "control", control_keys, error))
        return false;
    if (overwritten->domain != NULL &&
        (!config_domain(edv, "domain", overwritten->domain, &config->edv_domain, error) ||
         !config_domain(edv, "receiver", overwritten->mailbox, &config->edv_receiver, error) ||
         !config_text(edv, "redirect", NULL, &config->edv_redirect, error)))
        return false;
    return control == NULL ||
           (config_domain(control, "domain", NULL, &config->control_domain, error) &&
            config_label(control, "label", &config->control_label, error));
}

static bool
read_all(struct study_config *config, json_t *root, GError **error)
{
    static const char *const keys[] = { "title",          "semantics", "ignored_queries",
                                        "paths",          "senders",   "edv",
                                        "local_parts",    "selectors", "control",
                                        "result_headers", "providers", NULL };
    g_autofree char *semantics = NULL;
    if (!config_keys_known(root, "study", keys, error) ||
        !config_text(root, "title", "", &config->title, error) ||
        !config_text(root, "semantics", "correct", &semantics, error) ||
        !config_list(root, "ignored_queries", &config->ignored, error) ||
        !read_lists(config, root, error) || !read_words(config, root, error) ||
        !read_places(config, root, error) || !read_paths(config, root, error))
        return false;
    for (char **name = config->ignored; *name != NULL; name++) {
        char *upper = *name;
        *name = g_ascii_strdown(upper, -1);
        g_free(upper);
    }
    config->paper = strcmp(semantics, "paper") == 0;
    if (!config->paper && strcmp(semantics, "correct") != 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "semantics: paper or correct, not \"%s\"",
                    semantics);
        return false;
    }
    return true;
}

struct study_config *
study_config_parse(const char *path, struct span octets, GError **error)
{
    g_autoptr(StudyConfig) config = g_new0(struct study_config, 1);
    json_t *root;
    bool good;
    config->path = g_strdup(path);
    root = config_json_read(path, octets, error);
    if (root == NULL)
        return NULL;
    good = read_all(config, root, error);
    json_decref(root);
    if (!good) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&config);
}

struct study_config *
study_config_load(const char *path, GError **error)
{
    g_autofree char *octets = NULL;
    gsize len = 0;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(path, &octets, &len, &cause)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s", cause->message);
        return NULL;
    }
    if (len > STUDY_CONFIG_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: more than %d octets", path,
                    STUDY_CONFIG_OCTETS_MAX);
        return NULL;
    }
    return study_config_parse(path, (struct span){ octets, len }, error);
}

const struct study_provider *
study_config_provider(const struct study_config *config, const char *label)
{
    for (size_t i = 0; i < config->provider_count; i++)
        if (strcmp(config->providers[i].label, label) == 0)
            return &config->providers[i];
    return NULL;
}

const char *
study_config_submitter(const struct study_config *config, const char *submitter)
{
    for (size_t i = 0; i < config->provider_count; i++)
        for (char **name = config->providers[i].submitters; *name != NULL; name++)
            if (g_ascii_strcasecmp(*name, submitter) == 0)
                return config->providers[i].name;
    return submitter;
}
