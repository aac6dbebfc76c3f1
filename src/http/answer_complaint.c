/* SPDX-License-Identifier: Apache-2.0 */
/* /reportemail: from chosen mails to the outbox, in the steps choose, preview, send. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "complaint/sender.h"
#include "http/answers.h"
#include "http/complaint_view.h"
#include "http/page.h"
#include "http/saved_view.h"
#include "http/server.h"
#include "http/site_parts.h"
#include "http/time_view.h"
#include "ingest/contact_gather.h"
#include "ingest/contact_run.h"
#include "select/selection_ids.h"
#include "store/draft.h"

#define ASK_SECONDS 4

/* --- what was chosen --- */

/* "emailid", any number of times, or "emailid1", "emailid2" ... as the original had them. */
static GArray *
chosen_ids(const struct visit *visit)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    const GArray *pairs = visit->request->body_form.pairs;
    for (guint i = 0; pairs != NULL && i < pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(pairs, struct form_pair, i);
        int64_t id = g_ascii_strtoll(pair->value, NULL, 10);
        if (g_str_has_prefix(pair->name, "emailid") && id > 0)
            g_array_append_val(ids, id);
    }
    return ids;
}

/* "All that match": the ids that the query holds now; `cut` as selection_ids() has it. */
static GArray *
matching_ids(struct visit *visit, const char *query, bool *cut, GError **error)
{
    g_autoptr(Selection) selection = saved_view_parse(query, error);
    return selection != NULL
               ? selection_ids(visit->db, selection, visit->now, PREPARE_MAILS_MAX, cut, error)
               : NULL;
}

/* --- the mails of a draft --- */

static bool
ask_contacts(struct visit *visit, struct contact_find *find, const struct prepared_mails *mails,
             GError **error)
{
    struct contact_run_counts counts = { .failure = "" };
    g_autofree struct ip *ips = g_new0(struct ip, mails->sources->len + 1);
    for (guint i = 0; i < mails->sources->len; i++)
        ips[i] = ((const struct prepared_source *)g_ptr_array_index(mails->sources, i))->ip;
    return contact_run_ask(find, visit->db, ips, mails->sources->len,
                           clock_monotonic_us() + ASK_SECONDS * G_TIME_SPAN_SECOND, NULL, &counts,
                           error);
}

static bool
all_known(const struct prepared_mails *mails)
{
    for (guint i = 0; i < mails->sources->len; i++)
        if (((const struct prepared_source *)g_ptr_array_index(mails->sources, i))->choice.known ==
            NOT_KNOWN)
            return false;
    return true;
}

static struct prepared_mails *
prepare_known(struct visit *visit, const GArray *ids, GError **error)
{
    g_autoptr(ContactFind) find = contact_find_open(visit->config, error);
    return find != NULL ? prepare_mails(visit->db, visit->config, find,
                                        (const int64_t *)(const void *)ids->data, ids->len, error)
                        : NULL;
}

/* With `ask`, contacts that nobody knows yet are asked for now. */
static struct prepared_mails *
prepare(struct visit *visit, const GArray *ids, bool ask, GError **error)
{
    g_autoptr(PreparedMails) mails = prepare_known(visit, ids, error);
    if (mails == NULL || !ask || all_known(mails))
        return g_steal_pointer(&mails);
    g_autoptr(ContactFind) find = contact_find_open(visit->config, error);
    if (find == NULL || !ask_contacts(visit, find, mails, error))
        return NULL;
    return prepare_known(visit, ids, error);
}

static bool
nothing_chosen(struct visit *visit)
{
    page_error(visit, 400,
               "Nothing was chosen. Go back to a list, tick the mails, then \"Report Emails\".");
    return true;
}

/* The ids of the draft that the path names; NULL: answered, or *error. */
static GArray *
read_draft(struct visit *visit, GError **error)
{
    GArray *ids = draft_read(visit->db, visit->person.owner_id, visit->number, error);
    if (ids != NULL && ids->len == 0) {
        page_error(visit, 404, "There is no such draft of yours; drafts go after a week.");
        g_clear_pointer(&ids, g_array_unref);
    }
    return ids;
}

