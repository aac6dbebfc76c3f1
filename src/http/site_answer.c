/* SPDX-License-Identifier: Apache-2.0 */
#include "http/site_answer.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "http/page.h"
#include "http/route.h"
#include "http/who.h"

/* --- the route --- */

/* The path's pieces, each decoded by itself: %2F in one of them is no slash. */
static bool
split_path(struct visit *visit)
{
    struct span rest = span_of(visit->request->raw_path + 1), piece;
    bool spent = false;
    while (span_cut(&rest, '/', &piece, &spent)) {
        if (visit->piece_count == VISIT_ARGUMENTS_MAX)
            return false;
        visit->pieces[visit->piece_count] = form_decode_path(piece, NULL);
        if (visit->pieces[visit->piece_count] == NULL)
            return false;
        visit->piece_count++;
    }
    return true;
}

static const struct route *
match(struct visit *visit, bool post, bool *other_method)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &routes[i];
        bool takes = (route->flags & ROUTE_BOTH) != 0 || ((route->flags & ROUTE_POST) != 0) == post;
        if (!route_fits(route->pattern, visit->pieces, visit->piece_count, &visit->argument,
                        &visit->number))
            continue;
        if (takes)
            return route;
        *other_method = true;
    }
    return NULL;
}

/* "/email.csv" is "/email" as CSV, when there is no route of the whole name. */
static const struct route *
match_extension(struct visit *visit, bool *other_method)
{
    static const char *const extensions[] = { "csv", "json" };
    char *last = visit->piece_count > 0 ? visit->pieces[visit->piece_count - 1] : NULL;
    char *dot = last != NULL ? strrchr(last, '.') : NULL;
    const struct route *route;
    for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(extensions); i++) {
        if (strcmp(dot + 1, extensions[i]) != 0)
            continue;
        *dot = '\0';
        visit->extension = extensions[i];
        route = match(visit, false, other_method);
        if (route == NULL || (route->flags & ROUTE_EXPORT) == 0) {
            route = NULL;
            *dot = '.';
            visit->extension = NULL;
        }
        return route;
    }
    return NULL;
}

/* The same path with or without its final slash is a page: go there. */
static bool
redirect_slash(struct visit *visit)
{
    const char *path = visit->request->raw_path;
    const char *query = strchr(visit->request->url, '?');
    g_autofree char *place = NULL;
    bool other = false, found;
    if (path == NULL || visit->request->method != METHOD_GET ||
        visit->piece_count >= VISIT_ARGUMENTS_MAX)
        return false;
    if (g_str_has_suffix(path, "/") && visit->piece_count > 1) {
        g_clear_pointer(&visit->pieces[--visit->piece_count], g_free);
        place = g_strdup_printf("%.*s%s", (int)strlen(path) - 1, path, query != NULL ? query : "");
    } else {
        visit->pieces[visit->piece_count++] = g_strdup("");
        place = g_strdup_printf("%s/%s", path, query != NULL ? query : "");
    }
    found = match(visit, false, &other) != NULL && g_str_has_prefix(place, "/") &&
            !g_str_has_prefix(place, "//");
    if (found)
        reply_redirect(visit->reply, place);
    return found;
}

/* --- the person --- */

static void
ask_to_log_in(struct visit *visit)
{
    g_autofree char *next = NULL;
    g_autofree char *place = NULL;
    if (visit->api || visit->request->method != METHOD_GET || visit->extension != NULL ||
        strcmp(visit->config->web.auth, "proxy") == 0) {
        reply_field(visit->reply, "WWW-Authenticate", "Bearer");
        page_error(visit, 401,
                   visit->request->method == METHOD_POST && !visit->api
                       ? "Your log-in has ended, so nothing was changed. Log in and send it again."
                       : "This needs a log-in, or a token: Authorization: Bearer TOKEN.");
        return;
    }
    next = g_uri_escape_string(visit->request->url, NULL, FALSE);
    place = strcmp(visit->request->url, "/") == 0 ? g_strdup("/login")
                                                  : g_strdup_printf("/login?next=%s", next);
    reply_redirect(visit->reply, place);
}

/* May this person do this? An answer is given when not. */
static bool
may(struct visit *visit, const struct route *route)
{
    const struct person *person = &visit->person;
    bool change = visit->request->method == METHOD_POST;
    if (route->role != ROLE_NOBODY && person->role == ROLE_NOBODY) {
        ask_to_log_in(visit);
        return false;
    }
    if (person->role < route->role) {
        g_autofree char *text = g_strdup_printf("Your role is %s; this needs %s.",
                                                role_word(person->role), role_word(route->role));
        page_error(visit, 403, text);
        return false;
    }
    if (g_strcmp0(visit->extension, "csv") == 0 && person->role < ROLE_ANALYST) {
        page_error(visit, 403, "Exports are for analysts.");
        return false;
    }
    if (!change)
        return true;
    if (person->by_token                   ? person->may_write
        : (route->flags & ROUTE_OPEN) != 0 ? who_is_same_origin(visit)
                                           : who_meant_it(visit))
        return true;
    page_error(visit, 403,
               person->by_token
                   ? "This token may read only."
                   : "The form was not sent from this page, or the page is older than your log-in. "
                     "Nothing was changed: go back, reload it and try again.");
    return false;
}

