/* SPDX-License-Identifier: Apache-2.0 */
/* Logging in and out, and one's own account. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/answers.h"
#include "http/login_throttle.h"
#include "http/page.h"
#include "http/site_parts.h"
#include "http/who.h"
#include "store/session.h"

/* Where to go after the log-in: a path of ours or "/". */
static const char *
next_place(const char *next)
{
    if (next == NULL || next[0] != '/' || next[1] == '/' || next[1] == '\\' ||
        strlen(next) > 2000 || g_str_has_prefix(next, "/login"))
        return "/";
    for (const char *at = next; *at != '\0'; at++)
        if ((unsigned char)*at <= 0x20 || *at == '\\' || (unsigned char)*at >= 0x7f)
            return "/";
    return next;
}

static bool
login_page(struct visit *visit, unsigned status, const char *name, const char *next,
           const char *problem, GError **error)
{
    json_t *view = json_pack("{s:s, s:s, s:s*}", "name", name != NULL ? name : "", "next",
                             next_place(next), "problem", problem);
    return page_render(visit, status, "login", "Log in", view, error);
}

bool
answer_login(struct visit *visit, GError **error)
{
    if (visit->person.role != ROLE_NOBODY) {
        reply_redirect(visit->reply, next_place(visit_query(visit, "next")));
        return true;
    }
    if (strcmp(visit->config->web.auth, "proxy") == 0) {
        page_error(
            visit, 403,
            "Log-in happens at the proxy in front of this server, and it named nobody that "
            "is known here. An admin adds users: lafayette-admin user add NAME --role ROLE.");
        return true;
    }
    return login_page(visit, 200, NULL, visit_query(visit, "next"), NULL, error);
}

bool
answer_login_post(struct visit *visit, GError **error)
{
    const char *name = request_form(visit->request, "name");
    const char *password = request_form(visit->request, "password");
    const char *next = request_form(visit->request, "next");
    struct login_throttle *throttle = visit->host->throttle;
    char value[ACCESS_VALUE_CHARS + 1];
    struct user user;
    GError *trouble = NULL;
    if (name == NULL || password == NULL || strcmp(visit->config->web.auth, "password") != 0)
        return login_page(visit, 400, name, next, "Name and password, please.", error);
    unsigned wait = login_throttle_wait(throttle, &visit->request->peer, name);
    if (wait > 0) {
        g_autofree char *seconds = g_strdup_printf("%u", wait);
        g_autofree char *text = g_strdup_printf(
            "Too many wrong passwords. Try again in %u second%s.", wait, wait == 1 ? "" : "s");
        reply_field(visit->reply, "Retry-After", seconds);
        return login_page(visit, 429, name, next, text, error);
    }
    if (!user_log_in(visit->db, name, password, &user, &trouble)) {
        if (trouble != NULL) {
            g_propagate_error(error, trouble);
            return false;
        }
        login_throttle_failed(throttle, &visit->request->peer, name);
        g_strlcpy(visit->person.name, "-", sizeof visit->person.name);
        return visit_audit(visit, "login-failed", "", name, error) &&
               login_page(visit, 403, name, next, "Name or password is wrong.", error);
    }
    login_throttle_passed(throttle, &visit->request->peer, name);
    if (!session_begin(visit->db, user.id, visit->config->web.session_hours, &visit->request->peer,
                       "", value, error))
        return false;
    g_strlcpy(visit->person.name, user.name, sizeof visit->person.name);
    if (!visit_audit(visit, "login", "", "", error))
        return false;
    who_set_cookie(visit, value, visit->config->web.session_hours * CLOCK_HOUR_S);
    reply_redirect(visit->reply, next_place(next));
    return true;
}

bool
answer_logout_post(struct visit *visit, GError **error)
{
    const char *cookie = who_cookie(visit);
    if (cookie != NULL && !session_end(visit->db, cookie, error))
        return false;
    who_set_cookie(visit, "", 0);
    reply_redirect(visit->reply, "/login");
    return true;
}

bool
answer_account(struct visit *visit, GError **error)
{
    return page_render(visit, 200, "account", "Your account", json_object(), error);
}

/* A new password: the old one is asked for, other sessions end. */
bool
answer_password_post(struct visit *visit, GError **error)
{
    const char *old = request_form(visit->request, "old");
    const char *new = request_form(visit->request, "new");
    const char *again = request_form(visit->request, "again");
    char value[ACCESS_VALUE_CHARS + 1];
    struct user user;
    GError *trouble = NULL;
    if (visit->person.by_token || old == NULL || new == NULL || again == NULL ||
        strcmp(new, again) != 0) {
        page_flash(visit, "/account", "bad", "The new password was not the same twice.");
        return true;
    }
    if (!user_log_in(visit->db, visit->person.name, old, &user, &trouble)) {
        if (trouble != NULL) {
            g_propagate_error(error, trouble);
            return false;
        }
        page_flash(visit, "/account", "bad", "The old password is wrong.");
        return true;
    }
    if (!user_set_password(visit->db, visit->person.name, new, &trouble)) {
        if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
            g_propagate_error(error, trouble);
            return false;
        }
        page_flash(visit, "/account", "bad", trouble->message);
        g_error_free(trouble);
        return true;
    }
    if (!session_begin(visit->db, user.id, visit->config->web.session_hours, &visit->request->peer,
                       "", value, error) ||
        !visit_audit(visit, "password", "", "", error))
        return false;
    who_set_cookie(visit, value, visit->config->web.session_hours * CLOCK_HOUR_S);
    page_flash(visit, "/account", "ok", "The password is changed. Other sessions have ended.");
    return true;
}
