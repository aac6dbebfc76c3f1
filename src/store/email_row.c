/* SPDX-License-Identifier: Apache-2.0 */
/* The row of table arfEmail. */
#include "store/batch.h"

#include <string.h>

#include "base/text.h"
#include "store/arrival.h"

#define TEXT_OCTETS_MAX 65000 /* of a TEXT column */
#define CHARS_WORD 64
#define CHARS_NAME 255
#define CHARS_LONG 766
#define CHARS_MESSAGE_ID 998

/* clang-format off */
#define COLUMNS(X) \
    X(EMAIL_ID, "emailId", CELL_NUMBER) \
    X(FEEDBACK_TYPE, "feedbackType", CELL_TEXT) \
    X(FEEDBACK_TYPE_RAW, "feedbackTypeRaw", CELL_TEXT) \
    X(EMAIL_TYPE, "emailType", CELL_TEXT) \
    X(EMAIL_RULE, "emailRule", CELL_TEXT) \
    X(MAIL_FROM_LOCAL, "originalMailFromLocalId", CELL_REFERENCE) \
    X(MAIL_FROM_DOMAIN, "originalMailFromDomainId", CELL_REFERENCE) \
    X(RCPT_TO_LOCAL, "originalRcptToLocalId", CELL_REFERENCE) \
    X(RCPT_TO_DOMAIN, "originalRcptToDomainId", CELL_REFERENCE) \
    X(ARRIVAL_DATE, "arrivalDate", CELL_TEXT) \
    X(MESSAGE_ID, "messageId", CELL_TEXT) \
    X(AUTHENTICATION_RESULTS, "authenticationResults", CELL_TEXT) \
    X(SOURCE_IP, "sourceIp", CELL_OCTETS) \
    X(SOURCE_DOMAIN, "sourceDomainId", CELL_NUMBER) \
    X(SOURCE_CONFIRMED, "sourceDomainConfirmed", CELL_NUMBER) \
    X(SOURCE_ASN, "sourceAsn", CELL_NUMBER) \
    X(COUNTRY_CODE, "countryCode", CELL_TEXT) \
    X(DELIVERY_RESULT, "deliveryResult", CELL_TEXT) \
    X(DELIVERY_RESULT_RAW, "deliveryResultRaw", CELL_TEXT) \
    X(AUTH_FAILURE, "authFailure", CELL_TEXT) \
    X(REPORTED_DOMAIN, "reportedDomainID", CELL_REFERENCE) \
    X(FROM_LOCAL, "originalFromLocalId", CELL_REFERENCE) \
    X(FROM_DOMAIN, "originalFromDomainId", CELL_REFERENCE) \
    X(SUBJECT, "subject", CELL_TEXT) \
    X(KIND, "kind", CELL_TEXT) \
    X(PART, "part", CELL_NUMBER) \
    X(FEED, "feed", CELL_TEXT) \
    X(RECEIVED_DATE, "receivedDate", CELL_TEXT) \
    X(REPORT_MESSAGE_ID, "reportMessageId", CELL_TEXT) \
    X(REPORT_DATE, "reportDate", CELL_TEXT) \
    X(REPORTER_LOCAL, "reporterLocalId", CELL_REFERENCE) \
    X(REPORTER_DOMAIN, "reporterDomainId", CELL_REFERENCE) \
    X(REPORTING_MTA, "reportingMta", CELL_TEXT) \
    X(REPORT_AUTH, "reportAuth", CELL_TEXT) \
    X(IP_TRUST, "ipTrust", CELL_TEXT) \
    X(USER_AGENT, "userAgent", CELL_TEXT) \
    X(VERSION, "version", CELL_TEXT) \
    X(SOURCE_PORT, "sourcePort", CELL_NUMBER) \
    X(SOURCE_SPECIAL, "sourceSpecial", CELL_NUMBER) \
    X(INCIDENTS, "incidents", CELL_NUMBER) \
    X(IDENTITY_ALIGNMENT, "identityAlignment", CELL_TEXT) \
    X(DKIM_DOMAIN, "dkimDomain", CELL_TEXT) \
    X(DKIM_SELECTOR, "dkimSelector", CELL_TEXT) \
    X(DKIM_IDENTITY, "dkimIdentity", CELL_TEXT) \
    X(REPORTED_URI, "reportedUri", CELL_TEXT) \
    X(ENVELOPE_ID, "originalEnvelopeId", CELL_TEXT) \
    X(FROM_HEADER, "fromHeader", CELL_TEXT) \
    X(HEADERS_ONLY, "headersOnly", CELL_NUMBER) \
    X(TRUNCATED, "truncated", CELL_NUMBER) \
    X(LIKELY_GENUINE, "likelyGenuine", CELL_NUMBER) \
    X(FINGERPRINT, "fingerprint", CELL_OCTETS) \
    X(DERIVED, "derived", CELL_TEXT) \
    X(OCTETS, "octets", CELL_NUMBER) \
    X(RAW_ID, "rawId", CELL_NUMBER) \
    X(DIGEST, "digest", CELL_OCTETS) \
    X(PARSER_VERSION, "parserVersion", CELL_NUMBER)

