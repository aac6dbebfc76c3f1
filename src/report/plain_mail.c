/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plain_mail.h"

#include "base/fault.h"
#include "base/limits.h"
#include "report/field.h"
#include "report/message_mend.h"
#include "report/message_shape.h"
#include "report/report_build.h"

/* The field of a mail that came back, whole or its header alone. */
static void
add_returned(GPtrArray *brought, GMimeObject *part)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    g_autoptr(GStringChunk) arena = g_string_chunk_new(4096);
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        const char *id =
            inner != NULL ? g_mime_object_get_header(GMIME_OBJECT(inner), "Message-ID") : NULL;
        if (id != NULL)
            g_ptr_array_add(brought, g_strdup(id));
        return;
    }
    if (!GMIME_IS_PART(part))
        return;
    field_read(field_skip_preamble(gmime_border_content(GMIME_PART(part), scratch)),
               FIELD_END_AT_EMPTY, arena, fields);
    for (guint i = 0; i < fields->len; i++) {
        const struct mail_field *field = &g_array_index(fields, struct mail_field, i);
        if (g_ascii_strcasecmp(field->name, "Message-ID") == 0) {
            g_ptr_array_add(brought, g_strdup(field->value));
            return;
        }
    }
}

static void
read_brought(GMimeMessage *message, GPtrArray *brought, size_t max)
{
    g_autoptr(MessageShape) shape = message_shape_of(message);
    for (guint i = 0; i < shape->messages->len && brought->len < max; i++)
        add_returned(brought, g_ptr_array_index(shape->messages, i));
    for (guint i = 0; i < shape->pairs->len && brought->len < max; i++) {
        const struct shape_pair *pair = &g_array_index(shape->pairs, struct shape_pair, i);
        if (pair->original != NULL && pair->headers_only)
            add_returned(brought, pair->original);
    }
}

struct report *
plain_mail_read(struct span octets, GPtrArray *brought, size_t max, GError **error)
{
    g_autoptr(GBytes) mended = NULL;
    octets = field_skip_preamble(octets);
    if (octets.len > LIMIT_MESSAGE_OCTETS || octets.len == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "no mail of at most %d octets",
                    LIMIT_MESSAGE_OCTETS);
        return NULL;
    }
    mended = mend_bare_cr(octets);
    if (mended != NULL)
        octets = span_of_bytes(mended);
    g_autoptr(MimeMessage) message = gmime_border_parse(octets);
    if (message == NULL) {
        g_set_error_literal(error, FAULT, FAULT_REJECT, "a message without a header");
        return NULL;
    }
    g_autoptr(Report) report = report_new(REPORT_SPAMTRAP, message);
    report_read_original_message(report, message);
    if (report->original == NULL) { /* what says its MIME type alone is no mail either */
        g_set_error_literal(error, FAULT, FAULT_REJECT, "a message without a field of a mail");
        return NULL;
    }
    read_brought(message, brought, max);
    return g_steal_pointer(&report);
}
