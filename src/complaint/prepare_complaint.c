/* SPDX-License-Identifier: Apache-2.0 */
/* The second step: complaints, whom they go to, and as they would go out. */
#include <string.h>

#include "base/secret.h"
#include "complaint/compose.h"
#include "complaint/recipient.h"

static void
free_message(void *one)
{
    struct prepared_message *message = one;
    g_string_free(message->to, TRUE);
    arf_message_free(message->message);
    g_free(message->problem);
    g_free(message);
}

static void
free_complaint(void *one)
{
    struct prepared_complaint *complaint = one;
    g_free(complaint->reference);
    g_free(complaint->mails);
    g_free(complaint->host);
    g_array_unref(complaint->recipients);
    g_ptr_array_unref(complaint->messages);
    g_string_chunk_free(complaint->text);
    g_free(complaint);
}

/* --- which mails go into one complaint --- */

static bool
is_chosen(const struct prepared_mail *mail, const struct prepare_wish *wish, GHashTable *chosen)
{
    return mail->obstacle == NULL &&
           (wish->forced || strcmp(mail->row->email_type, "normal") == 0) &&
           g_hash_table_contains(chosen, &mail->row->email_id);
}

static enum complaint_type
type_of(const struct prepared_mail *mail, const struct prepare_wish *wish)
{
    return wish->as_reported ? compose_type_of(mail->row->feedback_type) : wish->type;
}

/* Mails of one source address, one claimed sender and one type are one series. */
static char *
group_key(const struct prepared_mail *mail, const struct prepare_wish *wish)
{
    if (!wish->grouped)
        return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)mail->row->email_id);
    return g_strdup_printf("%u %s %s %s", (unsigned)type_of(mail, wish), mail->row->source_ip,
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
    g_autoptr(GHashTable) left_in = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (size_t i = 0; i < count; i++)
        g_hash_table_add(left_in, (void *)(uintptr_t)&chosen[i]);
    for (size_t i = 0; i < mails->rows->count; i++) {
        const struct prepared_mail *mail = &mails->mails[i];
        GPtrArray *one;
        if (!is_chosen(mail, wish, left_in))
            continue;
        g_autofree char *key = group_key(mail, wish);
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

/* --- whom they go to --- */

struct addressing {
    const struct config *config;
    const struct contact_wishes *wishes;
    char *const *own; /* contact_own_domains() */
    struct prepared_complaint *complaint;
};

static bool
add_recipient(const struct addressing *to, const char *address, const char *role,
              const char *origin, GError **error)
{
    struct prepared_complaint *complaint = to->complaint;
    char form[CONTACT_WISH_OCTETS_MAX] = "";
    for (guint i = 0; i < complaint->recipients->len; i++)
        if (g_ascii_strcasecmp(
                g_array_index(complaint->recipients, struct outbox_recipient, i).address,
                address) == 0)
            return true;
    if (complaint->recipients->len >= PREPARE_RECIPIENTS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "a complaint goes to %d addresses at most",
                    PREPARE_RECIPIENTS_MAX);
        return false;
    }
    if (strcmp(role, "contact") == 0) {
        struct contact_wish wish;
        contact_wishes_of(to->wishes, address, &wish);
        complaint_form_settle(to->config, &wish);
        contact_wish_text(&wish, form);
    }
    struct outbox_recipient one = { g_string_chunk_insert(complaint->text, address), role, origin,
                                    g_string_chunk_insert_const(complaint->text, form) };
    g_array_append_val(complaint->recipients, one);
    return true;
}

static const char *
origin_of(const GPtrArray *targets, const char *address)
{
    for (guint i = 0; i < targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(targets, i);
        if (target->left_out == NULL && g_ascii_strcasecmp(target->address, address) == 0)
            return contact_origin_word(target->origin);
    }
    return "typed";
}

static bool
add_typed(const struct addressing *to, const char *typed, GError **error)
{
    g_auto(GStrv) addresses = g_strsplit(typed, ",", -1);
    for (char **one = addresses; *one != NULL; one++) {
        const char *address = g_strstrip(*one);
        if (address[0] == '\0')
            continue;
        if (!recipient_typed(address, to->own, error))
            return false;
        if (!add_recipient(to, address, "contact",
                           origin_of(to->complaint->source->choice.targets, address), error))
            return false;
    }
    return true;
}

/* What a person typed instead, or the contacts found; and the copies. */
static bool
add_recipients(const struct addressing *to, GHashTable *typed, GError **error)
{
    const struct prepared_complaint *complaint = to->complaint;
    const GPtrArray *targets = complaint->source->choice.targets;
    const char *instead =
        typed != NULL ? g_hash_table_lookup(typed, &complaint->mails[0]->row->email_id) : NULL;
    if (instead != NULL && !add_typed(to, instead, error))
        return false;
    for (guint i = 0; instead == NULL && i < targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(targets, i);
        if (target->left_out == NULL && !add_recipient(to, target->address, "contact",
                                                       contact_origin_word(target->origin), error))
            return false;
    }
    for (char **copy = to->config->reports.email; *copy != NULL; copy++)
        if (!add_recipient(to, *copy, "copy", "config", error))
            return false;
    return true;
}

static struct prepared_complaint *
complaint_new(const struct config *config, const GPtrArray *mails, const struct prepare_wish *wish)
{
    struct prepared_complaint *complaint = g_new0(struct prepared_complaint, 1);
    complaint->mail_count = mails->len;
    complaint->mails = g_memdup2(mails->pdata, mails->len * sizeof *complaint->mails);
    complaint->type = type_of(complaint->mails[0], wish);
    complaint->source = complaint->mails[0]->source;
    complaint->host = prepared_facts_host(config, complaint->mails[0]->row);
    complaint->recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
    complaint->messages = g_ptr_array_new_with_free_func(free_message);
    complaint->text = g_string_chunk_new(256);
    return complaint;
}

GPtrArray *
prepare_complaints(const struct config *config, const struct prepared_mails *mails,
                   const int64_t *chosen, size_t count, GHashTable *typed,
                   const struct prepare_wish *wish, GError **error)
{
    g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(free_complaint);
    g_autoptr(GPtrArray) groups = group(mails, wish, chosen, count);
    g_auto(GStrv) own = contact_own_domains(config);
    if (config->web.report_sender == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "[web] reportSender is not set: nobody would know who complains");
        return NULL;
    }
    for (guint i = 0; i < groups->len; i++) {
        struct prepared_complaint *complaint =
            complaint_new(config, g_ptr_array_index(groups, i), wish);
        struct addressing to = { config, mails->wishes, own, complaint };
        g_ptr_array_add(complaints, complaint);
        complaint->reference = secret_text(PREPARE_REFERENCE_CHARS, error);
        if (complaint->reference == NULL || !add_recipients(&to, typed, error))
            return NULL;
    }
    return g_steal_pointer(&complaints);
}

