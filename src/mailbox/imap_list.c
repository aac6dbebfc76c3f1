/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_list.h"

#include "base/fault.h"
#include "mailbox/imap_set.h"

/* Messages that may have come between SELECT and the search. */
#define LATE_MESSAGES 100000

struct listing {
    GArray *uids;
    size_t max;
};

static bool
fail(GError **error)
{
    g_set_error(error, FAULT, FAULT_RETRY, "IMAP: malformed answer to a search");
    return false;
}

static bool
take_set(struct listing *listing, struct span set, GError **error)
{
    size_t held = listing->uids->len;
    if (held <= listing->max && imap_set_parse(set, listing->max - held, listing->uids))
        return true;
    return fail(error);
}

/* SEARCH 2 84 882, and perhaps (MODSEQ 917162500) behind it. */
static bool
take_search(struct listing *listing, struct span rest, GError **error)
{
    for (;;) {
        struct imap_token token = imap_token_next(&rest);
        if (token.kind == IMAP_END || token.kind == IMAP_OPEN)
            return true;
        if (token.kind != IMAP_ATOM || !take_set(listing, token.octets, error))
            return token.kind == IMAP_ATOM ? false : fail(error);
    }
}

/* ESEARCH (TAG "A1") UID ALL 2,10:11 */
static bool
take_esearch(struct listing *listing, struct span rest, GError **error)
{
    struct imap_token token = imap_token_next(&rest);
    if (token.kind == IMAP_OPEN) {
        while (token.kind != IMAP_CLOSE) {
            token = imap_token_next(&rest);
            if (token.kind == IMAP_END || token.kind == IMAP_NO_TOKEN)
                return fail(error);
        }
        token = imap_token_next(&rest);
    }
    for (; token.kind != IMAP_END; token = imap_token_next(&rest)) {
        if (token.kind == IMAP_NO_TOKEN)
            return fail(error);
        if (token.kind == IMAP_ATOM && span_equals_nocase(token.octets, "ALL")) {
            token = imap_token_next(&rest);
            if (token.kind != IMAP_ATOM || !take_set(listing, token.octets, error))
                return token.kind == IMAP_ATOM ? false : fail(error);
        }
    }
    return true;
}

static bool
take_found(void *user, const struct imap_response *response, GError **error)
{
    if (response->kind != IMAP_NAMED)
        return true;
    if (span_equals_nocase(response->name, "SEARCH"))
        return take_search(user, response->rest, error);
    if (span_equals_nocase(response->name, "ESEARCH"))
        return take_esearch(user, response->rest, error);
    return true;
}

static int
by_number(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

static void
sort_and_merge(GArray *uids)
{
    uint32_t *at = (uint32_t *)(void *)uids->data;
    guint kept = 0;
    g_array_sort(uids, by_number);
    for (guint i = 0; i < uids->len; i++)
        if (kept == 0 || at[kept - 1] != at[i])
            at[kept++] = at[i];
    g_array_set_size(uids, kept);
}

static bool
search(struct imap_session *session, const char *criteria, GArray *uids, GError **error)
{
    struct listing listing = { uids, (size_t)session->exists + LATE_MESSAGES };
    g_auto(ImapAnswer) answer = { 0 };
    g_autofree char *command =
        g_strdup_printf("UID SEARCH %s%s", session->can_esearch ? "RETURN (ALL) " : "", criteria);
    if (!imap_command(&session->commands, command, take_found, &listing, &answer, error))
        return false;
    return answer.status == IMAP_OK || imap_answer_fail(&answer, "search", error);
}

static bool
list(struct imap_session *session, const char *criteria, GArray *uids, GError **error)
{
    bool listed = false;
    if (session->exists == 0)
        return true;
    if (session->can_esearch || session->exists <= IMAP_LIST_WINDOW) {
        listed = search(session, criteria, uids, error);
    } else {
        listed = true;
        for (uint64_t from = 1; listed && from <= session->exists; from += IMAP_LIST_WINDOW) {
            /* The last piece ends in "*": another ingester may have shrunk the folder. */
            uint64_t to = from + IMAP_LIST_WINDOW - 1;
            g_autofree char *end =
                to < session->exists ? g_strdup_printf("%" G_GUINT64_FORMAT, to) : g_strdup("*");
            g_autofree char *piece =
                g_strdup_printf("%" G_GUINT64_FORMAT ":%s %s", from, end, criteria);
            listed = search(session, piece, uids, error);
        }
    }
    sort_and_merge(uids);
    return listed;
}

bool
imap_list(struct imap_session *session, const char *unkeyword, GArray *uids, GError **error)
{
    g_autofree char *criteria =
        g_strconcat("UNDELETED", unkeyword != NULL ? " UNKEYWORD " : "", unkeyword, NULL);
    return list(session, criteria, uids, error);
}

bool
imap_list_before(struct imap_session *session, int64_t when, GArray *uids, GError **error)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(when);
    if (day == NULL)
        return fail(error);
    g_autofree char *criteria =
        g_strdup_printf("UNDELETED BEFORE %d-%s-%04d", g_date_time_get_day_of_month(day),
                        clock_months[g_date_time_get_month(day) - 1], g_date_time_get_year(day));
    return list(session, criteria, uids, error);
}

bool
imap_list_deleted(struct imap_session *session, GArray *uids, GError **error)
{
    return search(session, "DELETED", uids, error);
}