/* --- the pages --- */

/* GET /reportemail: the drafts there are. */
bool
answer_report(struct visit *visit, GError **error)
{
    g_autoptr(GArray) drafts = draft_list(visit->db, visit->person.owner_id, error);
    json_t *list = json_array();
    for (guint i = 0; drafts != NULL && i < drafts->len; i++) {
        const struct draft *draft = &g_array_index(drafts, struct draft, i);
        json_array_append_new(list, json_pack("{s:I, s:o, s:I, s:s}", "id", (json_int_t)draft->id,
                                              "created", time_view_sql(draft->created), "mails",
                                              (json_int_t)draft->mails, "query", draft->query));
    }
    json_t *view = json_pack("{s:o}", "drafts", list);
    if (drafts != NULL)
        return page_render(visit, 200, "report_drafts", "Reporting emails", view, error);
    json_decref(view);
    return false;
}

/* GET /reportemail/N: choose. */
bool
answer_report_draft(struct visit *visit, GError **error)
{
    g_autoptr(GArray) ids = read_draft(visit, error);
    if (ids == NULL)
        return error == NULL || *error == NULL;
    g_autoptr(PreparedMails) mails = prepare(visit, ids, true, error);
    if (mails == NULL)
        return false;
    return page_render(visit, 200, "report_choose", "Reporting emails",
                       complaint_view_mails(visit, mails, visit_query(visit, "tick")), error);
}

static void
read_wish(const struct visit *visit, struct prepare_wish *wish)
{
    const char *type = request_form(visit->request, "feedbackType");
    *wish = (struct prepare_wish){
        .as_reported = type == NULL || type[0] == '\0',
        .type = g_strcmp0(type, "abuse") == 0   ? COMPLAINT_ABUSE
                : g_strcmp0(type, "virus") == 0 ? COMPLAINT_VIRUS
                                                : COMPLAINT_FRAUD,
        .grouped = request_form(visit->request, "grouped") != NULL,
        .forced = request_form(visit->request, "forced") != NULL,
    };
}

/* Fields "toN": other recipients for the complaint whose first mail is N. */
static GHashTable *
read_typed(const struct visit *visit)
{
    GHashTable *typed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    const GArray *pairs = visit->request->body_form.pairs;
    for (guint i = 0; pairs != NULL && i < pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(pairs, struct form_pair, i);
        int64_t id =
            g_str_has_prefix(pair->name, "to") ? g_ascii_strtoll(pair->name + 2, NULL, 10) : 0;
        if (id > 0) {
            int64_t *key = g_new(int64_t, 1);
            *key = id;
            g_hash_table_insert(typed, key, (void *)(uintptr_t)pair->value);
        }
    }
    return typed;
}

/* `mails` may be NULL, with *error set. */
static GPtrArray *
complaints_of(const struct visit *visit, const struct prepared_mails *mails, const GArray *chosen,
              const struct prepare_wish *wish, GError **error)
{
    g_autoptr(GHashTable) typed = read_typed(visit);
    return mails != NULL ? prepare_complaints(visit->config, mails,
                                              (const int64_t *)(const void *)chosen->data,
                                              chosen->len, typed, wish, error)
                         : NULL;
}

/* Into the outbox as they were decided; the sender writes them. */
static bool
queue(struct visit *visit, const GPtrArray *complaints, const struct prepare_wish *wish,
      GError **error)
{
    const struct outbox_order order = { .who = visit->person.name,
                                        .draft_id = visit->number,
                                        .user_id = visit->person.user_id };
    g_autofree char *detail = NULL;
    g_autofree char *text = NULL;
    size_t queued = 0, mails = 0;
    if (!prepare_queue(visit->db, &order, complaints, wish, &queued, error))
        return false;
    for (guint i = 0; i < complaints->len; i++)
        mails += ((const struct prepared_complaint *)g_ptr_array_index(complaints, i))->mail_count;
    detail = g_strdup_printf("%zu complaints about %zu mails", queued, mails);
    if (!visit_audit(visit, "send", "complaints", detail, error) ||
        !draft_remove(visit->db, visit->person.owner_id, visit->number, error))
        return false;
    sender_wake();
    figures_stale(visit->host->figures);
    text = g_strdup_printf("%zu emails are being reported to the abuse handle of each IP: %zu "
                           "complaints went into the outbox, %u had no recipient.",
                           mails, queued, complaints->len - (unsigned)queued);
    page_flash(visit, "/outbox", queued > 0 ? "ok" : "bad", text);
    return true;
}