/* --- as they would go out --- */

static struct prepared_message *
message_of_form(struct prepared_complaint *complaint, const char *form)
{
    struct contact_wish wish = { { 0 } };
    struct prepared_message *message;
    contact_wish_read(&wish, span_of(form));
    for (guint i = 0; i < complaint->messages->len; i++) {
        message = g_ptr_array_index(complaint->messages, i);
        if (memcmp(&message->form, &wish, sizeof wish) == 0)
            return message;
    }
    message = g_new0(struct prepared_message, 1);
    message->form = wish;
    message->to = g_string_new(NULL);
    g_ptr_array_add(complaint->messages, message);
    return message;
}

/* One a form; the usual one when nobody gets it yet. */
static void
add_messages(struct prepared_complaint *complaint)
{
    for (guint i = 0; i < complaint->recipients->len; i++) {
        const struct outbox_recipient *one =
            &g_array_index(complaint->recipients, struct outbox_recipient, i);
        struct prepared_message *message = message_of_form(complaint, one->form);
        if (strcmp(one->role, "contact") == 0)
            g_string_append_printf(message->to, "%s%s", message->to->len > 0 ? ", " : "",
                                   one->address);
    }
    if (complaint->messages->len == 0)
        message_of_form(complaint, "");
}

static bool
write_messages(struct prepared_complaint *complaint, struct db *db, const struct config *config,
               const struct prepared_rows *rows, const struct prepare_wish *wish, GError **error)
{
    struct compose_order order = { .reference = complaint->reference,
                                   .type = complaint->type,
                                   .forced = wish->forced,
                                   .mails = complaint->mails,
                                   .mail_count = complaint->mail_count };
    add_messages(complaint);
    for (guint i = 0; i < complaint->messages->len; i++) {
        struct prepared_message *message = g_ptr_array_index(complaint->messages, i);
        g_autoptr(GError) trouble = NULL;
        order.form = &message->form;
        message->message = compose(db, config, rows, &order, &trouble);
        if (message->message != NULL)
            continue;
        if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return false;
        }
        message->problem = g_strdup(trouble->message);
    }
    return true;
}

bool
prepare_write(struct db *db, const struct config *config, const GPtrArray *complaints, size_t from,
              size_t count, const struct prepare_wish *wish, GError **error)
{
    size_t end = MIN(complaints->len, from + count);
    g_autofree int64_t *ids = g_new0(int64_t, count + 1);
    for (size_t i = from; i < end; i++) {
        const struct prepared_complaint *complaint = g_ptr_array_index(complaints, i);
        ids[i - from] = complaint->mails[0]->row->email_id;
    }
    g_autoptr(PreparedRows) rows = prepared_rows_read(db, ids, end > from ? end - from : 0, error);
    bool good = rows != NULL;
    for (size_t i = from; good && i < end; i++)
        good = write_messages(g_ptr_array_index(complaints, i), db, config, rows, wish, error);
    return good;
}

/* --- into the outbox --- */

bool
prepare_queue(struct db *db, const struct outbox_order *order, const GPtrArray *complaints,
              const struct prepare_wish *wish, size_t *queued, GError **error)
{
    g_autofree struct outbox_complaint *put = g_new0(struct outbox_complaint, complaints->len + 1);
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func(g_free);
    int64_t first_id;
    *queued = 0;
    for (guint i = 0; i < complaints->len; i++) {
        const struct prepared_complaint *complaint = g_ptr_array_index(complaints, i);
        int64_t *ids = g_new0(int64_t, complaint->mail_count);
        g_ptr_array_add(lists, ids);
        for (size_t k = 0; k < complaint->mail_count; k++)
            ids[k] = complaint->mails[k]->row->email_id;
        if (complaint->recipients->len == 0)
            continue;
        put[(*queued)++] = (struct outbox_complaint){
            .reference = complaint->reference,
            .feedback_type = compose_type_word(complaint->type),
            .source_ip = complaint->source->ip,
            .asn = complaint->source->asn,
            .host = complaint->host,
            .incidents = (uint32_t)complaint->mail_count,
            .email_ids = ids,
            .email_count = complaint->mail_count,
            .recipients =
                (const struct outbox_recipient *)(const void *)complaint->recipients->data,
            .recipient_count = complaint->recipients->len,
            .forced = wish->forced,
        };
    }
    return *queued == 0 || outbox_put(db, order, put, *queued, &first_id, error);
}
