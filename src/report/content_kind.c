/* SPDX-License-Identifier: Apache-2.0 */
#include "report/content_kind.h"

#include <gio/gio.h>

#include "base/fault.h"
#include "report/mail_read.h"

/* Unpacks the head of a gzip or raw deflate stream; what is damaged gives what came before. */
static void
inflate_head(struct span packed, GZlibCompressorFormat format, GByteArray *head)
{
    g_autoptr(GZlibDecompressor) inflater = g_zlib_decompressor_new(format);
    gsize done = 0;
    gsize got = 0;
    GConverterResult result = G_CONVERTER_CONVERTED;
    g_byte_array_set_size(head, CONTENT_HEAD_OCTETS);
    while (result == G_CONVERTER_CONVERTED && got < CONTENT_HEAD_OCTETS && done < packed.len) {
        gsize read_now = 0;
        gsize wrote = 0;
        result = g_converter_convert(G_CONVERTER(inflater), packed.octets + done, packed.len - done,
                                     head->data + got, CONTENT_HEAD_OCTETS - got,
                                     G_CONVERTER_INPUT_AT_END, &read_now, &wrote, NULL);
        done += result == G_CONVERTER_ERROR ? 0 : read_now;
        got += result == G_CONVERTER_ERROR ? 0 : wrote;
        if (read_now == 0 && wrote == 0)
            break;
    }
    g_byte_array_set_size(head, (guint)got);
}

static unsigned
little_endian16(const char *at)
{
    return (unsigned)(unsigned char)at[0] | (unsigned)(unsigned char)at[1] << 8;
}

/* The head of what is packed: gzip, or the first member of a zip; else the octets themselves. */
static struct span
unpacked_head(struct span octets, GByteArray *head)
{
    if (span_starts_nocase(octets, "\x1f\x8b")) {
        inflate_head(octets, G_ZLIB_COMPRESSOR_FORMAT_GZIP, head);
        return (struct span){ (const char *)head->data, head->len };
    }
    if (octets.len > 30 && memcmp(octets.octets, "PK\3\4", 4) == 0) {
        unsigned method = little_endian16(octets.octets + 8);
        size_t start =
            30 + (size_t)little_endian16(octets.octets + 26) + little_endian16(octets.octets + 28);
        struct span member = span_from(octets, start);
        if (method == 0)
            return span_head(member, CONTENT_HEAD_OCTETS);
        if (method == 8)
            inflate_head(member, G_ZLIB_COMPRESSOR_FORMAT_RAW, head);
        return (struct span){ (const char *)head->data, head->len };
    }
    return span_head(octets, CONTENT_HEAD_OCTETS);
}

/* The root element of an aggregate report, with or without a namespace prefix. */
static bool
is_feedback_xml(struct span text)
{
    ptrdiff_t root = span_find_string(text, "<feedback");
    return root >= 0 && (span_find_string(text, "<report_metadata") >= 0 ||
                         span_find_string(text, "<policy_published") >= 0);
}

static bool
is_tls_json(struct span text)
{
    return span_find_string(text, "\"policies\"") >= 0 &&
           (span_find_string(text, "\"date-range\"") >= 0 ||
            span_find_string(text, "\"organization-name\"") >= 0);
}

bool
content_kind_of_octets(struct span octets, enum report_kind *kind)
{
    g_autoptr(GByteArray) once = g_byte_array_new();
    g_autoptr(GByteArray) twice = g_byte_array_new();
    struct span head = unpacked_head(octets, once);
    head = unpacked_head(head, twice); /* a gzip in a gzip has been seen */
    head = span_trim(span_after_mark(head));
    if (head.len == 0 || (head.octets[0] != '<' && head.octets[0] != '{'))
        return false;
    if (head.octets[0] == '<' ? !is_feedback_xml(head) : !is_tls_json(head))
        return false;
    *kind = head.octets[0] == '<' ? REPORT_AGGREGATE : REPORT_TLSRPT;
    return true;
}

bool
content_kind_of_parts(const struct message_shape *shape, enum report_kind *kind)
{
    const GPtrArray *lists[] = { shape->files, shape->texts };
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    for (size_t k = 0; k < G_N_ELEMENTS(lists); k++) {
        for (guint i = 0; i < lists[k]->len; i++) {
            GMimeObject *object = g_ptr_array_index(lists[k], i);
            if (GMIME_IS_PART(object) &&
                content_kind_of_octets(gmime_border_content(GMIME_PART(object), scratch), kind))
                return true;
        }
    }
    return false;
}

/* What a person who looks at the quarantine would call it. */
static const char *
looks_like(const struct mail *mail)
{
    const char *automatic = mail_field(mail, "Auto-Submitted");
    const char *report_type = mail->part_count > 0 ? mail->parts[0].report_type : NULL;
    if (report_type != NULL && strcmp(report_type, "delivery-status") == 0)
        return "a delivery status notification (bounce)";
    if (report_type != NULL && strcmp(report_type, "disposition-notification") == 0)
        return "a read receipt";
    if (mail_field(mail, "X-Failed-Recipients") != NULL)
        return "a bounce";
    if (automatic != NULL && g_ascii_strncasecmp(automatic, "no", 2) != 0)
        return "an automatic message";
    if (mail->field_count == 0)
        return "no mail at all: it has no header";
    return "an ordinary mail";
}

void
content_kind_explain(struct span message, GError **error)
{
    g_autoptr(GStringChunk) arena = g_string_chunk_new(1024);
    g_autoptr(MimeMessage) parsed = gmime_border_parse(message);
    struct mail_reader reader = { .arena = arena };
    struct mail empty = { .field_count = 0 };
    struct mail *mail = parsed != NULL ? mail_read(&reader, parsed, MAIL_HEADER) : NULL;
    g_set_error(error, FAULT, FAULT_REJECT,
                "not a report: no message/feedback-report part and no known form of text; it looks "
                "like %s",
                looks_like(mail != NULL ? mail : &empty));
    mail_free(mail);
}