/* Button "show": the number of the first complaint that is shown in full. */
static bool
preview(struct visit *visit, const GPtrArray *complaints, const struct prepare_wish *wish,
        GError **error)
{
    const char *show = request_form(visit->request, "show");
    guint64 first = show != NULL ? g_ascii_strtoull(show, NULL, 10) : 1;
    size_t from = first >= 1 && first <= complaints->len ? (size_t)first - 1 : 0;
    return prepare_write(visit->db, visit->config, complaints, from, COMPLAINT_VIEW_TEXTS, wish,
                         error) &&
           page_render(visit, 200, "report_preview", "Reporting emails: preview",
                       complaint_view_preview(visit, complaints, from, wish), error);
}

/* POST /reportemail/N: preview or send what is ticked. */
bool
answer_report_draft_post(struct visit *visit, GError **error)
{
    const char *submit = request_form(visit->request, "submit");
    g_autoptr(GArray) chosen = chosen_ids(visit);
    g_autoptr(GArray) ids = read_draft(visit, error);
    struct prepare_wish wish;
    if (ids == NULL)
        return error == NULL || *error == NULL;
    if (g_strcmp0(submit, "Throw away") == 0) {
        if (!draft_remove(visit->db, visit->person.owner_id, visit->number, error))
            return false;
        page_flash(visit, "/reportemail", "ok", "The draft is gone.");
        return true;
    }
    if (chosen->len == 0)
        return nothing_chosen(visit);
    read_wish(visit, &wish);
    g_autoptr(PreparedMails) mails = prepare(visit, ids, false, error);
    g_autoptr(GPtrArray) complaints = complaints_of(visit, mails, chosen, &wish, error);
    if (complaints == NULL)
        return false;
    return g_strcmp0(submit, "Send Reports") == 0 ? queue(visit, complaints, &wish, error)
                                                  : preview(visit, complaints, &wish, error);
}

/* What the original's second step did: no draft, no preview. */
static bool
send_at_once(struct visit *visit, const GArray *ids, GError **error)
{
    struct prepare_wish wish;
    read_wish(visit, &wish);
    g_autoptr(PreparedMails) mails = prepare(visit, ids, true, error);
    g_autoptr(GPtrArray) complaints = complaints_of(visit, mails, ids, &wish, error);
    return complaints != NULL && queue(visit, complaints, &wish, error);
}

/* POST /reportemail, from a list. */
bool
answer_report_post(struct visit *visit, GError **error)
{
    const char *query = request_form(visit->request, "query");
    bool all = request_form(visit->request, "all") != NULL && query != NULL, cut = false;
    bool at_once = g_strcmp0(request_form(visit->request, "submit"), "Send Reports") == 0;
    g_autoptr(GArray) ids =
        all ? matching_ids(visit, query, at_once ? NULL : &cut, error) : chosen_ids(visit);
    g_autofree char *place = NULL;
    int64_t draft;
    if (ids == NULL)
        return false;
    if (ids->len == 0)
        return nothing_chosen(visit);
    if (at_once)
        return send_at_once(visit, ids, error);
    if (!draft_add(visit->db, visit->person.owner_id, all ? query : "",
                   (const int64_t *)(const void *)ids->data, ids->len, &draft, error))
        return false;
    place = g_strdup_printf("/reportemail/%" G_GINT64_FORMAT, (gint64)draft);
    if (cut)
        page_flash(visit, place, "ok",
                   "These are the first " G_STRINGIFY(
                       PREPARE_MAILS_MAX) " that match; report the others from the list, in turn.");
    else
        reply_redirect(visit->reply, place);
    return true;
}
