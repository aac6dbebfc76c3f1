/* SPDX-License-Identifier: Apache-2.0 */
/* The second step: complaints as they would go out, and into the outbox. */
#include <string.h>

#include "base/secret.h"
#include "complaint/prepare_facts.h"
#include "complaint/recipient.h"
#include "enrich/contact_address.h"
#include "store/outbox.h"

static void
free_complaint(void *one)
{
    struct prepared_complaint *complaint = one;
    g_free(complaint->reference);
    g_free(complaint->mails);
    g_free(complaint->host);
    arf_message_free(complaint->message);
    g_free(complaint->problem);
    g_free(complaint);
}

/* --- which mails go into one complaint --- */

static bool
is_chosen(const struct prepared_mail *mail, const struct prepare_wish *wish, const int64_t *chosen,
          size_t count)
{
    if (mail->obstacle != NULL || (!wish->forced && strcmp(mail->row->email_type, "normal") != 0))
        return false;
    for (size_t i = 0; i < count; i++)
        if (chosen[i] == mail->row->email_id)
            return true;
    return false;
}

/* Mails of one source address and one claimed sender are one series. */
static char *
group_key(const struct prepared_mail *mail, bool grouped)
{
    if (!grouped)
        return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)mail->row->email_id);
    return g_strdup_printf("%s %s %s", mail->row->source_ip,
                           mail->row->from_address != NULL ? mail->row->from_address : "",
                           mail->row->reported_domain != NULL ? mail->row->reported_domain : "");
}

/* Lists of struct prepared_mail *, in the order of their first mail. */
static GPtrArray *
group(const struct prepared_mails *mails, const struct prepare_wish *wish, const int64_t *chosen,
      size_t count)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < mails->rows->count; i++) {
        const struct prepared_mail *mail = &mails->mails[i];
        GPtrArray *one;
        if (!is_chosen(mail, wish, chosen, count))
            continue;
        g_autofree char *key = group_key(mail, wish->grouped);
        one = g_hash_table_lookup(by_key, key);
        if (one == NULL) {
            one = g_ptr_array_new();
            g_ptr_array_add(groups, one);
            g_hash_table_insert(by_key, g_steal_pointer(&key), one);
        }
        g_ptr_array_add(one, (void *)(uintptr_t)mail);
    }
    return groups;
}

/* --- the message --- */

void
prepare_style(const struct config *config, struct complaint_style *style)
{
    const char *at =
        config->web.report_sender != NULL ? strrchr(config->web.report_sender, '@') : NULL;
    *style = (struct complaint_style){
        .sender = config->web.report_sender,
        .site = at != NULL ? at + 1 : "localhost",
        .mask_headers = (const char *const *)config->web.mask_headers,
        .token_key = config->web.secret_key,
        .zip_password = config->reports.arf_password,
        .zip = strcmp(config->reports.arf_zip, "never") == 0    ? COMPLAINT_ZIP_NEVER
               : strcmp(config->reports.arf_zip, "always") == 0 ? COMPLAINT_ZIP_ALWAYS
                                                                : COMPLAINT_ZIP_ATTACHMENTS,
        .zip_aes256 = strcmp(config->reports.arf_cipher, "aes256") == 0,
        .xarf = config->reports.xarf,
        .headers_part = true, /* as the original; the whole mail is in the zip */
        .contact_text = config->reports.signature,
    };
}

/* Of the series: when it began, how many, and the times of the rest. */
static struct complaint_time *
put_series(struct complaint_facts *facts, const struct prepared_complaint *complaint)
{
    size_t more = MIN(complaint->mail_count - 1, COMPLAINT_TIMES_MAX);
    struct complaint_time *times = g_new0(struct complaint_time, more + 1);
    facts->incidents = 0;
    for (size_t i = 0; i < complaint->mail_count; i++) {
        const struct email_row *row = complaint->mails[i]->row;
        facts->incidents += MIN(row->incidents, 1000);
        facts->arrival = MIN(facts->arrival, row->arrival_date);
        if (i > 0 && i <= more)
            times[i - 1].arrival = row->arrival_date;
    }
    facts->times = times;
    facts->time_count = more;
    return times;
}

static bool
write_message(struct prepared_complaint *complaint, struct db *db, const struct config *config,
              const struct prepared_rows *rows, const struct prepare_wish *wish, GError **error)
{
    struct prepared_facts facts = { .text = NULL };
    struct complaint_style style;
    g_autofree struct complaint_time *times = NULL;
    g_autoptr(GError) trouble = NULL;
    prepare_style(config, &style);
    if (!prepared_facts_fill(&facts, db, config, rows, complaint->mails[0], error)) {
        prepared_facts_clear(&facts);
        return false;
    }
    facts.facts.reference = complaint->reference;
    facts.facts.type = wish->type;
    facts.facts.forced = wish->forced;
    times = put_series(&facts.facts, complaint);
    complaint->message = arf_message_new(&facts.facts, &style, clock_now(), &trouble);
    complaint->host = g_strdup(facts.host);
    if (complaint->message == NULL)
        complaint->problem = g_strdup(trouble->message);
    prepared_facts_clear(&facts);
    return true;
}

