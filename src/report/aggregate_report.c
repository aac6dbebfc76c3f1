/* SPDX-License-Identifier: Apache-2.0 */
#include "report/aggregate_report.h"

#include <gio/gio.h>
#include <libxml/xmlreader.h>
#include <stdlib.h>

#include "base/domain.h"
#include "base/fault.h"
#include "base/text.h"
#include "report/content_kind.h"

#define TEXT_OCTETS_MAX 1000
#define CHUNK_OCTETS (64 * 1024)
#define PACKINGS_MAX 2
#define DEPTH_MAX 16

typedef xmlTextReader XmlReader;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlReader, xmlFreeTextReader)

void
aggregate_report_free(struct aggregate_report *report)
{
    if (report == NULL)
        return;
    g_free(report->org_name);
    g_free(report->email);
    g_free(report->report_id);
    g_free(report->domain);
    g_free(report->submitter);
    g_free(report);
}

/* Appends what the stream holds; a damaged or cut one gives what came before. False: too much. */
static bool
inflate_all(struct span packed, GZlibCompressorFormat format, GByteArray *out)
{
    g_autoptr(GZlibDecompressor) inflater = g_zlib_decompressor_new(format);
    gsize done = 0;
    while (packed.len > 0) {
        guint before = out->len;
        gsize read_now = 0;
        gsize wrote = 0;
        GConverterResult result;
        if (before > AGGREGATE_OCTETS_MAX)
            return false;
        g_byte_array_set_size(out, before + CHUNK_OCTETS);
        result = g_converter_convert(G_CONVERTER(inflater), packed.octets + done, packed.len - done,
                                     out->data + before, CHUNK_OCTETS, G_CONVERTER_INPUT_AT_END,
                                     &read_now, &wrote, NULL);
        if (result == G_CONVERTER_ERROR) {
            g_byte_array_set_size(out, before);
            return true;
        }
        g_byte_array_set_size(out, before + (guint)wrote);
        done += read_now;
        if (result == G_CONVERTER_FINISHED || (read_now == 0 && wrote == 0))
            return true;
    }
    return true;
}

static size_t
little_endian16(struct span octets, size_t at)
{
    return (size_t)(unsigned char)octets.octets[at] | (size_t)(unsigned char)octets.octets[at + 1]
                                                          << 8;
}

/* Takes one packing off; *octets then lies in `room`, or where it was. False: too much. */
static bool
unpack_once(struct span *octets, GByteArray *room)
{
    if (span_starts_nocase(*octets, "\x1f\x8b")) {
        if (!inflate_all(*octets, G_ZLIB_COMPRESSOR_FORMAT_GZIP, room))
            return false;
    } else if (octets->len > 30 && memcmp(octets->octets, "PK\3\4", 4) == 0) {
        size_t start = 30 + little_endian16(*octets, 26) + little_endian16(*octets, 28);
        size_t method = little_endian16(*octets, 8);
        struct span member = span_from(*octets, start);
        if (method == 0) {
            size_t size = little_endian16(*octets, 18) | little_endian16(*octets, 20) << 16;
            *octets = size > 0 ? span_head(member, size) : member;
            return true;
        }
        if (method == 8 && !inflate_all(member, G_ZLIB_COMPRESSOR_FORMAT_RAW, room))
            return false;
    } else {
        return true;
    }
    *octets = (struct span){ (const char *)room->data, room->len };
    return true;
}

/* ---- XML ---- */

struct reading {
    struct aggregate_report *report;
    xmlTextReader *xml;
    const char *path[DEPTH_MAX]; /* local names of the open elements, in libxml2's dictionary */
};

static bool
is_at(const struct reading *reading, int depth, const char *parent, const char *name)
{
    return depth == 2 && g_strcmp0(reading->path[1], parent) == 0 &&
           g_strcmp0(reading->path[2], name) == 0;
}

static void
take(char **field, struct span text)
{
    if (*field == NULL && text.len > 0)
        *field = text_utf8(span_head(text, TEXT_OCTETS_MAX));
}

static void
take_time(int64_t *field, struct span text)
{
    g_autofree char *digits = span_dup(span_head(text, 15));
    if (*field == 0)
        *field = g_ascii_strtoll(digits, NULL, 10);
}

/* `depth` is that of the element that has the text. */
static void
take_text(struct reading *reading, int depth, struct span text)
{
    struct aggregate_report *report = reading->report;
    text = span_trim(text);
    if (is_at(reading, depth, "report_metadata", "org_name"))
        take(&report->org_name, text);
    else if (is_at(reading, depth, "report_metadata", "email"))
        take(&report->email, text);
    else if (is_at(reading, depth, "report_metadata", "report_id"))
        take(&report->report_id, text);
    else if (is_at(reading, depth, "policy_published", "domain") && report->domain == NULL)
        report->domain = domain_canonical(text);
    else if (depth == 3 && g_strcmp0(reading->path[2], "date_range") == 0 &&
             g_strcmp0(reading->path[1], "report_metadata") == 0)
        take_time(g_strcmp0(reading->path[3], "begin") == 0 ? &report->begin : &report->end, text);
}

