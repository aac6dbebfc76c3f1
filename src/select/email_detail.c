/* SPDX-License-Identifier: Apache-2.0 */
#include "select/email_detail.h"

#include <string.h>

#include "select/read.h"

/* clang-format off */
static const char *const field_names[] = {
    "feedbackTypeRaw", "deliveryResultRaw", "authFailure", "authenticationResults", "messageId",
    "originalEnvelopeId", "identityAlignment", "dkimDomain", "dkimSelector", "dkimIdentity",
    "reportedUri", "sourcePort", "ipTrust", "reportMessageId", "reportDate", "reportingMta",
    "reportAuth", "userAgent", "version", "kind", "part", "feed", "receivedDate", "octets",
    "derived", "emailTypeOverride", "parserVersion", "rawId",
};
/* clang-format on */

#define FACTS_MAX 500

static struct query *
ask(struct db *db, const char *sql, int64_t id, unsigned times, GError **error)
{
    struct value values[4];
    for (unsigned i = 0; i < times; i++)
        values[i] = value_number(id);
    return read_rows(db, READ_LIST_MS, sql, values, times, error);
}

static bool
read_fields(struct db *db, struct email_detail *detail, int64_t id, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (size_t i = 0; i < G_N_ELEMENTS(field_names); i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", field_names[i]);
    g_string_append(sql, " FROM arfEmail WHERE emailId = ?");
    g_autoptr(Query) query = ask(db, sql->str, id, 1, error);
    if (query == NULL)
        return false;
    detail->fields = g_new0(struct email_field, G_N_ELEMENTS(field_names));
    if (!query_next(query))
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(field_names); i++) {
        const char *value = read_text(query, i, detail->rows->text);
        if (value != NULL && strcmp(field_names[i], "rawId") == 0)
            detail->raw_id = query_number(query, i);
        else if (value != NULL)
            detail->fields[detail->field_count++] = (struct email_field){ field_names[i], value };
    }
    return true;
}

/* The first column of all rows, behind `first` when that is not NULL. */
static const char *const *
take_list(struct email_detail *detail, struct query *query, const char *first)
{
    const char **list = g_new0(const char *, query_rows(query) + 2);
    size_t count = 0;
    g_ptr_array_add(detail->rows->arrays, list);
    if (first != NULL)
        list[count++] = first;
    while (query_next(query))
        list[count++] = read_text(query, 0, detail->rows->text);
    return list;
}

static bool
read_lists(struct db *db, struct email_detail *detail, int64_t id, GError **error)
{
    g_autoptr(Query) rcpt =
        ask(db,
            "SELECT CONCAT(COALESCE(l.emailLocal, ''), '@', COALESCE(d.domain,"
            " '')) FROM emailRcptTo r LEFT JOIN emailLocal l ON l.emailLocalId ="
            " r.emailLocalId LEFT JOIN domain d ON d.domainId = r.domainId "
            "WHERE r.emailId = ? ORDER BY r.position",
            id, 1, error);
    g_autoptr(Query) domains =
        rcpt == NULL ? NULL
                     : ask(db,
                           "SELECT COALESCE(d.domain, '') FROM emailReportedDomain r LEFT JOIN "
                           "domain d ON d.domainId = r.domainId WHERE r.emailId = ? "
                           "ORDER BY r.position",
                           id, 1, error);
    if (domains == NULL)
        return false;
    detail->rcpt_to = take_list(detail, rcpt, detail->row->rcpt_to);
    detail->reported_domain = take_list(detail, domains, detail->row->reported_domain);
    return true;
}

static bool
read_patterns(struct db *db, struct email_detail *detail, int64_t id, GError **error)
{
    g_autoptr(Query) query = ask(db,
                                 "SELECT p.patternId, p.kind, p.pattern FROM emailPattern l "
                                 "STRAIGHT_JOIN pattern p ON p.patternId = l.patternId "
                                 "WHERE l.emailId = ? ORDER BY p.kind, p.pattern",
                                 id, 1, error);
    if (query == NULL)
        return false;
    detail->patterns = g_new0(struct email_pattern, query_rows(query) + 1);
    while (query_next(query))
        detail->patterns[detail->pattern_count++] =
            (struct email_pattern){ query_number(query, 0), read_text(query, 1, detail->rows->text),
                                    read_text(query, 2, detail->rows->text) };
    return true;
}

