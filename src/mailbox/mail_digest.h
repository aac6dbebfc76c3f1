/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_digest - the identity of a message in the ledger, the same through IMAP, Maildir and mbox
 *
 * SHA-256 of the message after what the ways of keeping it change is taken away:
 * - line ends: CRs right before LF go (IMAP sends CRLF, files have LF). A CR elsewhere counts.
 * - trailing empty lines, and whether the last line has an end (an mbox adds an empty line).
 * - From_ and >From_ lines before the message; all ">" of a line ">From " (an mbox writer adds
 *   one, or none, and not every reader takes it off).
 * - these header fields, with their folds, in the message's own header only; mail programs write
 *   their marks into them inside an mbox file, and IMAP servers hide them:
 *   Status X-Status X-Keywords X-UID X-IMAP X-IMAPbase Content-Length Lines (c-client, Dovecot,
 *   mutt; mboxcl), X-Mozilla-Status X-Mozilla-Status2 X-Mozilla-Keys (Thunderbird),
 *   X-GM-THRID X-Gmail-Labels (mailboxes taken out of Gmail).
 * What is told apart on purpose: Return-Path, Delivered-To, Received and the like. They are in the
 * stored message whatever the way to it; two of them with different trace fields are two mails.
 * Known difference: NUL octets, which IMAP cannot carry.
 *
 * This is stored for ever: a change of rule makes all kept mails new. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define MAIL_DIGEST_OCTETS 32

void mail_digest(struct span message, unsigned char digest[MAIL_DIGEST_OCTETS]);
