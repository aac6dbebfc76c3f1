/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_parse.h"

#include "base/fault.h"
#include "base/limits.h"
#include "report/content_kind.h"
#include "report/feedback_report.h"
#include "report/field.h"
#include "report/message_mend.h"
#include "report/message_shape.h"
#include "report/report_build.h"
#include "report/text_report.h"
#include "report/xarf_report.h"

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

/* What makes a second try worth while. */
struct doubts {
    bool empty_feedback; /* no field in it: the line behind its header may have been spoilt */
    bool no_boundary;    /* a multipart whose parts can't be told apart */
};

/* Reports of one message that has a feedback part. */
static void
add_arf(GPtrArray *reports, GMimeMessage *message, const struct message_shape *shape,
        const struct report_settings *settings, struct doubts *doubts)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    const struct report *first = NULL;
    for (guint i = 0; i < shape->pairs->len; i++) {
        const struct shape_pair *pair = &g_array_index(shape->pairs, struct shape_pair, i);
        struct report *report;
        if (pair->feedback == NULL)
            continue;
        report = first != NULL ? report_new_beside(first) : report_new(REPORT_ARF, message);
        first = first != NULL ? first : report;
        report->truncated |= shape->truncated || first->truncated;
        if (feedback_report_read(gmime_border_content(pair->feedback, scratch), report) == 0)
            doubts->empty_feedback = true;
        if (pair->original != NULL)
            report_read_original(report, pair->original, pair->headers_only);
        report_finish(report, settings);
        g_ptr_array_add(reports, report);
    }
}

/* A reference to the attached message; one that came in base64 is parsed here, its octets stay in
 * `octets`. NULL: there is none. */
static GMimeMessage *
attached_message(GMimeObject *object, GByteArray *octets)
{
    GMimeMessage *message;
    if (GMIME_IS_PART(object))
        return gmime_border_parse(
            field_skip_preamble(gmime_border_content(GMIME_PART(object), octets)));
    message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    return message != NULL ? g_object_ref(message) : NULL;
}

/* Reports that somebody forwarded as attached messages. */
static void
add_attached(GPtrArray *reports, const struct message_shape *shape,
             const struct report_settings *settings, struct doubts *doubts)
{
    for (guint i = 0; i < shape->messages->len; i++) {
        GMimeObject *object = g_ptr_array_index(shape->messages, i);
        g_autoptr(GByteArray) octets = g_byte_array_new();
        g_autoptr(MimeMessage) message = attached_message(object, octets);
        g_autoptr(MessageShape) inner = message != NULL ? message_shape_of(message) : NULL;
        if (inner != NULL && message_shape_has_feedback(inner))
            add_arf(reports, message, inner, settings, doubts);
    }
}

static void
add_recognised(GPtrArray *reports, GMimeMessage *message, const struct message_shape *shape)
{
    enum report_kind kind;
    if (content_kind_of_parts(shape, &kind))
        g_ptr_array_add(reports, report_new(kind, message));
}

static bool
lacks_boundary(GMimeMessage *message)
{
    GMimeObject *root = g_mime_message_get_mime_part(message);
    return GMIME_IS_MULTIPART(root) &&
           g_mime_object_get_content_type_parameter(root, "boundary") == NULL;
}

/* "Feedback-Type: xarf": X-ARF v4 by mail; all that counts stands in the JSON part. */
static bool
announces_xarf(const GPtrArray *reports)
{
    const struct report *first = reports->len == 1 ? g_ptr_array_index(reports, 0) : NULL;
    return first != NULL && strcmp(first->feedback_type, "xarf") == 0;
}

static void
parse_message(GPtrArray *reports, struct span octets, const struct report_settings *settings,
              struct doubts *doubts)
{
    g_autoptr(MimeMessage) message = gmime_border_parse(octets);
    g_autoptr(MessageShape) shape = message != NULL ? message_shape_of(message) : NULL;
    struct report *report = NULL;
    if (shape == NULL)
        return;
    doubts->no_boundary = lacks_boundary(message);
    add_arf(reports, message, shape, settings, doubts);
    if (announces_xarf(reports) && (report = xarf_report_read(message, shape, settings)) != NULL) {
        g_ptr_array_set_size(reports, 0);
        g_ptr_array_add(reports, report);
    }
    if (reports->len == 0)
        add_attached(reports, shape, settings, doubts);
    if (reports->len == 0 && (report = xarf_report_read(message, shape, settings)) != NULL)
        g_ptr_array_add(reports, report);
    if (reports->len == 0 && (report = text_report_read(message, shape, settings)) != NULL)
        g_ptr_array_add(reports, report);
    if (reports->len == 0)
        add_recognised(reports, message, shape);
    for (guint i = 0; reports->len > 1 && i < reports->len; i++)
        ((struct report *)g_ptr_array_index(reports, i))->part = i + 1;
}

static GPtrArray *
parse_mended(struct span octets, const struct report_settings *settings)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(report_unref);
    g_autoptr(GPtrArray) again = g_ptr_array_new_with_free_func(report_unref);
    g_autoptr(GBytes) mended = NULL;
    struct doubts doubts = { false, false };
    struct doubts still = { false, false };
    parse_message(reports, octets, settings, &doubts);
    if (reports->len > 0 && !doubts.empty_feedback)
        return g_steal_pointer(&reports);
    mended = doubts.no_boundary ? mend_boundary(octets) : mend_blank_lines(octets);
    if (mended == NULL)
        return g_steal_pointer(&reports);
    parse_message(again, span_of_bytes(mended), settings, &still);
    if (again->len > 0 && (reports->len == 0 || !still.empty_feedback))
        return g_steal_pointer(&again);
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
