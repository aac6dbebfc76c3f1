/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare_pasted - complaints about a mail that a person pasted: one an address of its way
 */
#pragma once

#include "base/config.h"
#include "complaint/arf_message.h"
#include "complaint/pasted_mail.h"
#include "store/db.h"

struct pasted_target {
    struct ip ip;
    uint32_t asn;          /* 0: not known */
    const char *addresses; /* "a@example.com, b@example.com"; "": the copies alone */
};

/* The complaint about a target as it would go out now in the usual form, its reference "preview";
 * of the target only ip and asn count. FAULT_REJECT: it can't be written. Caller frees. */
struct arf_message *prepare_pasted_message(const struct config *config,
                                           const struct pasted_mail *mail,
                                           const struct pasted_target *target,
                                           const char *const *uris, GError **error);
/* Puts one complaint a target into the outbox, with copies to [reports] emailSpam. `uris` are those
 * that the person left in, NULL-terminated. *queued: how many. FAULT_REJECT: an address is none, or
 * there is nothing to say. */
bool prepare_pasted_queue(struct db *db, const struct config *config, const char *who,
                          const struct pasted_mail *mail, const struct pasted_target *targets,
                          size_t count, const char *const *uris, size_t *queued, GError **error);
