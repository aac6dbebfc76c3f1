/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pasted_mail - a mail that a person pasted or uploaded: who sent it, where it leads
 *
 * In:      any octets of at most LIMIT_MESSAGE_OCTETS.
 * Out:     what /reportspam shows: subject, the addresses of the hosts that its Received fields
 *          name (topmost first, each once, special-purpose ones left out unless `public` lifts
 *          that), its URLs (distinct, as written; without pictures, what leads nobody anywhere, and
 *          own domains), and the text without the fields of `mask_headers`, which is what is sent.
 * Errors:  FAULT_REJECT: it is no mail, or too large.
 * Limits:  PASTED_IPS_MAX, LIMIT_LINKS. Owns all. Threads: no state; after report_open().
 */
#pragma once

#include "base/clock.h"
#include "base/ip.h"

#define PASTED_IPS_MAX 50

struct pasted_wish {
    const char *const *mask_headers; /* NULL-terminated, or NULL */
    const char *const *own_domains;  /* [dnsbl] wldomain; NULL-terminated, or NULL */
    const struct ip_range *public;   /* special addresses that count as public */
    size_t public_count;
};

struct pasted_uri {
    char *url;  /* as written */
    char *host; /* canonical */
};

struct pasted_mail {
    char *subject, *message_id, *from_address; /* "", not NULL, when absent */
    int64_t date;                              /* of its Date field, or CLOCK_UNKNOWN */
    GArray *ips;                               /* of struct ip */
    GArray *times;   /* of int64_t: when each was seen, as its Received field says; CLOCK_UNKNOWN */
    GPtrArray *uris; /* of struct pasted_uri */
    GBytes *shown;
    bool headers_only, has_attachments;
};

struct pasted_mail *pasted_mail_read(struct span octets, const struct pasted_wish *wish,
                                     GError **error);
/* When the mail came from ips[i]: what the host that saw it wrote, else the mail's own Date, which
 * is its author's word; never later than `now`. */
int64_t pasted_mail_arrival(const struct pasted_mail *mail, const struct ip *ip, int64_t now);
void pasted_mail_free(struct pasted_mail *mail); /* NULL is allowed */
typedef struct pasted_mail PastedMail;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastedMail, pasted_mail_free)
