/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact - a reported mail as it may be shown to strangers (RFC 6590)
 *
 * In:      the octets of a mail, or of its header; any octets.
 * Out:     the mail without the fields of `mask_headers`, each recipient replaced by a token
 *          (conceal.h): those given and those that To, Cc, Delivered-To, Received and their kin
 *          name; in all header blocks and bodies, whatever their transfer encoding.
 *          It is 7-bit with CRLF and no line over 998 octets, so that it can be a message/rfc822
 *          part; bodies that were not are encoded anew. It reads the same to every parser: what is
 *          there twice (Content-Type) stays once, open multiparts are closed, an attached message
 *          in base64 is decoded. Bodies with nothing to change stay as they are.
 * Limits:  base/limits.h; what lies deeper, and bodies in uuencode, are left out with a note. With
 *          more than CONCEAL_ADDRESSES_MAX recipients all bodies are.
 * Cost:    linear, no recursion. Twice is once, unless fields with broken encoded words or with
 *          other than printable octets had to be written anew.
 * Threads: one redactor, one thread while it is made; after report_open().
 */
#pragma once

#include "report/conceal.h"

enum redact_extent { REDACT_WHOLE, REDACT_HEADER };

struct redact_wish {
    const char *const *recipients;   /* NULL-terminated, or NULL */
    const char *const *mask_headers; /* names of fields, in any case; NULL-terminated, or NULL */
    const char *key;                 /* of the tokens */
    bool headers_only;               /* the octets are a header alone */
    bool all_addresses;              /* conceal_all(): `key` then means nothing */
};

struct redactor;

/* Learns the recipients; all is borrowed and must outlive it. */
struct redactor *redactor_new(struct span mail, const struct redact_wish *wish);
void redactor_free(struct redactor *redactor); /* NULL is allowed */
typedef struct redactor Redactor;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Redactor, redactor_free)

/* Caller owns it. */
GBytes *redactor_mail(const struct redactor *redactor, enum redact_extent extent);
/* A text about the mail (subject, URL, path) without its recipients; NULL gives NULL. Caller
 * frees. */
char *redactor_text(const struct redactor *redactor, const char *text, unsigned flags);
/* Only mask_headers: the mail's octets without these fields in its own header. Caller owns it. */
GBytes *redact_fields(struct span mail, const char *const *mask_headers);
