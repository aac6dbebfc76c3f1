/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compose - the text of one complaint, for who looks at it and for who sends it: the same
 *
 * Errors:  FAULT_REJECT: it can't be written, and why; else as db.h.
 * Threads: as store/db.h.
 */
#pragma once

#include "complaint/complaint_form.h"
#include "complaint/prepare_facts.h"

struct compose_order {
    const char *reference;
    enum complaint_type type;
    bool forced; /* about answers of machines, too */
    const struct contact_wish *form;
    const struct prepared_mail *const *mails; /* the first is the example */
    size_t mail_count;
};

/* `rows` must hold the first mail's. */
struct arf_message *compose(struct db *db, const struct config *config,
                            const struct prepared_rows *rows, const struct compose_order *order,
                            GError **error);
/* One that is queued, in a form of its recipients, as it would be written now. */
struct arf_message *compose_queued(struct db *db, const struct config *config, int64_t complaint_id,
                                   const char *form, GError **error);

/* What a complaint says about a mail whose report said `feedback_type` (of the column; may be
 * NULL): of one that failed authentication fraud, for its author poses as another. */
enum complaint_type compose_type_of(const char *feedback_type);
/* The word of the column and of Feedback-Type. */
const char *compose_type_word(enum complaint_type type);
