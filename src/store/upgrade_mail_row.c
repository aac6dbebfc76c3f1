/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_mail_row.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/raw_piece.h"
#include "store/upgrade_read.h"
#include "store/upgrade_text.h"

#define RAW_LEVEL 3
#define CONTENT_FIRST (64 * 1024)
#define RULE "original" /* no rule of ours: the original decided */

/* The original's cells, in the order of the SELECT. */
/* clang-format off */
#define OLD(X) \
    X(OLD_ID, "emailId") X(OLD_FEEDBACK_TYPE, "feedbackType") X(OLD_TYPE, "emailType") \
    X(OLD_REPORTED, "reported") X(OLD_MAIL_FROM_LOCAL, "originalMailFromLocalId") \
    X(OLD_MAIL_FROM_DOMAIN, "originalMailFromDomainId") \
    X(OLD_RCPT_TO_LOCAL, "originalRcptToLocalId") X(OLD_RCPT_TO_DOMAIN, "originalRcptToDomainId") \
    X(OLD_FROM_LOCAL, "originalFromLocalId") X(OLD_FROM_DOMAIN, "originalFromDomainId") \
    X(OLD_SOURCE_DOMAIN, "sourceDomainId") X(OLD_REPORTED_DOMAIN, "reportedDomainID") \
    X(OLD_ARRIVAL, "arrivalDate") X(OLD_MESSAGE_ID, "messageId") \
    X(OLD_AUTHENTICATION_RESULTS, "authenticationResults") X(OLD_SOURCE_IP, "sourceIp") \
    X(OLD_SOURCE_ASN, "sourceAsn") X(OLD_COUNTRY, "countryCode") \
    X(OLD_DELIVERY_RESULT, "deliveryResult") X(OLD_AUTH_FAILURE, "authFailure") \
    X(OLD_SUBJECT, "subject") X(OLD_CONTENT, "content")
#define NEW(X) \
    X(EMAIL_ID, "emailId", CELL_NUMBER) \
    X(FEEDBACK_TYPE, "feedbackType", CELL_TEXT) X(FEEDBACK_TYPE_RAW, "feedbackTypeRaw", CELL_TEXT) \
    X(TYPE, "emailType", CELL_TEXT) X(RULE_COLUMN, "emailRule", CELL_TEXT) \
    X(REPORTED, "reported", CELL_NUMBER) \
    X(MAIL_FROM_LOCAL, "originalMailFromLocalId", CELL_NUMBER) \
    X(MAIL_FROM_DOMAIN, "originalMailFromDomainId", CELL_NUMBER) \
    X(RCPT_TO_LOCAL, "originalRcptToLocalId", CELL_NUMBER) \
    X(RCPT_TO_DOMAIN, "originalRcptToDomainId", CELL_NUMBER) \
    X(FROM_LOCAL, "originalFromLocalId", CELL_NUMBER) \
    X(FROM_DOMAIN, "originalFromDomainId", CELL_NUMBER) \
    X(SOURCE_DOMAIN, "sourceDomainId", CELL_NUMBER) \
    X(REPORTED_DOMAIN, "reportedDomainID", CELL_NUMBER) \
    X(ARRIVAL, "arrivalDate", CELL_TEXT) X(RECEIVED, "receivedDate", CELL_TEXT) \
    X(MESSAGE_ID, "messageId", CELL_TEXT) \
    X(AUTHENTICATION_RESULTS, "authenticationResults", CELL_TEXT) \
    X(SOURCE_IP, "sourceIp", CELL_OCTETS) X(IP_TRUST, "ipTrust", CELL_TEXT) \
    X(SOURCE_SPECIAL, "sourceSpecial", CELL_NUMBER) X(SOURCE_ASN, "sourceAsn", CELL_NUMBER) \
    X(COUNTRY, "countryCode", CELL_TEXT) X(DELIVERY_RESULT, "deliveryResult", CELL_TEXT) \
    X(AUTH_FAILURE, "authFailure", CELL_TEXT) X(SUBJECT, "subject", CELL_TEXT) \
    X(FEED, "feed", CELL_TEXT) X(HEADERS_ONLY, "headersOnly", CELL_NUMBER) \
    X(OCTETS, "octets", CELL_NUMBER) X(RAW, "rawId", CELL_NUMBER)