/* --- the answer --- */

/* After an error: a connection that is lost is left, so that the next use connects anew. */
static bool
leave_lost(struct site_worker *worker)
{
    if (worker->db == NULL || !db_is_connected(worker->db) ||
        db_failure(worker->db)->remedy != REMEDY_RECONNECT)
        return false;
    db_disconnect(worker->db);
    return true;
}

static bool
connect_database(struct visit *visit, struct site_worker *worker, GError **error)
{
    if (worker->db != NULL && worker->site != visit->site)
        g_clear_pointer(&worker->db, db_close);
    if (worker->db == NULL) {
        g_clear_pointer(&worker->site, site_unref);
        worker->db = db_open(&visit->site->db, error);
        worker->site = site_ref(visit->site);
    } else if (!db_is_connected(worker->db) && !db_reconnect(worker->db, error)) {
        return false;
    }
    visit->db = worker->db;
    return visit->db != NULL;
}

static void
answer_fault(struct visit *visit, const GError *error)
{
    int code = error != NULL && error->domain == FAULT ? error->code : FAULT_RETRY;
    if (error == NULL && visit->reply->status != 0)
        return; /* answered: the token is none */
    if (code == FAULT_REJECT || code == FAULT_USAGE) {
        page_error(visit, 400, error->message);
        return;
    }
    log_fault("answer-failed", error);
    if (code == FAULT_RETRY)
        page_error(visit, 503, "The database is away or too busy. Try again in a moment.");
    else
        page_error(visit, 500,
                   "Something is wrong with the set-up of this server; its log says what.");
}

/* Quick routes know no persons; one that wants the database can do without. */
static bool
serve_quick(struct visit *visit, const struct route *route, struct site_worker *worker,
            GError **error)
{
    bool good = false, again = true;
    for (int tries = 0; again && tries < 2; tries++) {
        g_autoptr(GError) away = NULL;
        if ((route->flags & ROUTE_DATABASE) != 0 && !connect_database(visit, worker, &away))
            visit->db = NULL;
        good = route->answer(visit, error);
        /* A connection that the server closed while nobody used it says so only now. */
        again = good && visit->db != NULL && visit->reply->status == 503 && leave_lost(worker);
    }
    return good;
}

static bool
serve(struct visit *visit, const struct route *route, struct site_worker *worker, GError **error)
{
    /* A connection that the server closed while nobody used it says so only when it is used. */
    for (int tries = 0; !connect_database(visit, worker, error) || !who_is(visit, error); tries++) {
        if (!leave_lost(worker) || tries > 0)
            return false;
        g_clear_error(error);
        visit->person = (struct person){ .role = ROLE_NOBODY };
    }
    visit->request->user = visit->person.role != ROLE_NOBODY ? g_strdup(visit->person.name) : NULL;
    return !may(visit, route) || route->answer(visit, error);
}

/* No route leads there. Who is logged in still gets the rail and the search field. */
static void
answer_no_page(struct visit *visit, struct site_worker *worker)
{
    g_autoptr(GError) error = NULL;
    if (!visit->api && (!connect_database(visit, worker, &error) || !who_is(visit, &error))) {
        leave_lost(worker);
        visit->person = (struct person){ .role = ROLE_NOBODY };
    }
    page_error(visit, 404, "There is no such page. The overview links to all there are.");
}

static void
answer(struct visit *visit, struct site_worker *worker)
{
    g_autoptr(GError) error = NULL;
    struct request *request = visit->request;
    bool other_method = false;
    const struct route *route;
    if (request->flaw != NULL) {
        page_error(visit, request->flaw_status, request->flaw->message);
        return;
    }
    if (request->method == METHOD_OTHER) {
        reply_field(visit->reply, "Allow", "GET, HEAD, POST");
        page_error(visit, 405, "GET, HEAD and POST are answered here.");
        return;
    }
    route = split_path(visit) ? match(visit, request->method == METHOD_POST, &other_method) : NULL;
    if (route == NULL && request->method == METHOD_GET)
        route = match_extension(visit, &other_method);
    if (route == NULL && other_method) {
        reply_field(visit->reply, "Allow", request->method == METHOD_POST ? "GET, HEAD" : "POST");
        page_error(visit, 405, "This page does not take that method.");
    } else if (route == NULL && !redirect_slash(visit)) {
        answer_no_page(visit, worker);
    } else if (route != NULL) {
        bool good = (route->flags & ROUTE_QUICK) != 0 ? serve_quick(visit, route, worker, &error)
                                                      : serve(visit, route, worker, &error);
        if (!good) {
            leave_lost(worker);
            answer_fault(visit, error);
        }
    }
}

void
site_answer(struct site_host *host, struct site *site, struct site_worker *worker,
            struct request *request)
{
    struct visit visit = { .site = site,
                           .host = host,
                           .config = site->config,
                           .request = request,
                           .reply = &request->reply,
                           .now = clock_now() };
    visit.api = request->raw_path != NULL && g_str_has_prefix(request->raw_path, "/api/");
    answer(&visit, worker);
    for (size_t i = 0; i < visit.piece_count; i++)
        g_free(visit.pieces[i]);
}