#define AS_ENUM(id, name, cell) id,
#define AS_COLUMN(id, name, cell) { name, cell },
enum { COLUMNS(AS_ENUM) };
const struct column batch_email_columns[] = { COLUMNS(AS_COLUMN) };
const size_t batch_email_column_count = G_N_ELEMENTS(batch_email_columns);
/* clang-format on */

static void
put(struct batch *batch, unsigned column, const char *text, size_t chars)
{
    batch_text(batch, BATCH_EMAIL, batch_email_columns, column, text, chars);
}

static void
put_number(struct batch *batch, unsigned column, int64_t number)
{
    rows_number(batch->rows[BATCH_EMAIL], column, number);
}

/* A list as lines, cut to what a TEXT column takes. */
static void
put_lines(struct batch *batch, unsigned column, const struct string_list *list)
{
    if (list->count == 0)
        return;
    g_autoptr(GString) lines = g_string_new(NULL);
    for (size_t i = 0; i < list->count; i++)
        g_string_append_printf(lines, "%s%s", i > 0 ? "\n" : "", list->items[i]);
    if (!g_utf8_validate(lines->str, (gssize)lines->len, NULL)) {
        batch->flaw = batch_email_columns[column].name;
        return;
    }
    size_t len = text_cut_octets(lines->str, lines->len, TEXT_OCTETS_MAX);
    rows_text(batch->rows[BATCH_EMAIL], column,
              g_string_chunk_insert_len(batch->text, lines->str, (gssize)len), len);
}

