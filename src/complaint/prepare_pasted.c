/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/prepare_pasted.h"

#include <string.h>

#include "base/secret.h"
#include "complaint/complaint_form.h"
#include "complaint/prepare.h"
#include "complaint/recipient.h"

struct entry {
    char *reference;
    GArray *recipients;  /* of struct outbox_recipient */
    GArray *messages;    /* of struct outbox_message */
    GPtrArray *composed; /* of struct arf_message, which these borrow from */
    GStringChunk *text;
};

static void
entry_init(struct entry *entry)
{
    entry->recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
    entry->messages = g_array_new(FALSE, FALSE, sizeof(struct outbox_message));
    entry->composed = g_ptr_array_new_with_free_func((GDestroyNotify)arf_message_free);
    entry->text = g_string_chunk_new(256);
}

static void
entry_clear(struct entry *entry)
{
    if (entry->text == NULL)
        return;
    g_free(entry->reference);
    g_array_unref(entry->recipients);
    g_array_unref(entry->messages);
    g_ptr_array_unref(entry->composed);
    g_string_chunk_free(entry->text);
}

/* Nobody gets it twice. */
static bool
add_recipient(struct entry *entry, const struct outbox_recipient *one, GError **error)
{
    for (guint i = 0; i < entry->recipients->len; i++)
        if (g_ascii_strcasecmp(g_array_index(entry->recipients, struct outbox_recipient, i).address,
                               one->address) == 0)
            return true;
    if (entry->recipients->len >= PREPARE_RECIPIENTS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "a complaint goes to %d addresses at most",
                    PREPARE_RECIPIENTS_MAX);
        return false;
    }
    g_array_append_val(entry->recipients, *one);
    return true;
}

/* The whole mail goes out only where a preview has warned of it; pasted ones have none. */
static const char *
form_of(struct entry *entry, const struct config *config, const struct contact_wishes *wishes,
        const char *address)
{
    struct contact_wish wish;
    char form[CONTACT_WISH_OCTETS_MAX];
    contact_wishes_of(wishes, address, &wish);
    if (complaint_form_is_whole(&wish))
        wish.said[WISH_ZIP] = WISH_ZIP_REDACTED;
    complaint_form_settle(config, &wish);
    return g_string_chunk_insert_const(entry->text, contact_wish_text(&wish, form));
}

static bool
add_recipients(struct entry *entry, const struct config *config,
               const struct contact_wishes *wishes, const char *addresses, GError **error)
{
    g_auto(GStrv) own = contact_own_domains(config);
    g_auto(GStrv) typed = g_strsplit(addresses, ",", -1);
    for (char **one = typed; *one != NULL; one++) {
        const char *address = g_string_chunk_insert(entry->text, g_strstrip(*one));
        struct outbox_recipient recipient = { address, "contact", "typed", "" };
        if (address[0] == '\0')
            continue;
        if (!recipient_typed(address, own, error))
            return false;
        recipient.form = form_of(entry, config, wishes, address);
        if (!add_recipient(entry, &recipient, error))
            return false;
    }
    for (char **copy = config->reports.email_spam; *copy != NULL; copy++) {
        struct outbox_recipient recipient = { *copy, "copy", "config", "" };
        if (!add_recipient(entry, &recipient, error))
            return false;
    }
    return true;
}

static bool
is_written(const struct entry *entry, const char *form)
{
    for (guint i = 0; i < entry->messages->len; i++)
        if (strcmp(g_array_index(entry->messages, struct outbox_message, i).form, form) == 0)
            return true;
    return false;
}

static bool
write_message(struct entry *entry, const struct config *config, const struct complaint_facts *facts,
              const char *form, GError **error)
{
    struct contact_wish wish = { { 0 } };
    struct complaint_style style;
    contact_wish_read(&wish, span_of(form));
    complaint_form_style(config, &wish, &style);
    struct arf_message *message = arf_message_new(facts, &style, clock_now(), error);
    if (message == NULL)
        return false;
    struct outbox_message one = { form, message->message_id, message->subject, message->rest };
    g_ptr_array_add(entry->composed, message);
    g_array_append_val(entry->messages, one);
    return true;
}

