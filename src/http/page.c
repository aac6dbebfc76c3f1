/* SPDX-License-Identifier: Apache-2.0 */
#include "http/page.h"

#include <string.h>

#include "base/fault.h"
#include "http/sent_text.h"
#include "http/site_parts.h"
#include "render/figure.h"

#define FLASH_COOKIE "lafayette-flash"

struct nav {
    const char *href, *text;
    enum role role;
};

static const struct nav navs[] = {
    { "/", "Overview", ROLE_VIEWER },
    { "/email", "Mails", ROLE_VIEWER },
    { "/url", "URLs", ROLE_VIEWER },
    { "/campaign", "Patterns", ROLE_VIEWER },
    { "/network", "Networks", ROLE_VIEWER },
    { "/email/graph", "Graphs", ROLE_VIEWER },
    { "/email/map", "Map", ROLE_VIEWER },
    { "/outbox", "Outbox", ROLE_ANALYST },
    { "/quarantine", "Quarantine", ROLE_ANALYST },
    { "/reportspam", "Report spam", ROLE_ANALYST },
    { "/tools", "Tools", ROLE_ANALYST },
    { "/study", "Study", ROLE_VIEWER },
    { "/audit", "Audit", ROLE_ADMIN },
    { "/help", "Help", ROLE_VIEWER },
};

/* Is `path` the page of this link, or one below it that no longer link claims? */
static size_t
fits(const char *path, const char *href)
{
    size_t len = strlen(href);
    if (strcmp(href, "/") == 0)
        return strcmp(path, "/") == 0 ? 1 : 0;
    return strncmp(path, href, len) == 0 && (path[len] == '\0' || path[len] == '/') ? len : 0;
}

/* What waits behind a link, of the figures counted ahead; 0 is not shown. */
static int64_t
nav_count(const struct figures_set *set, const char *href)
{
    if (set == NULL)
        return 0;
    return strcmp(href, "/quarantine") == 0 ? set->overview->held
           : strcmp(href, "/outbox") == 0   ? set->waiting
                                            : 0;
}

static void
add_nav(json_t *list, const struct nav *nav, int64_t count, bool here)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (count > 0)
        figure_append_count(text, (guint64)count);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "href", nav->href, "text",
                                          nav->text, "count", text->str, "here", here));
}

static json_t *
make_nav(const struct visit *visit)
{
    struct figures_set *set =
        visit->host->figures != NULL ? figures_last(visit->host->figures) : NULL;
    json_t *list = json_array();
    const char *path = visit->request->path != NULL ? visit->request->path : "";
    size_t best = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(navs); i++)
        best = MAX(best, fits(path, navs[i].href));
    for (size_t i = 0; i < G_N_ELEMENTS(navs); i++)
        if (visit->person.role >= navs[i].role && site_has_route(navs[i].href))
            add_nav(list, &navs[i], nav_count(set, navs[i].href),
                    best > 0 && fits(path, navs[i].href) == best);
    figures_set_unref(set);
    return list;
}

static const char *
theme(const struct visit *visit)
{
    const char *word = form_get(&visit->request->cookies, "lafayette-theme");
    return word != NULL && (strcmp(word, "dark") == 0 || strcmp(word, "light") == 0) ? word : "";
}

/* The text that the page before this one left; it is shown once. */
static json_t *
take_flash(struct visit *visit)
{
    const char *value = form_get(&visit->request->cookies, FLASH_COOKIE);
    g_autofree char *text = NULL;
    if (value == NULL || strlen(value) < 3)
        return NULL;
    reply_field(visit->reply, "Set-Cookie",
                FLASH_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    text = form_decode_path(span_of(strchr(value, '.') != NULL ? strchr(value, '.') + 1 : value),
                            NULL);
    if (text == NULL)
        return NULL;
    return json_pack("{s:s, s:b}", "text", text, "bad", value[0] == 'b');
}

static void
put_common(struct visit *visit, const char *title, json_t *view)
{
    const struct person *person = &visit->person;
    json_t *flash = take_flash(visit);
    json_object_set_new(view, "title", json_string(title));
    json_object_set_new(view, "version", json_string(LAFAYETTE_VERSION));
    json_object_set_new(view, "files", json_string(static_files_version(visit->site->files)));
    json_object_set_new(view, "theme", json_string(theme(visit)));
    json_object_set_new(view, "csrf", json_string(person->csrf));
    if (visit->request->path != NULL)
        json_object_set_new(view, "path", json_string(visit->request->path));
    if (person->role != ROLE_NOBODY) {
        json_object_set_new(view, "user",
                            json_pack("{s:s, s:s, s:b, s:b, s:b}", "name", person->name, "role",
                                      role_word(person->role), "analyst",
                                      person->role >= ROLE_ANALYST, "admin",
                                      person->role >= ROLE_ADMIN, "own",
                                      strcmp(visit->config->web.auth, "password") == 0));
        json_object_set_new(view, "nav", make_nav(visit));
    }
    if (flash != NULL)
        json_object_set_new(view, "flash", flash);
}

bool
page_render(struct visit *visit, unsigned status, const char *template_name, const char *title,
            json_t *view, GError **error)
{
    GString *out = g_string_new(NULL);
    bool good;
    put_common(visit, title, view);
    good = site_render(visit->site, template_name, view, out, error);
    json_decref(view);
    if (!good) {
        g_string_free(out, TRUE);
        return false;
    }
    reply_take(visit->reply, status, REPLY_HTML, out);
    return true;
}

bool
page_json(struct visit *visit, unsigned status, json_t *value, GError **error)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    if (value != NULL)
        json_decref(value);
    if (text == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "the answer can't be written as JSON");
        return false;
    }
    reply_set(visit->reply, status, REPLY_JSON,
              g_bytes_new_with_free_func(text, strlen(text), free, text));
    return true;
}

static const char *
status_title(unsigned status)
{
    switch (status) {
    case 400:
        return "That can't be answered";
    case 401:
        return "Log in first";
    case 403:
        return "Not allowed";
    case 404:
        return "Nothing here";
    case 405:
        return "Not this way";
    case 413:
        return "Too large";
    case 429:
        return "Too many tries";
    case 503:
        return "Not now";
    default:
        return "Something broke";
    }
}

void
page_error(struct visit *visit, unsigned status, const char *message)
{
    g_autoptr(GError) error = NULL;
    if (visit->api) {
        if (!page_json(
                visit, status,
                json_pack("{s:{s:i, s:s}}", "error", "status", (int)status, "message", message),
                &error))
            reply_text(visit->reply, status, message);
        return;
    }
    json_t *sent = status == 401 || status == 403 ? sent_text_view(visit) : NULL;
    json_t *view = json_pack("{s:i, s:s, s:b, s:o*}", "status", (int)status, "message", message,
                             "any_sent", sent != NULL, "sent", sent);
    if (!page_render(visit, status, "error", status_title(status), view, &error))
        reply_text(visit->reply, status, message);
}

void
page_flash(struct visit *visit, const char *place, const char *kind, const char *text)
{
    g_autofree char *escaped = g_uri_escape_string(text, NULL, FALSE);
    g_autofree char *field =
        g_strdup_printf(FLASH_COOKIE "=%s.%.3000s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict%s",
                        kind, escaped, visit->request->secure ? "; Secure" : "");
    reply_field(visit->reply, "Set-Cookie", field);
    reply_redirect(visit->reply, place);
}
