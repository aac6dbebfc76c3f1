/* SPDX-License-Identifier: Apache-2.0 */
#include "report/original_octets.h"

#include "report/field.h"
#include "report/message_mend.h"
#include "report/message_shape.h"

static GBytes *
bytes_of(struct span octets)
{
    octets = field_skip_preamble(octets);
    return octets.len > 0 ? g_bytes_new(octets.octets, octets.len) : NULL;
}

/* An attached message written out as it was parsed. */
static GBytes *
bytes_of_message(GMimeMessage *message)
{
    GMimeStream *stream = message != NULL ? g_mime_stream_mem_new() : NULL;
    GByteArray *octets;
    GBytes *bytes = NULL;
    if (stream == NULL)
        return NULL;
    if (g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, stream) >= 0) {
        octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        bytes = bytes_of((struct span){ (const char *)octets->data, octets->len });
    }
    g_object_unref(stream);
    return bytes;
}

static GBytes *
bytes_of_part(GMimeObject *object)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    if (GMIME_IS_MESSAGE_PART(object))
        return bytes_of_message(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
    return GMIME_IS_PART(object) ? bytes_of(gmime_border_content(GMIME_PART(object), scratch))
                                 : NULL;
}

/* The mail of the feedback part of that number; *pairs counts on. */
static GBytes *
of_shape(const struct message_shape *shape, unsigned part, unsigned *pairs, bool *headers_only)
{
    for (guint i = 0; i < shape->pairs->len; i++) {
        const struct shape_pair *pair = &g_array_index(shape->pairs, struct shape_pair, i);
        if (pair->feedback == NULL)
            continue;
        ++*pairs;
        if (pair->original == NULL || (part != 0 && *pairs != part))
            continue;
        *headers_only = pair->headers_only;
        return bytes_of_part(pair->original);
    }
    return NULL;
}

/* Reports that somebody forwarded as attached messages. */
static GBytes *
of_attached(const struct message_shape *shape, unsigned part, unsigned *pairs, bool *headers_only)
{
    for (guint i = 0; i < shape->messages->len; i++) {
        g_autoptr(GBytes) octets = bytes_of_part(g_ptr_array_index(shape->messages, i));
        g_autoptr(MimeMessage) message =
            octets != NULL ? gmime_border_parse(span_of_bytes(octets)) : NULL;
        g_autoptr(MessageShape) inner = message != NULL ? message_shape_of(message) : NULL;
        GBytes *found = inner != NULL ? of_shape(inner, part, pairs, headers_only) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

static GBytes *
of_message(struct span octets, unsigned part, bool *headers_only, bool *is_report)
{
    g_autoptr(MimeMessage) message = gmime_border_parse(octets);
    g_autoptr(MessageShape) shape = message != NULL ? message_shape_of(message) : NULL;
    unsigned pairs = 0;
    GBytes *found;
    if (shape == NULL)
        return NULL;
    found = of_shape(shape, part, &pairs, headers_only);
    if (found == NULL && pairs == 0)
        found = of_attached(shape, part, &pairs, headers_only);
    *is_report = pairs > 0;
    if (found == NULL && pairs == 0 && shape->messages->len > 0)
        found = bytes_of_part(g_ptr_array_index(shape->messages, 0));
    return found;
}

GBytes *
original_octets(struct span message, unsigned part, bool *headers_only, GError **error)
{
    g_autoptr(GBytes) bare = NULL;
    g_autoptr(GBytes) mended = NULL;
    bool is_report = false;
    GBytes *found;
    *headers_only = false;
    message = field_skip_preamble(message);
    bare = mend_bare_cr(message);
    if (bare != NULL)
        message = span_of_bytes(bare);
    found = of_message(message, part, headers_only, &is_report);
    if (found == NULL && !is_report && (mended = mend_boundary(message)) != NULL)
        found = of_message(span_of_bytes(mended), part, headers_only, &is_report);
    if (found == NULL && !is_report)
        found = bytes_of(message);
    if (found == NULL)
        g_set_error(error, FAULT, FAULT_REJECT, "the report holds nothing of the mail");
    return found;
}