static void
fill_facts(struct complaint_facts *facts, const struct pasted_mail *mail,
           const struct pasted_target *target, const char *const *uris)
{
    *facts = (struct complaint_facts){
        .type = COMPLAINT_ABUSE,
        .source_ip = target->ip,
        .asn = target->asn,
        .arrival = pasted_mail_arrival(mail, &target->ip, clock_now()),
        .incidents = 1,
        .subject = mail->subject,
        .message_id = mail->message_id[0] != '\0' ? mail->message_id : NULL,
        .uris = uris,
        .original = mail->shown,
        .headers_only = mail->headers_only,
        .has_attachments = mail->has_attachments,
    };
}

struct arf_message *
prepare_pasted_message(const struct config *config, const struct pasted_mail *mail,
                       const struct pasted_target *target, const char *const *uris, GError **error)
{
    struct contact_wish wish = { { 0 } };
    struct complaint_style style;
    struct complaint_facts facts;
    fill_facts(&facts, mail, target, uris);
    facts.reference = "preview";
    complaint_form_style(config, &wish, &style);
    return arf_message_new(&facts, &style, clock_now(), error);
}

static bool
write_entry(struct entry *entry, const struct config *config, const struct pasted_mail *mail,
            const struct pasted_target *target, const char *const *uris, GError **error)
{
    struct complaint_facts facts;
    fill_facts(&facts, mail, target, uris);
    entry->reference = secret_text(PREPARE_REFERENCE_CHARS, error);
    facts.reference = entry->reference;
    bool good = entry->reference != NULL;
    for (guint i = 0; good && i < entry->recipients->len; i++) {
        const char *form = g_array_index(entry->recipients, struct outbox_recipient, i).form;
        good = is_written(entry, form) || write_message(entry, config, &facts, form, error);
    }
    return good;
}

static void
fill(struct outbox_complaint *put, const struct entry *entry, const struct pasted_target *target,
     const struct pasted_mail *mail)
{
    const struct pasted_uri *first = mail->uris->len > 0 ? g_ptr_array_index(mail->uris, 0) : NULL;
    *put = (struct outbox_complaint){
        .reference = entry->reference,
        .feedback_type = "abuse",
        .source_ip = target->ip,
        .asn = target->asn,
        .host = first != NULL ? first->host : NULL,
        .incidents = 1,
        .messages = (const struct outbox_message *)(const void *)entry->messages->data,
        .message_count = entry->messages->len,
        .recipients = (const struct outbox_recipient *)(const void *)entry->recipients->data,
        .recipient_count = entry->recipients->len,
    };
}

bool
prepare_pasted_queue(struct db *db, const struct config *config, const char *who,
                     const struct pasted_mail *mail, const struct pasted_target *targets,
                     size_t count, const char *const *uris, size_t *queued, GError **error)
{
    g_autofree struct entry *entries = g_new0(struct entry, count + 1);
    g_autofree struct outbox_complaint *put = g_new0(struct outbox_complaint, count + 1);
    g_autoptr(ContactWishes) wishes = NULL;
    const struct outbox_order order = { .who = who };
    int64_t first_id;
    bool good = config->web.report_sender != NULL;
    *queued = 0;
    if (!good)
        g_set_error(error, FAULT, FAULT_REJECT,
                    "[web] reportSender is not set: nobody would know who complains");
    if (good)
        wishes = complaint_form_wishes(db, error);
    good = wishes != NULL;
    for (size_t i = 0; good && i < count; i++) {
        entry_init(&entries[i]);
        good = add_recipients(&entries[i], config, wishes, targets[i].addresses, error) &&
               write_entry(&entries[i], config, mail, &targets[i], uris, error);
        if (good && entries[i].recipients->len > 0)
            fill(&put[(*queued)++], &entries[i], &targets[i], mail);
    }
    good = good && (*queued == 0 || outbox_put(db, &order, put, *queued, &first_id, error));
    for (size_t i = 0; i < count; i++)
        entry_clear(&entries[i]);
    return good;
}
