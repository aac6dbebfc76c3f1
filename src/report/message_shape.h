/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_shape - the parts of a message that make it a report, without looking into the mail that
 * was reported: a feedback part in there was written by the spammer
 */
#pragma once

#include <stdbool.h>

#include "report/gmime_border.h"

/* A feedback part and the reported mail that follows it; either may be NULL, not both. */
struct shape_pair {
    GMimePart *feedback;
    GMimeObject *original; /* GMimeMessagePart, or GMimePart of headers or of a coded message */
    bool headers_only;
};

struct message_shape {
    GArray *pairs;       /* of struct shape_pair, in order of appearance */
    GPtrArray *messages; /* GMimeObject: all attached messages, those in pairs included */
    GPtrArray *texts;    /* GMimePart: text parts of the message itself */
    GPtrArray *files;    /* GMimePart: the other leaves */
    bool truncated;      /* LIMIT_PARTS or LIMIT_MIME_DEPTH was reached */
};

/* Everything inside is borrowed from the message. Caller frees with message_shape_free(). */
struct message_shape *message_shape_of(GMimeMessage *message);
void message_shape_free(struct message_shape *shape); /* NULL is allowed */
typedef struct message_shape MessageShape;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageShape, message_shape_free)
/* True when one of the pairs has a feedback part. */
bool message_shape_has_feedback(const struct message_shape *shape);
