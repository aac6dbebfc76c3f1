/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare - from chosen mails to complaints that can be looked at and queued
 *
 * First step: what each mail rests on, whom its network wants told, and whether a person should
 * think twice. Second step: the complaints, one a mail or one a (contact, source address, pattern),
 * and who gets them in which form. Their messages are written for who looks at them here, and by
 * the sender (compose.h) for those that go out: the outbox gets what a person decided.
 * Limits:  PREPARE_MAILS_MAX mails, PREPARE_RECIPIENTS_MAX recipients a complaint. Errors and
 *          threads: as store/db.h.
 */
#pragma once

#include "base/config.h"
#include "complaint/arf_message.h"
#include "enrich/contact_choice.h"
#include "enrich/contact_find.h"
#include "enrich/contact_wish.h"
#include "select/email_rows.h"
#include "store/outbox.h"

#define PREPARE_MAILS_MAX 1000
#define PREPARE_RECIPIENTS_MAX 50

/* What a mail's source wants, shared by all mails of that address. */
struct prepared_source {
    struct ip ip;
    uint32_t asn;
    struct contact_choice choice;
};

struct prepared_mail {
    const struct email_row *row;
    struct prepared_source *source; /* NULL: no address, or a special one */
    const char *doubt;              /* why it is not ticked beforehand; NULL: it is */
    const char *obstacle;           /* why it can't be reported at all; NULL: it can */
};

struct prepared_mails {
    struct email_rows *rows;
    struct prepared_mail *mails; /* by id, as many as rows */
    GPtrArray *sources;          /* of struct prepared_source */
    struct contact_wishes *wishes;
};

/* Nobody is asked: the database tells, and the networks file through `find`. */
struct prepared_mails *prepare_mails(struct db *db, const struct config *config,
                                     struct contact_find *find, const int64_t *ids, size_t count,
                                     GError **error);
void prepared_mails_free(struct prepared_mails *mails); /* NULL is allowed */
typedef struct prepared_mails PreparedMails;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PreparedMails, prepared_mails_free)

struct prepare_wish {
    bool as_reported;         /* each complaint says of its mails what their reports said */
    enum complaint_type type; /* else this of all */
    bool grouped; /* one a (contacts, source address, sender pattern); else one a mail */
    bool forced;  /* bounces, auto-replies and the quiet period, too */
};

struct prepared_message {
    struct contact_wish form;
    GString *to;                 /* the contacts that get it, or nobody */
    struct arf_message *message; /* NULL: it can't be written */
    char *problem;               /* why not */
};

struct prepared_complaint {
    char *reference;
    enum complaint_type type;
    const struct prepared_source *source;
    const struct prepared_mail **mails; /* the first is the example */
    size_t mail_count;
    char *host;          /* of the first reportable URL, or NULL */
    GArray *recipients;  /* of struct outbox_recipient: contacts, then copies */
    GPtrArray *messages; /* of struct prepared_message, with prepare_write(); one a form */
    GStringChunk *text;
};

/* Of struct prepared_complaint, freed with the array. `chosen` are ids of mails to leave in; the
 * others are left out. They go to the contacts, or to what `typed` says instead ("a@example.com,
 * ..." by the id of a complaint's first mail, a pointer to int64_t; may be NULL), and to the copies
 * of [reports] email. */
GPtrArray *prepare_complaints(const struct config *config, const struct prepared_mails *mails,
                              const int64_t *chosen, size_t count, GHashTable *typed,
                              const struct prepare_wish *wish, GError **error);
/* Writes the messages of `count` complaints from `from` on, as they would go out now; there may be
 * fewer. */
bool prepare_write(struct db *db, const struct config *config, const GPtrArray *complaints,
                   size_t from, size_t count, const struct prepare_wish *wish, GError **error);
/* Puts them into the outbox. *queued: how many went in; one without any recipient does not. */
bool prepare_queue(struct db *db, const struct outbox_order *order, const GPtrArray *complaints,
                   const struct prepare_wish *wish, size_t *queued, GError **error);

#define PREPARE_REFERENCE_CHARS 12