static void
json_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            g_string_append_printf(out, "\\u%04x", (unsigned)*at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

/* What the report did not state; a doubted arrival is ours to tell. */
static void
put_derived(struct batch *batch, const struct report *report, bool arrival_doubted)
{
    g_autoptr(GString) json = g_string_new("{");
    for (size_t i = 0; i < report->derived_count; i++) {
        const struct derived *derived = &report->derived[i];
        if (arrival_doubted && strcmp(derived->field, "arrival_date") == 0)
            continue;
        g_string_append(json, json->len > 1 ? "," : "");
        json_string(json, derived->field);
        g_string_append_c(json, ':');
        json_string(json, derived->from);
    }
    if (arrival_doubted)
        g_string_append_printf(json, "%s\"arrival_date\":\"received_date\"",
                               json->len > 1 ? "," : "");
    g_string_append_c(json, '}');
    if (json->len > 2)
        put(batch, DERIVED, g_string_chunk_insert_len(batch->text, json->str, (gssize)json->len),
            TEXT_OCTETS_MAX / 4);
}

static const char *
feedback_type(const char *word)
{
    static const char *const known[] = { "auth-failure", "abuse",   "fraud", "virus",
                                         "not-spam",     "opt-out", NULL };
    if (word == NULL)
        return NULL;
    for (size_t i = 0; known[i] != NULL; i++)
        if (strcmp(known[i], word) == 0)
            return known[i];
    return "other";
}

static const char *
kind_word(enum report_kind kind)
{
    switch (kind) {
    case REPORT_ARF:
        return "arf";
    case REPORT_TEXT:
        return "text";
    case REPORT_XARF:
        return "xarf";
    case REPORT_SPAMTRAP:
        return "spamtrap";
    case REPORT_AGGREGATE:
    case REPORT_TLSRPT:
        break;
    }
    return NULL;
}

static void
put_address(struct batch *batch, unsigned local_column, unsigned domain_column, const char *address)
{
    const int64_t *local, *domain;
    batch_address(batch, batch_email_columns[local_column].name, address, &local, &domain);
    rows_reference(batch->rows[BATCH_EMAIL], local_column, local);
    rows_reference(batch->rows[BATCH_EMAIL], domain_column, domain);
}

static void
put_source(struct batch *batch, const struct record_report *report)
{
    const struct ip *ip = &report->report->source_ip;
    const char *trust = "none";
    if (ip->len != 0) {
        rows_text(batch->rows[BATCH_EMAIL], SOURCE_IP, (const char *)ip->octets, ip->len);
        trust = report->ip_trust == 's'   ? "stated"
                : report->ip_trust == 't' ? "trusted"
                                          : "unproven";
    }
    put(batch, IP_TRUST, trust, CHARS_WORD);
    put_number(batch, SOURCE_SPECIAL,
               ip->len != 0 && !ip_is_public(ip, batch->public_ranges, batch->public_count));
    if (report->report->source_port != 0)
        put_number(batch, SOURCE_PORT, report->report->source_port);
}

static void
put_facts(struct batch *batch, const struct known_ip *known)
{
    if (known->domain_id != 0) {
        put_number(batch, SOURCE_DOMAIN, known->domain_id);
        put_number(batch, SOURCE_CONFIRMED, known->confirmed);
    }
    if (known->asn != 0)
        put_number(batch, SOURCE_ASN, known->asn);
    if (known->country[0] != '\0')
        put(batch, COUNTRY_CODE, known->country, 2);
}

/* Who reports, and how far to believe it. */
static void
put_reporter(struct batch *batch, const struct record_report *report)
{
    const struct mail *outer = report->report->outer;
    put_address(batch, REPORTER_LOCAL, REPORTER_DOMAIN, outer != NULL ? outer->from_address : NULL);
    if (outer != NULL && arrival_is_date(outer->date))
        batch_date(batch, BATCH_EMAIL, REPORT_DATE, outer->date);
    put(batch, REPORT_MESSAGE_ID, report->report->report_message_id, CHARS_MESSAGE_ID);
    put(batch, REPORTING_MTA, report->report->reporting_mta, CHARS_NAME);
    put(batch, REPORT_AUTH,
        report->report_auth == 'p'   ? "pass"
        : report->report_auth == 'f' ? "fail"
                                     : "none",
        CHARS_WORD);
    put(batch, USER_AGENT, report->report->user_agent, CHARS_NAME);
    put(batch, VERSION, report->report->version, 16);
}

/* What the feedback part says of the mail. */
static void
put_feedback(struct batch *batch, const struct report *report)
{
    put(batch, FEEDBACK_TYPE, feedback_type(report->feedback_type), CHARS_WORD);
    put(batch, FEEDBACK_TYPE_RAW, report->feedback_type, CHARS_WORD);
    put_address(batch, MAIL_FROM_LOCAL, MAIL_FROM_DOMAIN, report->original_mail_from);
    put_address(batch, RCPT_TO_LOCAL, RCPT_TO_DOMAIN,
                report->original_rcpt_to.count > 0 ? report->original_rcpt_to.items[0] : NULL);
    put_lines(batch, AUTHENTICATION_RESULTS, &report->authentication_results);
    put(batch, DELIVERY_RESULT, report->disposition, CHARS_WORD);
    put(batch, DELIVERY_RESULT_RAW, report->delivery_result_raw, CHARS_WORD);
    put(batch, AUTH_FAILURE, report->auth_failure, CHARS_WORD);
    if (report->reported_domain.count > 0)
        rows_reference(batch->rows[BATCH_EMAIL], REPORTED_DOMAIN,
                       batch_domain(batch, "reportedDomainID", report->reported_domain.items[0]));
    put_number(batch, INCIDENTS, report->incidents != 0 ? report->incidents : 1);
    put(batch, IDENTITY_ALIGNMENT, report->identity_alignment, CHARS_WORD);
    put(batch, DKIM_DOMAIN, report->dkim_domain, CHARS_NAME);
    put(batch, DKIM_SELECTOR, report->dkim_selector, CHARS_NAME);
    put(batch, DKIM_IDENTITY, report->dkim_identity, 320);
    put_lines(batch, REPORTED_URI, &report->reported_uri);
    put(batch, ENVELOPE_ID, report->original_envelope_id, CHARS_NAME);
}

static const char *
subject_of(const struct report *report)
{
    const struct mail *original = report->original;
    return original != NULL && original->subject != NULL ? original->subject : "";
}

static void
put_original(struct batch *batch, const struct report *report)
{
    const struct mail *original = report->original;
    put_address(batch, FROM_LOCAL, FROM_DOMAIN, original != NULL ? original->from_address : NULL);
    put(batch, FROM_HEADER, original != NULL ? original->from : NULL, CHARS_LONG);
    put(batch, SUBJECT, subject_of(report), CHARS_LONG);
    put(batch, MESSAGE_ID, report->message_id, CHARS_MESSAGE_ID);
    put_number(batch, HEADERS_ONLY, report->headers_only);
    put_number(batch, TRUNCATED, report->truncated);
}

/* As it is stored: a subject that can't be leaves no row either. */
static void
add_search_line(struct batch *batch, const char *subject, int64_t email_id, int64_t arrival)
{
    size_t len = strlen(subject);
    if (batch->search != NULL && batch->flaw == NULL)
        search_lines_add(batch->search, email_id, arrival,
                         (struct span){ subject, text_cut_chars(subject, len, CHARS_LONG) });
}

void
batch_email_row(struct batch *batch, const struct record *record,
                const struct record_report *report, int64_t email_id, int64_t raw_id)
{
    struct rows *rows = batch->rows[BATCH_EMAIL];
    bool doubted;
    int64_t received = batch_received(record);
    int64_t arrival = arrival_counted(report->report->arrival_date, received, &doubted);
    const char *kind = kind_word(report->report->kind);
    const struct known_ip *known;
    rows_begin(rows);
    put_number(batch, EMAIL_ID, email_id);
    put_number(batch, RAW_ID, raw_id);
    put_number(batch, PART, report->report->part);
    put_number(batch, OCTETS, (int64_t)record->octets);
    put_number(batch, PARSER_VERSION, RECORD_PARSER_VERSION);
    put_number(batch, LIKELY_GENUINE, report->judged.likely_genuine);
    rows_text(rows, FINGERPRINT, (const char *)report->fingerprint, DIGEST_OCTETS);
    rows_text(rows, DIGEST, (const char *)record->digest, DIGEST_OCTETS);
    put(batch, KIND, kind, CHARS_WORD);
    if (kind == NULL)
        batch->flaw = "kind";
    put(batch, FEED, record->feed != NULL ? record->feed : "", CHARS_WORD);
    put(batch, EMAIL_TYPE, report->judged.email_type, CHARS_WORD);
    put(batch, EMAIL_RULE, report->judged.email_rule != NULL ? report->judged.email_rule : "",
        CHARS_WORD);
    batch_date(batch, BATCH_EMAIL, RECEIVED_DATE, received);
    batch_date(batch, BATCH_EMAIL, ARRIVAL_DATE, arrival);
    put_source(batch, report);
    put_reporter(batch, report);
    put_feedback(batch, report->report);
    put_original(batch, report->report);
    put_derived(batch, report->report, doubted);
    batch_begin_fill(batch, &report->report->source_ip, email_id, arrival, &known);
    if (known != NULL)
        put_facts(batch, known);
    batch_email_links(batch, report, email_id, arrival);
    add_search_line(batch, subject_of(report->report), email_id, arrival);
}
