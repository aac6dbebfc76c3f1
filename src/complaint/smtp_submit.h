/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smtp_submit - one mail to one recipient over a kept SMTP connection, and what the server said
 *
 * In:      addresses and octets, checked again here: nothing that could be a second command, a bare
 *          CR or LF, an octet over 127 or a line over 998 leaves this program.
 * Out:     always an answer, never an error. What was said before DATA can be tried again (4xx, no
 *          connection, log-in refused) or is final (5xx to MAIL, RCPT or DATA). Once octets of the
 *          mail are on their way only the server's last word counts; without it the end is
 *          UNKNOWN, and must not be tried again by a program.
 * A connection that the server closed meanwhile is opened anew, once, before anything is judged.
 * TLS:     NONE; OPTIONAL uses STARTTLS where it is offered and checks the certificate only when a
 *          CA file is named; STARTTLS and TLS demand a valid certificate.
 * Limits:  `timeout_ms` for connecting and for each answer, SMTP_TRANSFER_SECONDS for all of it.
 * Threads: one line, one thread; smtp_submit_open() of the program before.
 * Source:  RFC 5321, RFC 3207, RFC 4954.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define SMTP_TRANSFER_SECONDS 240
#define SMTP_TEXT_OCTETS 400 /* of an answer, kept */

enum smtp_tls { SMTP_TLS_NONE, SMTP_TLS_OPTIONAL, SMTP_TLS_STARTTLS, SMTP_TLS_TLS };

struct smtp_settings {
    const char *host; /* name or address, without port */
    uint16_t port;
    enum smtp_tls tls;
    const char *user, *password; /* user "" or NULL: no log-in */
    const char *ca_file;         /* NULL: the system's */
    uint32_t timeout_ms;
    /* Asked about ten times a second; true ends a transfer: at once before DATA, behind it when it
     * says so still. May be NULL. */
    bool (*give_up)(void *closure, bool in_mail);
    void *closure;
};

enum smtp_end { SMTP_SENT, SMTP_DEFERRED, SMTP_FAILED, SMTP_UNKNOWN, SMTP_GIVEN_UP };

struct smtp_answer {
    enum smtp_end end;
    bool away;     /* DEFERRED not for this recipient's sake: the server can't be spoken to */
    unsigned code; /* of the last reply, 0: none */
    char text[SMTP_TEXT_OCTETS * 4 + 8]; /* of it, or why there was none; printable ASCII */
};

/* The word of [web] smtpTls. */
enum smtp_tls smtp_tls_of(const char *word);

struct smtp_line;

/* Once a process, before threads start. */
void smtp_submit_open(void);
/* `settings` is borrowed. Connects when there is something to send. */
struct smtp_line *smtp_line_new(const struct smtp_settings *settings);
void smtp_line_free(struct smtp_line *line); /* NULL is allowed */
typedef struct smtp_line SmtpLine;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpLine, smtp_line_free)

void smtp_submit(struct smtp_line *line, const char *mail_from, const char *recipient,
                 struct span octets, struct smtp_answer *answer);