#define OLD_ENUM(id, name) id,
#define OLD_NAME(id, name) name,
#define NEW_ENUM(id, name, cell) id,
#define NEW_COLUMN(id, name, cell) { name, cell },
enum { OLD(OLD_ENUM) OLD_CELLS };
static const char *const old_names[OLD_CELLS] = { OLD(OLD_NAME) };
enum { NEW(NEW_ENUM) NEW_COLUMNS };
static const struct column new_columns[NEW_COLUMNS] = { NEW(NEW_COLUMN) };
/* clang-format on */

static void
free_frame(gpointer frame)
{
    g_bytes_unref(frame);
}

void
upgrade_mail_rows_init(struct upgrade_mail_rows *rows)
{
    *rows = (struct upgrade_mail_rows){
        .emails = rows_new("INSERT INTO arfEmail", new_columns, NEW_COLUMNS),
        .raws = raw_piece_rows(),
        .texts = g_string_chunk_new(CONTENT_FIRST),
        .frames = g_ptr_array_new_with_free_func(free_frame),
        .ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
        .compressor = compressor_new(RAW_LEVEL),
        .content = g_string_sized_new(CONTENT_FIRST),
    };
}

void
upgrade_mail_rows_done(struct upgrade_mail_rows *rows)
{
    rows_free(rows->emails);
    rows_free(rows->raws);
    g_string_chunk_free(rows->texts);
    g_ptr_array_unref(rows->frames);
    g_array_unref(rows->ids);
    compressor_free(rows->compressor);
    g_string_free(rows->content, TRUE);
}

void
upgrade_mail_rows_clear(struct upgrade_mail_rows *rows)
{
    rows_clear(rows->emails);
    rows_clear(rows->raws);
    g_string_chunk_clear(rows->texts);
    g_ptr_array_set_size(rows->frames, 0);
    g_array_set_size(rows->ids, 0);
    rows->octets = 0;
}

/* The mails were stored in the order of their ids: a date that is not known is that of the one
 * before. */
static char *
arrival_sql(const struct upgrade_source *source)
{
    g_autofree char *own = upgrade_source_column(source, "arfEmail", "o", "arrivalDate");
    g_autofree char *before = upgrade_source_column(source, "arfEmail", "b", "arrivalDate");
    if (strcmp(own, "NULL") == 0)
        return g_strdup("'1970-01-01 00:00:00'");
    return g_strdup_printf("COALESCE(%s, (SELECT b.arrivalDate FROM original_arfEmail b "
                           "WHERE b.emailId < o.emailId AND %s IS NOT NULL ORDER BY b.emailId DESC "
                           "LIMIT 1), '1970-01-01 00:00:00')",
                           own, before);
}

char *
upgrade_mail_row_select(const struct upgrade_source *source)
{
    GString *sql = g_string_new("SELECT ");
    for (size_t i = 0; i < OLD_CELLS; i++) {
        g_autofree char *cell = i == OLD_ARRIVAL
                                    ? arrival_sql(source)
                                    : upgrade_source_column(source, "arfEmail", "o", old_names[i]);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", cell);
    }
    g_string_append(sql, " FROM original_arfEmail o WHERE o.emailId");
    return g_string_free(sql, FALSE);
}

/* A copy of the cell, unless it is NULL. */
static void
put(struct upgrade_mail_rows *rows, unsigned column, struct span cell)
{
    if (cell.octets == NULL)
        return;
    const char *kept = g_string_chunk_insert_len(rows->texts, cell.octets, (gssize)cell.len);
    rows_text(rows->emails, column, kept, cell.len);
}

/* The same where the empty text, and one word more, stand for "not known". */
static void
put_known(struct upgrade_mail_rows *rows, unsigned column, struct span cell, const char *unknown)
{
    if (cell.len > 0 && !span_equals(cell, unknown))
        put(rows, column, cell);
}

static void
put_id(struct upgrade_mail_rows *rows, unsigned column, struct span cell,
       const struct upgrade_map *map)
{
    int64_t id = upgrade_map_id(map, upgrade_number(cell, 0));
    if (id != 0)
        rows_number(rows->emails, column, id);
}

static void
put_names(struct upgrade_mail_rows *rows, const struct span *cells,
          const struct upgrade_mail_shared *shared)
{
    put_id(rows, MAIL_FROM_LOCAL, cells[OLD_MAIL_FROM_LOCAL], shared->locals);
    put_id(rows, MAIL_FROM_DOMAIN, cells[OLD_MAIL_FROM_DOMAIN], shared->domains);
    put_id(rows, RCPT_TO_LOCAL, cells[OLD_RCPT_TO_LOCAL], shared->locals);
    put_id(rows, RCPT_TO_DOMAIN, cells[OLD_RCPT_TO_DOMAIN], shared->domains);
    put_id(rows, FROM_LOCAL, cells[OLD_FROM_LOCAL], shared->locals);
    put_id(rows, FROM_DOMAIN, cells[OLD_FROM_DOMAIN], shared->domains);
    put_id(rows, SOURCE_DOMAIN, cells[OLD_SOURCE_DOMAIN], shared->domains);
    put_id(rows, REPORTED_DOMAIN, cells[OLD_REPORTED_DOMAIN], shared->domains);
}

