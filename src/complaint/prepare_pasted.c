/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/prepare_pasted.h"

#include <string.h>

#include "base/secret.h"
#include "complaint/prepare.h"
#include "complaint/recipient.h"
#include "store/outbox.h"

struct entry {
    char *reference;
    struct arf_message *message;
    char **addresses;
    GArray *recipients; /* of struct outbox_recipient */
};

static void
entry_clear(struct entry *entry)
{
    g_free(entry->reference);
    arf_message_free(entry->message);
    g_strfreev(entry->addresses);
    if (entry->recipients != NULL)
        g_array_unref(entry->recipients);
}

/* Nobody gets it twice. */
static void
add_recipient(GArray *recipients, const struct outbox_recipient *one)
{
    for (guint i = 0; i < recipients->len; i++)
        if (g_ascii_strcasecmp(g_array_index(recipients, struct outbox_recipient, i).address,
                               one->address) == 0)
            return;
    g_array_append_val(recipients, *one);
}

static bool
add_recipients(struct entry *entry, const struct config *config, const char *addresses,
               GError **error)
{
    g_auto(GStrv) own = contact_own_domains(config);
    entry->recipients = g_array_new(FALSE, FALSE, sizeof(struct outbox_recipient));
    entry->addresses = g_strsplit(addresses, ",", -1);
    for (char **one = entry->addresses; *one != NULL; one++) {
        struct outbox_recipient recipient = { g_strstrip(*one), "contact", "typed" };
        if ((*one)[0] == '\0')
            continue;
        if (!recipient_typed(*one, own, error))
            return false;
        add_recipient(entry->recipients, &recipient);
    }
    for (char **copy = config->reports.email_spam; *copy != NULL; copy++) {
        struct outbox_recipient recipient = { *copy, "copy", "config" };
        add_recipient(entry->recipients, &recipient);
    }
    return true;
}

static bool
write_entry(struct entry *entry, const struct config *config, const struct pasted_mail *mail,
            const struct pasted_target *target, const char *const *uris, GError **error)
{
    struct complaint_style style;
    struct complaint_facts facts = {
        .type = COMPLAINT_ABUSE,
        .source_ip = target->ip,
        .asn = target->asn,
        .arrival = mail->date != CLOCK_UNKNOWN ? mail->date : clock_now(),
        .incidents = 1,
        .subject = mail->subject,
        .message_id = mail->message_id[0] != '\0' ? mail->message_id : NULL,
        .uris = uris,
        .original = mail->shown,
        .headers_only = mail->headers_only,
        .has_attachments = mail->has_attachments,
    };
    prepare_style(config, &style);
    entry->reference = secret_text(PREPARE_REFERENCE_CHARS, error);
    facts.reference = entry->reference;
    entry->message =
        entry->reference != NULL ? arf_message_new(&facts, &style, clock_now(), error) : NULL;
    return entry->message != NULL && add_recipients(entry, config, target->addresses, error);
}

bool
prepare_pasted_queue(struct db *db, const struct config *config, const char *who,
                     const struct pasted_mail *mail, const struct pasted_target *targets,
                     size_t count, const char *const *uris, size_t *queued, GError **error)
{
    g_autofree struct entry *entries = g_new0(struct entry, count + 1);
    g_autofree struct outbox_complaint *put = g_new0(struct outbox_complaint, count + 1);
    const struct pasted_uri *first = mail->uris->len > 0 ? g_ptr_array_index(mail->uris, 0) : NULL;
    int64_t first_id;
    bool good = config->web.report_sender != NULL;
    *queued = 0;
    if (!good)
        g_set_error(error, FAULT, FAULT_REJECT,
                    "[web] reportSender is not set: nobody would know who complains");
    for (size_t i = 0; good && i < count; i++) {
        good = write_entry(&entries[i], config, mail, &targets[i], uris, error);
        if (!good || entries[i].recipients->len == 0)
            continue;
        put[(*queued)++] = (struct outbox_complaint){
            .reference = entries[i].reference,
            .feedback_type = "abuse",
            .source_ip = targets[i].ip,
            .asn = targets[i].asn,
            .host = first != NULL ? first->host : NULL,
            .incidents = 1,
            .subject = entries[i].message->subject,
            .message_id = entries[i].message->message_id,
            .rest = entries[i].message->rest,
            .recipients =
                (const struct outbox_recipient *)(const void *)entries[i].recipients->data,
            .recipient_count = entries[i].recipients->len,
        };
    }
    good = good && (*queued == 0 || outbox_put(db, who, put, *queued, &first_id, error));
    for (size_t i = 0; i < count; i++)
        entry_clear(&entries[i]);
    return good;
}
