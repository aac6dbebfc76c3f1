/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_command - sends commands under tags that nobody can guess, and takes their answers
 *
 * Errors:  FAULT_RETRY when the line is lost or the server breaks the protocol; a NO or BAD of the
 *          server is an answer, not an error. Server texts in errors are masked.
 * Threads: one session, one thread at a time.
 */
#pragma once

#include "mailbox/imap_connection.h"
#include "mailbox/imap_response.h"

#define IMAP_TAG_OCTETS 32

struct imap_commands {
    struct imap_connection *connection; /* owned */
    char stem[IMAP_TAG_OCTETS - 12];    /* random, new with each connection */
    unsigned count;
    bool broken; /* nothing more can be sent or read */
};
/* Takes the connection over. */
void imap_commands_init(struct imap_commands *commands, struct imap_connection *connection);
void imap_commands_clear(struct imap_commands *commands);

/* A tagged answer. Clear with imap_answer_clear(). */
struct imap_answer {
    enum imap_status status; /* OK, NO or BAD */
    char *code;              /* what stood in [ ], masked; "" for none */
    char *text;              /* masked */
};
void imap_answer_clear(struct imap_answer *answer);
typedef struct imap_answer ImapAnswer;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapAnswer, imap_answer_clear)
/* Fills the answer from a response of kind IMAP_TAGGED. */
void imap_answer_set(struct imap_answer *answer, const struct imap_response *response);
/* Whether the code's first word is `word`. */
bool imap_answer_has_code(const struct imap_answer *answer, const char *word);
/* Sets an error that says "WHAT: the server's text": FAULT_RETRY when its code means "later"
 * (RFC 5530), else FAULT_OPERATOR. Returns false. */
bool imap_answer_fail(const struct imap_answer *answer, const char *what, GError **error);
/* UNAVAILABLE, INUSE, LIMIT, SERVERBUG, EXPUNGEISSUED, THROTTLED. */
bool imap_code_passes(struct span code);

/* Sends "TAG command\r\n"; the tag is kept in `tag`. `command` has no CR or LF. */
bool imap_command_send(struct imap_commands *commands, const char *command,
                       char tag[IMAP_TAG_OCTETS], GError **error);
/* The next response, parsed and borrowed until the next call; a BYE is an error. */
bool imap_command_read(struct imap_commands *commands, struct imap_response *response,
                       uint64_t *skipped, GError **error);

/* The caller finds the server in breach of the protocol: the line is of no more use. Sets an error
 * unless `what` is NULL (*error is set already); returns false. */
bool imap_command_nonsense(struct imap_commands *commands, const char *what, GError **error);

/* Sees each untagged response of a command; false with an error ends the connection's use. */
typedef bool (*imap_untagged)(void *user, const struct imap_response *response, GError **error);
/* Sends and waits. `untagged` may be NULL. */
bool imap_command(struct imap_commands *commands, const char *command, imap_untagged untagged,
                  void *user, struct imap_answer *answer, GError **error);
/* A mailbox name as quoted string; caller frees. `name` is modified UTF-7. */
char *imap_command_quoted(const char *name);