static void
put_source(struct upgrade_mail_rows *rows, const struct span *cells,
           const struct upgrade_mail_shared *shared)
{
    struct ip ip = { 0 };
    int64_t asn = upgrade_number(cells[OLD_SOURCE_ASN], 0);
    bool known = upgrade_ip(cells[OLD_SOURCE_IP], &ip);
    if (known)
        put(rows, SOURCE_IP, (struct span){ (const char *)ip.octets, ip.len });
    put(rows, IP_TRUST, span_of(known ? "stated" : "none"));
    rows_number(rows->emails, SOURCE_SPECIAL,
                known && !ip_is_public(&ip, shared->public_ranges, shared->public_count));
    if (asn > 0)
        rows_number(rows->emails, SOURCE_ASN, asn);
    put_known(rows, COUNTRY, cells[OLD_COUNTRY], "ZZ");
}

/* What the report said. */
static void
put_report(struct upgrade_mail_rows *rows, const struct span *cells)
{
    struct span type = cells[OLD_FEEDBACK_TYPE];
    /* A word other than auth-failure and abuse was stored as ''. */
    put(rows, FEEDBACK_TYPE, type.octets != NULL && type.len == 0 ? span_of("other") : type);
    put(rows, FEEDBACK_TYPE_RAW, type);
    put(rows, TYPE, cells[OLD_TYPE].len > 0 ? cells[OLD_TYPE] : span_of("normal"));
    put(rows, RULE_COLUMN, span_of(RULE));
    rows_number(rows->emails, REPORTED, upgrade_number(cells[OLD_REPORTED], 0) != 0);
    put(rows, ARRIVAL, cells[OLD_ARRIVAL]);
    put(rows, RECEIVED, cells[OLD_ARRIVAL]);
    put(rows, MESSAGE_ID, cells[OLD_MESSAGE_ID]);
    put(rows, AUTHENTICATION_RESULTS, cells[OLD_AUTHENTICATION_RESULTS]);
    put_known(rows, DELIVERY_RESULT, cells[OLD_DELIVERY_RESULT], "");
    put_known(rows, AUTH_FAILURE, cells[OLD_AUTH_FAILURE], "");
    /* Its feed `spamtrap` stored no domain. */
    bool trap = upgrade_number(cells[OLD_REPORTED_DOMAIN], 0) == 0;
    put(rows, FEED, span_of(trap ? "spamtrap" : "mailbox"));
}

static void
put_subject(struct upgrade_mail_rows *rows, struct span cell)
{
    g_autofree char *subject = upgrade_subject(cell);
    size_t len = text_cut_chars(subject, strlen(subject), LIMIT_SUBJECT_CHARS);
    put(rows, SUBJECT, (struct span){ subject, len });
}

/* The reported mail's text, as far as it was kept. */
static void
put_content(struct upgrade_mail_rows *rows, struct span cell, int64_t id)
{
    g_string_truncate(rows->content, 0);
    upgrade_content(rows->content, cell);
    struct span text = { rows->content->str, rows->content->len };
    rows->octets += text.len;
    rows_number(rows->emails, OCTETS, (int64_t)text.len);
    rows_number(rows->emails, HEADERS_ONLY, text.len > 0 && !upgrade_has_body(text));
    if (text.len == 0)
        return;
    rows_number(rows->emails, RAW, id);
    GBytes *frame = compressor_run(rows->compressor, text);
    g_ptr_array_add(rows->frames, frame);
    raw_piece_add(rows->raws, id, span_of_bytes(frame));
}

void
upgrade_mail_row_add(struct upgrade_mail_rows *rows, const struct span *cells,
                     const struct upgrade_mail_shared *shared)
{
    int64_t id = upgrade_number(cells[OLD_ID], 0);
    g_array_append_val(rows->ids, id);
    rows_begin(rows->emails);
    rows_number(rows->emails, EMAIL_ID, id);
    put_names(rows, cells, shared);
    put_source(rows, cells, shared);
    put_report(rows, cells);
    put_subject(rows, cells[OLD_SUBJECT]);
    put_content(rows, cells[OLD_CONTENT], id);
}
