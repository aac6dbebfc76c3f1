/* SPDX-License-Identifier: Apache-2.0 */
/* The quarantine's buttons: held messages are read again, one, or those of a kind. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/answers.h"
#include "http/page.h"
#include "http/site_parts.h"
#include "ingest/reparse.h"
#include "select/held_rows.h"
#include "store/query.h"

/* What one press may cost: somebody waits, and a worker is held meanwhile. */
#define KIND_SECONDS 5
#define KIND_MESSAGES_MAX 500

/* False with *error set, or, when *busy, with an answer given: somebody else is at it. */
static bool
run(struct visit *visit, struct reparse_order *order, const char *place,
    struct reparse_counts *counts, GError **error)
{
    GError *trouble = NULL;
    order->held = order->quiet = true;
    order->trials = visit->host->trials;
    if (order->trials == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "this program reads no messages");
        return false;
    }
    if (reparse_run(visit->config, order, counts, &trouble))
        return true;
    if (counts->busy)
        page_flash(visit, place, "bad",
                   "A purge or another reparse is at work. Try again when it has ended.");
    g_propagate_error(error, trouble);
    return false;
}

/* The first mail that came out of the held message; 0: none. */
static bool
find_mail(struct visit *visit, const struct held_row *row, int64_t *email_id, GError **error)
{
    char received[CLOCK_TEXT_MAX];
    const struct value values[] = { value_text(clock_sql(row->received_date, received)),
                                    value_number(row->raw_id) };
    return query_figure(visit->db,
                        "SELECT COALESCE(MIN(emailId), 0) FROM arfEmail WHERE receivedDate = ? AND "
                        "rawId = ?",
                        values, G_N_ELEMENTS(values), email_id, error);
}

static bool
tell_one(struct visit *visit, const struct held_row *row, const struct reparse_counts *counts,
         const char *place, GError **error)
{
    int64_t email_id = 0;
    if (counts->answers > 0) {
        page_flash(visit, "/quarantine", "ok",
                   "It was read again: it is an answer to a complaint now.");
        return true;
    }
    if (counts->released == 0) {
        page_flash(visit, place, "bad",
                   counts->seen == 0    ? "It is not here any more, or its octets are not kept."
                   : counts->failed > 0 ? "It can't be read: the parser fails on it, see the log."
                   : strcmp(row->kind, "reply") == 0
                       ? "It was read again, and answers no complaint that we know."
                       : "It was read again, and is no report.");
        return true;
    }
    if (!find_mail(visit, row, &email_id, error))
        return false;
    g_autofree char *mail =
        email_id != 0 ? g_strdup_printf("/email/%" PRId64, email_id) : g_strdup("/quarantine");
    page_flash(visit, mail, "ok", "It was read again: it is a mail now.");
    return true;
}

bool
answer_held_one_post(struct visit *visit, GError **error)
{
    struct reparse_order order = { .held_id = visit->number, .most = 1 };
    struct reparse_counts counts = { 0 };
    g_autofree char *subject = g_strdup_printf("held %" PRId64, visit->number);
    g_autofree char *place = g_strdup_printf("/quarantine/%" PRId64, visit->number);
    g_autoptr(HeldRows) rows = held_rows_by_id(visit->db, visit->number, error);
    if (rows == NULL)
        return false;
    if (rows->count == 0 || !reparse_takes_kind(rows->rows[0].kind)) {
        page_error(visit, 404, "There is no held message of that number that can be read again.");
        return true;
    }
    if (!visit_audit(visit, "reparse", subject, "", error))
        return false;
    if (!run(visit, &order, place, &counts, error)) {
        if (counts.busy)
            g_clear_error(error);
        return counts.busy;
    }
    return tell_one(visit, &rows->rows[0], &counts, place, error);
}

static void
tell_kind(struct visit *visit, const char *kind, const struct reparse_counts *counts)
{
    g_autofree char *escaped = g_uri_escape_string(kind, NULL, FALSE);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) place = g_string_new("/quarantine");
    g_string_append_printf(place, "?kind=%s", escaped);
    g_string_append_printf(text, "%" PRIu64 " were read again, %" PRIu64 " of them are mails now",
                           counts->seen, counts->released);
    if (counts->answers > 0)
        g_string_append_printf(text, ", %" PRIu64 " are answers to complaints", counts->answers);
    if (counts->failed > 0)
        g_string_append_printf(text, ", the parser fails on %" PRIu64, counts->failed);
    if (counts->left > 0) {
        g_string_append_printf(text, "; %" PRIu64 " are left", counts->left);
        g_string_append_printf(place, "&behind=%" PRId64, counts->last_id);
    }
    g_string_append_c(text, '.');
    page_flash(visit, place->str, "ok", text->str);
}

bool
answer_held_post(struct visit *visit, GError **error)
{
    const char *kind = request_form(visit->request, "kind");
    const char *behind = request_form(visit->request, "behind");
    struct reparse_order order = { .kind = kind,
                                   .most = KIND_MESSAGES_MAX,
                                   .until_us =
                                       clock_monotonic_us() + KIND_SECONDS * G_TIME_SPAN_SECOND };
    struct reparse_counts counts = { 0 };
    if (kind == NULL || !reparse_takes_kind(kind)) {
        page_error(visit, 400, "Messages of this kind are not read again.");
        return true;
    }
    order.behind = behind != NULL ? MAX(g_ascii_strtoll(behind, NULL, 10), 0) : 0;
    g_autofree char *subject = g_strconcat("held ", kind, NULL);
    g_autofree char *detail = g_strdup_printf("behind %" PRId64, order.behind);
    if (!visit_audit(visit, "reparse", subject, detail, error))
        return false;
    if (!run(visit, &order, "/quarantine", &counts, error)) {
        if (counts.busy)
            g_clear_error(error);
        return counts.busy;
    }
    tell_kind(visit, kind, &counts);
    return true;
}
