/* SPDX-License-Identifier: Apache-2.0 */
/* A contact that complaints went to: what came of them, what it answered, and to write no more. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "enrich/contact_choice.h"
#include "http/answers.h"
#include "http/page.h"
#include "http/reply_view.h"
#include "http/time_view.h"
#include "select/outbox_rows.h"
#include "store/contact.h"

static json_t *
history_view(const char *address, const struct contact_history *history)
{
    bool own = history->opt_out_own;
    json_t *view = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:s*, s:b, s:b}", "address", address, "sent",
        (json_int_t)history->sent, "failed", (json_int_t)history->failed, "bounced",
        (json_int_t)history->bounced, "answered", (json_int_t)history->answered, "sources",
        (json_int_t)history->sources, "quiet", (json_int_t)history->quiet_sources, "first",
        time_view_sql(history->first), "last", time_view_sql(history->last), "opt_out",
        history->opt_out, "may_disable", !own, "may_enable", own);
    return view;
}

bool
answer_contact(struct visit *visit, GError **error)
{
    struct contact_history history;
    const char *address = visit->argument;
    bool good = contact_history_read(visit->db, address, &history, error);
    g_autoptr(ReplyRows) replies = good ? reply_rows_of_contact(visit->db, address, error) : NULL;
    json_t *came = replies != NULL ? reply_view(visit->db, replies, address, error) : NULL;
    json_t *view = came != NULL ? history_view(address, &history) : NULL;
    contact_history_clear(&history);
    if (view == NULL)
        return false;
    json_object_set_new(view, "replies", came);
    return page_render(visit, 200, "contact", "Contact", view, error);
}

static bool
disable(struct visit *visit, const char *subject, GError **error)
{
    g_autofree char *reason = g_strdup_printf("asked for no more, says %s", visit->person.name);
    const struct opt_out_row row = {
        .kind = "address", .subject = subject, .reason = reason, .since = visit->now
    };
    return visit_audit(visit, "contact-disable", subject, "", error) &&
           opt_out_write(visit->db, &row, error);
}

static bool
enable(struct visit *visit, const char *subject, GError **error)
{
    bool there;
    return visit_audit(visit, "contact-enable", subject, "", error) &&
           opt_out_remove(visit->db, "address", subject, &there, error);
}

/* POST /contact: to write to an address no more, or again. With "back" to that complaint. */
bool
answer_contact_post(struct visit *visit, GError **error)
{
    const char *what = request_form(visit->request, "what");
    const char *given = request_form(visit->request, "address");
    const char *back = request_form(visit->request, "back");
    int64_t complaint = back != NULL ? g_ascii_strtoll(back, NULL, 10) : 0;
    bool stop = g_strcmp0(what, "disable") == 0;
    const char *kind = NULL;
    g_autofree char *subject = NULL;
    if (given == NULL || !contact_opt_out_read(span_of(given), &kind, &subject) ||
        strcmp(kind, "address") != 0 || (!stop && g_strcmp0(what, "enable") != 0)) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "say which address is to get complaints no more (disable), or again (enable)");
        return false;
    }
    if (!(stop ? disable(visit, subject, error) : enable(visit, subject, error)))
        return false;
    g_autofree char *escaped = g_uri_escape_string(subject, "@", FALSE);
    g_autofree char *place = complaint > 0
                                 ? g_strdup_printf("/outbox/%" G_GINT64_FORMAT, (gint64)complaint)
                                 : g_strconcat("/contact/", escaped, NULL);
    g_autofree char *text = g_strdup_printf(
        stop ? "%s gets no more complaints; those that wait are refused when their turn comes."
             : "%s gets complaints again.",
        subject);
    page_flash(visit, place, "ok", text);
    return true;
}
