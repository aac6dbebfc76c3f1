/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_parse.h"

#include "base/fault.h"
#include "base/limits.h"
#include "report/content_kind.h"
#include "report/feedback_report.h"
#include "report/field.h"
#include "report/message_shape.h"
#include "report/report_build.h"
#include "report/text_report.h"
#include "report/xarf_report.h"

#define BARE_CR_FIELDS 3

void
report_open(void)
{
    gmime_border_open();
}

static void
report_unref(gpointer report)
{
    report_free(report);
}

/* Reports of one message that has a feedback part. *suspicious is set when a feedback part held no
 * field: then the line between its header and its body may have been spoilt. */
static void
add_arf(GPtrArray *reports, GMimeMessage *message, const struct message_shape *shape,
        const struct report_settings *settings, bool *suspicious)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    for (guint i = 0; i < shape->pairs->len; i++) {
        const struct shape_pair *pair = &g_array_index(shape->pairs, struct shape_pair, i);
        struct report *report;
        if (pair->feedback == NULL)
            continue;
        report = report_new(REPORT_ARF, message);
        report->truncated |= shape->truncated;
        if (feedback_report_read(gmime_border_content(pair->feedback, scratch), report) == 0)
            *suspicious = true;
        if (pair->original != NULL)
            report_read_original(report, pair->original, pair->headers_only);
        report_finish(report, settings);
        g_ptr_array_add(reports, report);
    }
}

/* Reports that somebody forwarded as attached messages. */
static void
add_attached(GPtrArray *reports, const struct message_shape *shape,
             const struct report_settings *settings, bool *suspicious)
{
    for (guint i = 0; i < shape->messages->len; i++) {
        GMimeObject *object = g_ptr_array_index(shape->messages, i);
        GMimeMessage *message = GMIME_IS_MESSAGE_PART(object)
                                    ? g_mime_message_part_get_message(GMIME_MESSAGE_PART(object))
                                    : NULL;
        g_autoptr(MessageShape) inner = message != NULL ? message_shape_of(message) : NULL;
        if (inner != NULL && message_shape_has_feedback(inner))
            add_arf(reports, message, inner, settings, suspicious);
    }
}

static void
add_recognised(GPtrArray *reports, GMimeMessage *message, const struct message_shape *shape)
{
    enum report_kind kind;
    if (content_kind_of_parts(shape, &kind))
        g_ptr_array_add(reports, report_new(kind, message));
}

static void
parse_message(GPtrArray *reports, struct span octets, const struct report_settings *settings,
              bool *suspicious)
{
    g_autoptr(MimeMessage) message = gmime_border_parse(octets);
    g_autoptr(MessageShape) shape = message != NULL ? message_shape_of(message) : NULL;
    struct report *report = NULL;
    if (shape == NULL)
        return;
    add_arf(reports, message, shape, settings, suspicious);
    if (reports->len == 0)
        add_attached(reports, shape, settings, suspicious);
    if (reports->len == 0 && (report = xarf_report_read(message, shape, settings)) != NULL)
        g_ptr_array_add(reports, report);
    if (reports->len == 0 && (report = text_report_read(message, shape, settings)) != NULL)
        g_ptr_array_add(reports, report);
    if (reports->len == 0)
        add_recognised(reports, message, shape);
    for (guint i = 0; reports->len > 1 && i < reports->len; i++)
        ((struct report *)g_ptr_array_index(reports, i))->part = i + 1;
}

/* True when a CR that ends a line alone stands before something like a field: "\rSubject:". */
static bool
begins_field(struct span after)
{
    struct span head = span_head(after, 40);
    size_t len = 0;
    while (len < head.len && (g_ascii_isalnum(head.octets[len]) || head.octets[len] == '-'))
        len++;
    return len > 1 && len < head.len && head.octets[len] == ':';
}

/* Line ends of a bare CR (old Macs) become LF, in the whole message: a report may hold a reported
 * mail of that sort. NULL when fewer than BARE_CR_FIELDS fields begin behind one. */