/* False: a DOCTYPE, the wrong root, or too deep. */
static bool
take_node(struct reading *reading)
{
    int depth = xmlTextReaderDepth(reading->xml);
    switch (xmlTextReaderNodeType(reading->xml)) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return false;
    case XML_READER_TYPE_ELEMENT:
        if (depth < 0 || depth >= DEPTH_MAX)
            return false;
        reading->path[depth] = (const char *)xmlTextReaderConstLocalName(reading->xml);
        if (depth == 0 && strcmp(reading->path[0], "feedback") != 0)
            return false;
        reading->report->records += depth == 1 && strcmp(reading->path[1], "record") == 0;
        return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        take_text(reading, depth - 1, span_of((const char *)xmlTextReaderConstValue(reading->xml)));
        return true;
    default:
        return true;
    }
}

static struct aggregate_report *
read_xml(struct span text, GError **error)
{
    g_autoptr(AggregateReport) report = g_new0(struct aggregate_report, 1);
    g_autoptr(XmlReader) xml = xmlReaderForMemory(text.octets, (int)text.len, NULL, NULL,
                                                  XML_PARSE_NONET | XML_PARSE_NOERROR |
                                                      XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    struct reading reading = { .report = report, .xml = xml };
    while (xml != NULL && xmlTextReaderRead(xml) == 1) {
        if (!take_node(&reading)) {
            g_set_error_literal(error, FAULT, FAULT_REJECT,
                                "XML is no DMARC report, or has a DOCTYPE or too many levels");
            return NULL;
        }
    }
    if (report->domain == NULL || (report->org_name == NULL && report->email == NULL)) {
        g_set_error_literal(error, FAULT, FAULT_REJECT,
                            "XML has no policy domain or nobody who reports");
        return NULL;
    }
    if (report->report_id != NULL) {
        g_strdelimit(report->report_id, "<>", ' ');
        g_strstrip(report->report_id);
    }
    return g_steal_pointer(&report);
}

struct aggregate_report *
aggregate_report_read(struct span octets, GError **error)
{
    g_autoptr(GByteArray) once = g_byte_array_new();
    g_autoptr(GByteArray) twice = g_byte_array_new();
    GByteArray *rooms[PACKINGS_MAX] = { once, twice };
    bool fits = true;
    for (size_t i = 0; fits && i < PACKINGS_MAX; i++)
        fits = unpack_once(&octets, rooms[i]);
    if (!fits || octets.len > AGGREGATE_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "report holds more than %d octets",
                    AGGREGATE_OCTETS_MAX);
        return NULL;
    }
    octets = span_trim(octets);
    if (octets.len == 0 || (octets.octets[0] != '<' && octets.octets[0] != '\xEF')) {
        g_set_error_literal(error, FAULT, FAULT_REJECT, "no XML");
        return NULL;
    }
    return read_xml(octets, error);
}

/* ---- the message ---- */

/* "receiver.example!policy.example!1!2.xml.gz" (RFC 7489, 7.2.1.1). */
static char *
submitter_of_name(const char *name)
{
    ptrdiff_t mark = name != NULL ? span_find(span_of(name), '!') : -1;
    return mark > 0 ? domain_canonical(span_head(span_of(name), (size_t)mark)) : NULL;
}

struct aggregate_report *
aggregate_report_of_message(struct span message, GError **error)
{
    g_autoptr(MimeMessage) parsed = gmime_border_parse(message);
    g_autoptr(MessageShape) shape = parsed != NULL ? message_shape_of(parsed) : NULL;
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    const GPtrArray *lists[] = { shape != NULL ? shape->files : NULL,
                                 shape != NULL ? shape->texts : NULL };
    for (size_t k = 0; k < G_N_ELEMENTS(lists); k++) {
        for (guint i = 0; lists[k] != NULL && i < lists[k]->len; i++) {
            GMimePart *part = g_ptr_array_index(lists[k], i);
            struct span content = { NULL, 0 };
            struct aggregate_report *report;
            enum report_kind kind;
            if (GMIME_IS_PART(part))
                content = gmime_border_content(part, scratch);
            if (!content_kind_of_octets(content, &kind) || kind != REPORT_AGGREGATE)
                continue;
            report = aggregate_report_read(content, error);
            if (report != NULL)
                report->submitter = submitter_of_name(g_mime_part_get_filename(part));
            return report;
        }
    }
    g_set_error_literal(error, FAULT, FAULT_REJECT, "no part holds a DMARC aggregate report");
    return NULL;
}