static bool
read_facts(struct db *db, struct email_detail *detail, int64_t id, GError **error)
{
    static const char sql[] =
        "SELECT COALESCE(INET6_NTOA(z.ip), ''), z.list, z.state, z.codes, z.meaning, z.checked "
        "FROM arfEmail e JOIN ipListing z ON z.ip = e.sourceIp WHERE e.emailId = ? "
        "UNION SELECT d.domain, h.list, h.state, h.codes, h.meaning, h.checked FROM emailUrl l "
        "JOIN url u ON u.urlId = l.urlId JOIN hostListing h ON h.domainId = u.urlDomainId "
        "JOIN domain d ON d.domainId = h.domainId WHERE l.emailId = ? "
        "UNION SELECT d.domain, h.list, h.state, h.codes, h.meaning, h.checked FROM emailUrl l "
        "JOIN url u ON u.urlId = l.urlId JOIN hostFact f ON f.domainId = u.urlDomainId "
        "JOIN hostListing h ON h.domainId = f.registrableId "
        "JOIN domain d ON d.domainId = h.domainId WHERE l.emailId = ? LIMIT " G_STRINGIFY(
            FACTS_MAX);
    g_autoptr(Query) query = ask(db, sql, id, 3, error);
    if (query == NULL)
        return false;
    detail->facts = g_new0(struct email_fact, query_rows(query) + 1);
    GStringChunk *text = detail->rows->text;
    while (query_next(query))
        detail->facts[detail->fact_count++] = (struct email_fact){
            read_text(query, 0, text), read_text(query, 1, text), read_text(query, 2, text),
            read_text(query, 3, text), read_text(query, 4, text), read_text(query, 5, text),
        };
    return true;
}

/* Contacts of the networks that hold the address, the narrowest first: one row a possible
 * prefix. */
static bool
read_contacts(struct db *db, struct email_detail *detail, int64_t id, GError **error)
{
    static const char asn_sql[] = "SELECT 'asn', a.email FROM arfEmail e JOIN asn a ON a.asn = "
                                  "e.sourceAsn WHERE e.emailId = ?";
    g_autoptr(GString) sql = g_string_new("SELECT c.origin, c.email FROM contact c WHERE ");
    struct ip ip;
    g_autoptr(Query) asn = ask(db, asn_sql, id, 1, error);
    g_autoptr(Query) found = NULL;
    if (asn == NULL)
        return false;
    if (detail->row->source_ip != NULL && ip_parse(span_of(detail->row->source_ip), &ip)) {
        for (unsigned bits = 0; bits <= ip.len * 8u; bits++) {
            struct ip_range range = { ip, bits };
            for (unsigned bit = bits; bit < ip.len * 8u; bit++)
                range.base.octets[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
            g_string_append_printf(sql, "%s(c.base = x'", bits > 0 ? " OR " : "");
            for (unsigned i = 0; i < ip.len; i++)
                g_string_append_printf(sql, "%02X", range.base.octets[i]);
            g_string_append_printf(sql, "' AND c.prefix = %u)", bits);
        }
        g_string_append(sql, " ORDER BY c.prefix DESC, c.origin + 0");
        found = read_rows(db, READ_LIST_MS, sql->str, NULL, 0, error);
        if (found == NULL)
            return false;
    }
    size_t most = query_rows(asn) + (found != NULL ? query_rows(found) : 0);
    detail->contacts = g_new0(struct email_contact, most + 1);
    GStringChunk *text = detail->rows->text;
    while (found != NULL && query_next(found))
        detail->contacts[detail->contact_count++] =
            (struct email_contact){ read_text(found, 0, text), read_text(found, 1, text) };
    while (query_next(asn))
        detail->contacts[detail->contact_count++] =
            (struct email_contact){ read_text(asn, 0, text), read_text(asn, 1, text) };
    return true;
}

struct email_detail *
email_detail_read(struct db *db, int64_t email_id, GError **error)
{
    g_autoptr(EmailDetail) detail = g_new0(struct email_detail, 1);
    detail->rows = email_rows_by_ids(db, &email_id, 1, EMAIL_ROWS_LINKS, error);
    if (detail->rows == NULL || detail->rows->count == 0)
        return NULL;
    detail->row = &detail->rows->rows[0];
    return read_fields(db, detail, email_id, error) && read_lists(db, detail, email_id, error) &&
                   read_patterns(db, detail, email_id, error) &&
                   read_facts(db, detail, email_id, error) &&
                   read_contacts(db, detail, email_id, error)
               ? g_steal_pointer(&detail)
               : NULL;
}

void
email_detail_free(struct email_detail *detail)
{
    if (detail == NULL)
        return;
    g_free(detail->fields);
    g_free(detail->patterns);
    g_free(detail->facts);
    g_free(detail->contacts);
    email_rows_free(detail->rows);
    g_free(detail);
}

const char *
email_detail_field(const struct email_detail *detail, const char *name)
{
    for (size_t i = 0; i < detail->field_count; i++)
        if (strcmp(detail->fields[i].name, name) == 0)
            return detail->fields[i].value;
    return NULL;
}