GPtrArray *
prepare_complaints(struct db *db, const struct config *config, const struct prepared_mails *mails,
                   const int64_t *chosen, size_t count, const struct prepare_wish *wish,
                   GError **error)
{
    g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(free_complaint);
    g_autoptr(PreparedRows) rows = prepared_rows_read(db, chosen, count, error);
    g_autoptr(GPtrArray) groups = rows != NULL ? group(mails, wish, chosen, count) : NULL;
    if (groups == NULL)
        return NULL;
    if (config->web.report_sender == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "[web] reportSender is not set: nobody would know who complains");
        return NULL;
    }
    for (guint i = 0; i < groups->len; i++) {
        GPtrArray *one = g_ptr_array_index(groups, i);
        struct prepared_complaint *complaint = g_new0(struct prepared_complaint, 1);
        g_ptr_array_add(complaints, complaint);
        complaint->mail_count = one->len;
        complaint->mails = g_memdup2(one->pdata, one->len * sizeof *complaint->mails);
        complaint->source = complaint->mails[0]->source;
        complaint->reference = secret_text(PREPARE_REFERENCE_CHARS, error);
        if (complaint->reference == NULL ||
            !write_message(complaint, db, config, rows, wish, error))
            return NULL;
    }
    return g_steal_pointer(&complaints);
}

/* --- into the outbox --- */

struct entry {
    struct outbox_complaint complaint;
    GArray *recipients; /* of struct outbox_recipient */
    GArray *ids;        /* of int64_t */
};

static void
add_recipient(GArray *recipients, const char *address, const char *role, const char *origin)
{
    struct outbox_recipient one = { address, role, origin };
    for (guint i = 0; i < recipients->len; i++)
        if (g_ascii_strcasecmp(g_array_index(recipients, struct outbox_recipient, i).address,
                               address) == 0)
            return;
    g_array_append_val(recipients, one);
}

/* What a person typed instead, or the contacts found. */
static bool
add_contacts(GArray *recipients, const struct prepared_complaint *complaint, char **typed,
             char *const *own, GError **error)
{
    const GPtrArray *targets = complaint->source->choice.targets;
    for (char **one = typed; one != NULL && *one != NULL; one++) {
        g_strstrip(*one);
        if ((*one)[0] == '\0')
            continue;
        if (!recipient_typed(*one, own, error))
            return false;
        add_recipient(recipients, *one, "contact", "typed");
    }
    for (guint i = 0; typed == NULL && i < targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(targets, i);
        if (target->left_out == NULL)
            add_recipient(recipients, target->address, "contact",
                          contact_origin_word(target->origin));
    }
    return true;
}

static void
fill_entry(struct entry *entry, const struct prepared_complaint *complaint, const char *type,
           bool forced)
{
    for (size_t i = 0; i < complaint->mail_count; i++)
        g_array_append_val(entry->ids, complaint->mails[i]->row->email_id);
    entry->complaint = (struct outbox_complaint){
        .reference = complaint->reference,
        .feedback_type = type,
        .source_ip = complaint->source->ip,
        .asn = complaint->source->asn,
        .host = complaint->host,
        .incidents = (uint32_t)complaint->mail_count,
        .subject = complaint->message->subject,
        .message_id = complaint->message->message_id,
        .rest = complaint->message->rest,
        .email_ids = (const int64_t *)(const void *)entry->ids->data,
        .email_count = entry->ids->len,
        .recipients = (const struct outbox_recipient *)(const void *)entry->recipients->data,
        .recipient_count = entry->recipients->len,
        .forced = forced,
    };
}

static const char *
type_word(enum complaint_type type)
{
    static const char *const words[] = { "fraud", "abuse", "virus" };
    return words[type];
}

bool
prepare_queue(struct db *db, const struct config *config, const char *who,
              const GPtrArray *complaints, GHashTable *typed, const struct prepare_wish *wish,
              size_t *queued, GError **error)
{
    g_autofree struct entry *entries = g_new0(struct entry, complaints->len + 1);
    g_autofree struct outbox_complaint *put = g_new0(struct outbox_complaint, complaints->len + 1);
    g_auto(GStrv) own = contact_own_domains(config);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    int64_t first_id;
    bool good = true;
    *queued = 0;
    for (guint i = 0; good && i < complaints->len; i++) {
        const struct prepared_complaint *complaint = g_ptr_array_index(complaints, i);
        const char *instead =
            typed != NULL ? g_hash_table_lookup(typed, &complaint->mails[0]->row->email_id) : NULL;
        char **addresses = instead != NULL ? g_strsplit(instead, ",", -1) : NULL;
        entries[i].recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
        entries[i].ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
        if (addresses != NULL)
            g_ptr_array_add(texts, addresses);
        if (complaint->problem != NULL)
            continue;
        good = add_contacts(entries[i].recipients, complaint, addresses, own, error);
        for (char **copy = config->reports.email; good && *copy != NULL; copy++)
            add_recipient(entries[i].recipients, *copy, "copy", "config");
        if (!good || entries[i].recipients->len == 0)
            continue;
        fill_entry(&entries[i], complaint, type_word(wish->type), wish->forced);
        put[(*queued)++] = entries[i].complaint;
    }
    good = good && (*queued == 0 || outbox_put(db, who, put, *queued, &first_id, error));
    for (guint i = 0; i < complaints->len && entries[i].ids != NULL; i++) {
        g_array_unref(entries[i].recipients);
        g_array_unref(entries[i].ids);
    }
    return good;
}
