/* SPDX-License-Identifier: Apache-2.0 */
/* What a claimed complaint says: written when its turn comes, stored before anything is sent. */
#include "base/fault.h"
#include "complaint/compose.h"
#include "complaint/sender_parts.h"

/* A contact that does not want the whole mail any more does not get it, whatever was queued. */
static bool
withdraw_whole(struct db *db, const struct config *config, struct outbox_job *job, GError **error)
{
    struct contact_wish form = { { 0 } }, now;
    char text[CONTACT_WISH_OCTETS_MAX];
    if (!contact_wish_read(&form, span_of(job->form)) || !complaint_form_is_whole(&form))
        return true;
    if (!complaint_form_wish_of(db, job->address, &now, error))
        return false;
    if (complaint_form_is_whole(&now))
        return true;
    form.said[WISH_ZIP] = now.said[WISH_ZIP];
    complaint_form_settle(config, &form);
    return outbox_reform(db, job, contact_wish_text(&form, text), error);
}

static bool
compose_job(struct db *db, void *user, const struct outbox_job *job, struct outbox_text *text,
            GError **error)
{
    g_autoptr(ArfMessage) message = compose_queued(db, user, job->complaint_id, job->form, error);
    if (message == NULL)
        return false;
    *text = (struct outbox_text){ .message_id = g_steal_pointer(&message->message_id),
                                  .subject = g_steal_pointer(&message->subject),
                                  .rest = g_steal_pointer(&message->rest) };
    return true;
}

bool
sender_write(struct db *db, struct id_block *ids, const struct config *config,
             struct outbox_job *job, bool *held, GError **error)
{
    *held = true;
    if (!withdraw_whole(db, config, job, error))
        return false;
    return job->rest != NULL ||
           outbox_write(db, ids, job, compose_job, (void *)(uintptr_t)config, held, error);
}
