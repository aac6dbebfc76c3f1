/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/compose.h"

#include <string.h>

#include "select/read.h"

#define FORCED_BY_A_PERSON 1 /* of the column; 2 is about the quiet period alone */

static const char *const type_words[] = { "fraud", "abuse", "virus" };

const char *
compose_type_word(enum complaint_type type)
{
    return type_words[type];
}

enum complaint_type
compose_type_of(const char *feedback_type)
{
    if (g_strcmp0(feedback_type, "auth-failure") == 0 || g_strcmp0(feedback_type, "fraud") == 0)
        return COMPLAINT_FRAUD;
    return g_strcmp0(feedback_type, "virus") == 0 ? COMPLAINT_VIRUS : COMPLAINT_ABUSE;
}

/* Of the series: when it began, how many, and the times of the rest. */
static struct complaint_time *
put_series(struct complaint_facts *facts, const struct compose_order *order)
{
    size_t more = MIN(order->mail_count - 1, COMPLAINT_TIMES_MAX);
    struct complaint_time *times = g_new0(struct complaint_time, more + 1);
    facts->incidents = 0;
    for (size_t i = 0; i < order->mail_count; i++) {
        const struct email_row *row = order->mails[i]->row;
        facts->incidents += MIN(row->incidents, 1000);
        facts->arrival = MIN(facts->arrival, row->arrival_date);
        if (i > 0 && i <= more)
            times[i - 1].arrival = row->arrival_date;
    }
    facts->times = times;
    facts->time_count = more;
    return times;
}

struct arf_message *
compose(struct db *db, const struct config *config, const struct prepared_rows *rows,
        const struct compose_order *order, GError **error)
{
    struct prepared_facts facts = { .text = NULL };
    struct arf_message *message = NULL;
    struct complaint_style style;
    complaint_form_style(config, order->form, &style);
    if (prepared_facts_fill(&facts, db, config, rows, order->mails[0], error)) {
        g_autofree struct complaint_time *times = NULL;
        facts.facts.reference = order->reference;
        facts.facts.type = order->type;
        facts.facts.forced = order->forced;
        times = put_series(&facts.facts, order);
        message = arf_message_new(&facts.facts, &style, clock_now(), error);
    }
    prepared_facts_clear(&facts);
    return message;
}

/* --- out of the outbox --- */

struct queued {
    char *reference;
    enum complaint_type type;
    struct prepared_source source;
    bool forced;
    GArray *ids; /* of int64_t */
    struct email_rows *rows;
    struct prepared_mail *mails;
    GPtrArray *kept; /* of those, whose source is still the complaint's */
};

static void
queued_clear(struct queued *queued)
{
    g_free(queued->reference);
    g_array_unref(queued->ids);
    email_rows_free(queued->rows);
    g_free(queued->mails);
    g_ptr_array_unref(queued->kept);
}

static bool
refuse(GError **error, const char *why)
{
    g_set_error(error, FAULT, FAULT_REJECT, "it could not be written: %s", why);
    return false;
}

static bool
read_complaint(struct queued *queued, struct db *db, int64_t complaint_id, GError **error)
{
    struct value id = value_number(complaint_id);
    g_autoptr(Query) query = query_run(db,
                                       "SELECT reference, feedbackType, sourceIp, asn, forced FROM "
                                       "complaint WHERE complaintId = ?",
                                       &id, 1, error);
    if (query == NULL)
        return false;
    if (!query_next(query))
        return refuse(error, "it is gone");
    queued->reference = g_strdup(query_text(query, 0));
    for (unsigned i = 0; i < G_N_ELEMENTS(type_words); i++)
        if (strcmp(type_words[i], query_text(query, 1)) == 0)
            queued->type = i;
    queued->source.ip.len =
        (unsigned char)MIN(query_len(query, 2), sizeof queued->source.ip.octets);
    memcpy(queued->source.ip.octets, query_text(query, 2), queued->source.ip.len);
    queued->source.asn = (uint32_t)query_number(query, 3);
    queued->forced = query_number(query, 4) == FORCED_BY_A_PERSON;
    return true;
}

static bool
read_ids(struct queued *queued, struct db *db, int64_t complaint_id, GError **error)
{
    struct value id = value_number(complaint_id);
    g_autoptr(Query) query = query_run(db,
                                       "SELECT emailId FROM complaintEmail WHERE complaintId = ? "
                                       "ORDER BY emailId LIMIT " G_STRINGIFY(PREPARE_MAILS_MAX),
                                       &id, 1, error);
    while (query != NULL && query_next(query)) {
        int64_t email_id = query_number(query, 0);
        g_array_append_val(queued->ids, email_id);
    }
    return query != NULL;
}

/* A mail may have been read anew, and come from elsewhere now: its contacts are others. */
static bool
read_mails(struct queued *queued, struct db *db, GError **error)
{
    queued->rows = email_rows_by_ids(db, (const int64_t *)(const void *)queued->ids->data,
                                     queued->ids->len, EMAIL_ROWS_LINKS, error);
    if (queued->rows == NULL && read_was_slow(db) && error != NULL && *error != NULL)
        (*error)->code = FAULT_RETRY; /* a busy server, not a bad mail */
    if (queued->rows == NULL)
        return false;
    queued->mails = g_new0(struct prepared_mail, queued->rows->count + 1);
    for (size_t i = 0; i < queued->rows->count; i++) {
        struct prepared_mail *mail = &queued->mails[i];
        struct ip ip;
        mail->row = &queued->rows->rows[i];
        mail->source = &queued->source;
        if (mail->row->source_ip != NULL && ip_parse(span_of(mail->row->source_ip), &ip) &&
            ip_equal(&ip, &queued->source.ip))
            g_ptr_array_add(queued->kept, mail);
    }
    if (queued->rows->count == 0)
        return refuse(error, "what it is about is not stored any more, it was purged");
    return queued->kept->len > 0 ||
           refuse(error, "what it is about is known to come from another address by now");
}

struct arf_message *
compose_queued(struct db *db, const struct config *config, int64_t complaint_id, const char *form,
               GError **error)
{
    struct queued queued = { .ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                             .kept = g_ptr_array_new() };
    struct contact_wish wish = { { 0 } };
    struct arf_message *message = NULL;
    bool good = contact_wish_read(&wish, span_of(form)) ||
                refuse(error, "its form is none that this program knows");
    if (good && read_complaint(&queued, db, complaint_id, error) &&
        read_ids(&queued, db, complaint_id, error) && read_mails(&queued, db, error)) {
        const struct prepared_mail *const *mails =
            (const struct prepared_mail *const *)queued.kept->pdata;
        struct compose_order order = { .reference = queued.reference,
                                       .type = queued.type,
                                       .forced = queued.forced,
                                       .form = &wish,
                                       .mails = mails,
                                       .mail_count = queued.kept->len };
        g_autoptr(PreparedRows) rows = prepared_rows_read(db, &mails[0]->row->email_id, 1, error);
        if (rows != NULL)
            message = compose(db, config, rows, &order, error);
    }
    queued_clear(&queued);
    return message;
}
