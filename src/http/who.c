/* SPDX-License-Identifier: Apache-2.0 */
#include "http/who.h"

#include <string.h>

#include "base/fault.h"
#include "base/secret.h"
#include "http/page.h"
#include "store/session.h"
#include "store/token.h"

#define COOKIE "lafayette"
#define COOKIE_SECURE "__Host-lafayette"

static const char *
cookie_name(const struct visit *visit)
{
    return visit->request->secure ? COOKIE_SECURE : COOKIE;
}

const char *
who_cookie(const struct visit *visit)
{
    const char *value = form_get(&visit->request->cookies, cookie_name(visit));
    return value != NULL && strlen(value) == ACCESS_VALUE_CHARS ? value : NULL;
}

void
who_set_cookie(struct visit *visit, const char *value, unsigned seconds)
{
    g_autofree char *field =
        g_strdup_printf("%s=%s; Path=/; Max-Age=%u; HttpOnly; SameSite=Lax%s", cookie_name(visit),
                        value, seconds, visit->request->secure ? "; Secure" : "");
    reply_field(visit->reply, "Set-Cookie", field);
}

static void
make_csrf(const struct visit *visit, const char *value, char out[CSRF_CHARS + 1])
{
    const char *key = visit->config->web.secret_key;
    g_autofree char *digest =
        g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)key, strlen(key), value, -1);
    g_strlcpy(out, digest, CSRF_CHARS + 1);
}

static void
become(struct visit *visit, const struct user *user)
{
    struct person *person = &visit->person;
    person->role = user->role;
    person->user_id = user->id;
    person->owner_id = user->id;
    person->may_write = true;
    g_strlcpy(person->name, user->name, sizeof person->name);
}

static bool
by_token(struct visit *visit, const char *authorization, GError **error)
{
    struct token token;
    struct span value = span_of(authorization);
    GError *trouble = NULL;
    if (!span_starts_nocase(value, "Bearer ")) {
        g_set_error(error, FAULT, FAULT_REJECT, "Authorization takes \"Bearer TOKEN\" only");
        return false;
    }
    g_autofree char *text = span_dup(span_trim(span_from(value, strlen("Bearer "))));
    if (!token_find(visit->db, text, &token, &trouble)) {
        if (trouble == NULL)
            page_error(visit, 401,
                       "The token is unknown, over or revoked; `lafayette-admin token NAME` makes "
                       "one.");
        else
            g_propagate_error(error, trouble);
        return false;
    }
    visit->person.role = token.role;
    visit->person.by_token = true;
    visit->person.owner_id = -token.id;
    visit->person.may_write = token.may_write;
    g_snprintf(visit->person.name, sizeof visit->person.name, "token:%s", token.name);
    return true;
}

/* The proxy has asked for the password already. */
static bool
by_proxy(struct visit *visit, GError **error)
{
    struct user user;
    const char *name = visit->request->proxy_user;
    if (name == NULL || name[0] == '\0')
        return true;
    if (user_find(visit->db, name, &user, error)) {
        if (!user.disabled) {
            become(visit, &user);
            make_csrf(visit, user.name, visit->person.csrf);
        }
        return true;
    }
    return error == NULL || *error == NULL;
}

bool
who_is(struct visit *visit, GError **error)
{
    struct user user;
    const char *cookie = who_cookie(visit);
    GError *trouble = NULL;
    if (visit->request->authorization != NULL)
        return by_token(visit, visit->request->authorization, error);
    if (strcmp(visit->config->web.auth, "proxy") == 0)
        return by_proxy(visit, error);
    if (cookie == NULL)
        return true;
    if (session_find(visit->db, cookie, &user, &trouble)) {
        become(visit, &user);
        make_csrf(visit, cookie, visit->person.csrf);
    } else if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return false;
    }
    return true;
}

bool
who_is_same_origin(const struct visit *visit)
{
    const struct request *request = visit->request;
    if (request->fetch_site != NULL)
        return strcmp(request->fetch_site, "same-origin") == 0 ||
               strcmp(request->fetch_site, "none") == 0;
    if (request->origin != NULL && request->host != NULL) {
        const char *host = strstr(request->origin, "://");
        return host != NULL && strcmp(host + 3, request->host) == 0;
    }
    return true;
}

bool
who_meant_it(const struct visit *visit)
{
    const char *given = request_form(visit->request, "csrf");
    return who_is_same_origin(visit) && given != NULL && visit->person.csrf[0] != '\0' &&
           secret_equal(given, visit->person.csrf);
}
