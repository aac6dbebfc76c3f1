/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gmime_border - GMime's oddities, kept in one place
 *
 * Everything that leaves here is valid UTF-8 or plain octets with a length. GMime objects are
 * borrowed unless a function says otherwise. Threads: gmime_border_open() comes first; then each
 * thread parses for itself, an object tree belongs to one thread.
 */
#pragma once

#include <gmime/gmime.h>

#include "base/span.h"

/* GMime 3.2 ships no autoptrs. */
typedef GMimeMessage MimeMessage;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeMessage, g_object_unref)

/* Once a process, before threads start; later calls do nothing. */
void gmime_border_open(void);
/* Parses one message; the octets must outlive it (they are not copied). NULL only when there is
 * no header at all. Caller unrefs. */
GMimeMessage *gmime_border_parse(struct span octets);
/* True when mime_guard.h had to take something out of the message first. */
bool gmime_border_was_cut(GMimeMessage *message);
/* The part's octets with the transfer encoding undone: borrowed from the message where nothing was
 * encoded, else from `scratch`, whose old content goes. */
struct span gmime_border_content(GMimePart *part, GByteArray *scratch);
/* "text/plain" in lower case; `out` is overwritten. */
void gmime_border_type(GMimeObject *object, GString *out);
/* A header field value, unfolded, its encoded words decoded; `out` is overwritten. */
void gmime_border_header(struct span raw, GString *out);
/* Octets of a text in `charset` (NULL: unknown) as UTF-8, appended to `out`. A wrong or unknown
 * charset is answered by UTF-8 when the octets are valid, else by Windows-1252. */
void gmime_border_text(struct span octets, const char *charset, GString *out);