static GBytes *
mend_bare_cr(struct span octets)
{
    char *mended = NULL;
    unsigned fields = 0;
    ptrdiff_t at;
    for (size_t from = 0; fields < BARE_CR_FIELDS; from += (size_t)at + 1) {
        at = span_find(span_from(octets, from), '\r');
        if (at < 0)
            return NULL;
        fields += begins_field(span_from(octets, from + (size_t)at + 1));
    }
    mended = g_memdup2(octets.octets, octets.len);
    for (size_t i = 0; i < octets.len; i++)
        if (mended[i] == '\r' && (i + 1 == octets.len || mended[i + 1] != '\n'))
            mended[i] = '\n';
    return g_bytes_new_take(mended, octets.len);
}

/* Lines of white space alone become empty lines: some programs write them between a header and its
 * body (Lotus Notes). NULL when there is none. */
static GBytes *
mend_blank_lines(struct span octets)
{
    GString *mended = g_string_sized_new(octets.len);
    struct span rest = octets;
    struct span line;
    bool changed = false;
    while (span_line(&rest, &line)) {
        bool blank = line.len > 0 && span_trim(line).len == 0;
        changed |= blank;
        if (!blank)
            g_string_append_len(mended, line.octets, (gssize)line.len);
        g_string_append_c(mended, '\n');
    }
    if (!changed) {
        g_string_free(mended, TRUE);
        return NULL;
    }
    return g_string_free_to_bytes(mended);
}

static GPtrArray *
parse_mended(struct span octets, const struct report_settings *settings)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(report_unref);
    g_autoptr(GBytes) mended = NULL;
    bool suspicious = false;
    parse_message(reports, octets, settings, &suspicious);
    if ((reports->len == 0 || suspicious) && (mended = mend_blank_lines(octets)) != NULL) {
        g_autoptr(GPtrArray) again = g_ptr_array_new_with_free_func(report_unref);
        bool still = false;
        parse_message(again, span_of_bytes(mended), settings, &still);
        if (again->len > 0 && (reports->len == 0 || !still))
            return g_steal_pointer(&again);
    }
    return g_steal_pointer(&reports);
}

static struct report *
trapped_mail(struct span octets, const struct report_settings *settings)
{
    g_autoptr(MimeMessage) message = gmime_border_parse(octets);
    struct report *report;
    if (message == NULL)
        return NULL;
    report = report_new(REPORT_SPAMTRAP, message);
    report->feedback_type = "abuse";
    report_read_original_message(report, message);
    report_finish(report, settings);
    return report;
}

GPtrArray *
reports_parse(struct span octets, const struct report_settings *settings, GError **error)
{
    g_autoptr(GBytes) mended = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    struct report *trapped;
    enum report_kind kind;
    if (octets.len > LIMIT_MESSAGE_OCTETS) {
        g_set_error(error, FAULT, FAULT_REJECT, "message of %zu octets is over the limit of %d",
                    octets.len, LIMIT_MESSAGE_OCTETS);
        return NULL;
    }
    octets = field_skip_preamble(octets);
    if (octets.len == 0) {
        g_set_error_literal(error, FAULT, FAULT_REJECT, "message is empty");
        return NULL;
    }
    mended = mend_bare_cr(octets);
    if (mended != NULL)
        octets = span_of_bytes(mended);
    reports = parse_mended(octets, settings);
    if (reports->len == 0 && settings != NULL && settings->spamtrap &&
        (trapped = trapped_mail(octets, settings)) != NULL)
        g_ptr_array_add(reports, trapped);
    if (reports->len == 0 && content_kind_of_octets(octets, &kind)) /* a bare file */
        g_ptr_array_add(reports, report_new(kind, NULL));
    if (reports->len == 0) {
        content_kind_explain(octets, error);
        return NULL;
    }
    return g_steal_pointer(&reports);
}
