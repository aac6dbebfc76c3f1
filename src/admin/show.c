/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "admin/shown.h"
#include "ingest/dump.h"
#include "ingest/examine.h"
#include "store/query.h"
#include "store/raw_read.h"
#include "store/schema.h"

#define HELD_MARK "held:"

/* A line of the answer: its name, where it comes from, and the field under which `derived` says
 * that the report did not state it. */
struct line {
    const char *label;
    const char *sql;
    const char *derived;
};

#define NAME(table, id) "(SELECT " #table " FROM " #table " WHERE " #table "Id = " id ")"
#define ADDRESS(local, domain)                                                                     \
    "(SELECT CASE WHEN d.domain = '' AND l.emailLocal = '' THEN '<>' WHEN d.domain = '' THEN "     \
    "l.emailLocal ELSE CONCAT(l.emailLocal, '@', d.domain) END FROM emailLocal l, domain d WHERE " \
    "l.emailLocalId = " local " AND d.domainId = " domain ")"

/* What a list said, and when: it is true for that moment only. */
#define LISTING                                                                                    \
    "CONCAT(l.list, ': ', l.state, IF(l.codes = '', '', CONCAT(' ', l.codes)), IF(l.meaning = "    \
    "'', '', CONCAT(' (', l.meaning, ')')), '  (', l.checked, ' UTC', IF(l.state = 'listed' OR "   \
    "l.listed IS NULL, '', CONCAT(', listed ', l.listed)), ')')"
#define HOSTS "(SELECT u.urlDomainId FROM emailUrl x JOIN url u USING (urlId) WHERE x.emailId = ?)"

static const struct line mail_lines[] = {
    { "mail", "a.emailId", NULL },
    { "type", "a.emailType", NULL },
    { "rule", "a.emailRule", NULL },
    { "said by an analyst", "a.emailTypeOverride", NULL },
    { "complaint sent", "IF(a.reported, 'yes', 'no')", NULL },
    { "likely genuine", "IF(a.likelyGenuine, 'yes', 'no')", NULL },
    { "feedback type", "a.feedbackType", "feedback_type" },
    { "  as written", "IF(a.feedbackTypeRaw <=> a.feedbackType, NULL, a.feedbackTypeRaw)", NULL },
    { "kind of report", "a.kind", NULL },
    { "part of the message", "NULLIF(a.part, 0)", NULL },
    { "subject", "a.subject", "subject" },
    { "From", "a.fromHeader", NULL },
    { "from address", ADDRESS("a.originalFromLocalId", "a.originalFromDomainId"), NULL },
    { "message-id", "a.messageId", "message_id" },
    { "mail from", ADDRESS("a.originalMailFromLocalId", "a.originalMailFromDomainId"),
      "original_mail_from" },
    { "rcpt to", ADDRESS("a.originalRcptToLocalId", "a.originalRcptToDomainId"),
      "original_rcpt_to" },
    { "envelope-id", "a.originalEnvelopeId", NULL },
    { "arrived", "CONCAT(a.arrivalDate, ' UTC')", "arrival_date" },
    { "source address", "INET6_NTOA(a.sourceIp)", "source_ip" },
    { "  believed", "NULLIF(a.ipTrust, 'none')", NULL },
    { "  special-purpose", "IF(a.sourceSpecial, 'yes', NULL)", NULL },
    { "  port", "a.sourcePort", NULL },
    { "  name", NAME(domain, "a.sourceDomainId"), NULL },
    { "  name confirmed", "CASE a.sourceDomainConfirmed WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
      NULL },
    { "  AS number",
      "CONCAT(a.sourceAsn, COALESCE((SELECT CONCAT(' ', n.name) FROM asName n WHERE n.asn = "
      "a.sourceAsn), ''))",
      NULL },
    { "  country", "a.countryCode", NULL },
    { "  looked up", "(SELECT 'not yet, or not all' FROM lookup l WHERE l.emailId = a.emailId)",
      NULL },
    { "reported domain", NAME(domain, "a.reportedDomainID"), "reported_domain" },
    { "reported URI", "a.reportedUri", "reported_uri" },
    { "delivery", "a.deliveryResult", "disposition" },
    { "  as written", "a.deliveryResultRaw", "delivery_result" },
    { "authentication failure", "a.authFailure", "auth_failure" },
    { "identity alignment", "a.identityAlignment", "identity_alignment" },
    { "authentication results", "a.authenticationResults", "authentication_results" },
    { "DKIM domain", "a.dkimDomain", "dkim_domain" },
    { "DKIM selector", "a.dkimSelector", "dkim_selector" },
    { "DKIM identity", "a.dkimIdentity", "dkim_identity" },
    { "incidents", "a.incidents", NULL },
    { "headers only", "IF(a.headersOnly, 'yes', 'no')", NULL },
    { "truncated", "IF(a.truncated, 'yes: a limit was reached', 'no')", NULL },
    { "feed", "a.feed", NULL },
    { "received", "CONCAT(a.receivedDate, ' UTC')", NULL },
    { "reporter", ADDRESS("a.reporterLocalId", "a.reporterDomainId"), NULL },
    { "  authenticated", "a.reportAuth", NULL },
    { "  its MTA", "a.reportingMta", NULL },
    { "  its program", "a.userAgent", NULL },
    { "  version", "a.version", NULL },
    { "  report's message-id", "a.reportMessageId", NULL },
    { "  report's date", "CONCAT(a.reportDate, ' UTC')", NULL },
    { "message", "CONCAT(a.octets, ' octets, SHA-256 ', LOWER(HEX(a.digest)))", NULL },
    { "  kept",
      "IF(a.rawId IS NULL, 'no: its octets were purged', CONCAT('rawMessage ', a.rawId, "
      "', ', (SELECT COUNT(*) FROM rawMessage r WHERE r.rawId = a.rawId), ' piece(s)'))",
      NULL },
    { "parser version", "a.parserVersion", NULL },
};

static const struct line held_lines[] = {
    { "held message", "a.heldId", NULL },
    { "kind", "a.kind", NULL },
    { "reason", "a.reason", NULL },
    { "feed", "a.feed", NULL },
    { "place", "a.place", NULL },
    { "received", "CONCAT(a.receivedDate, ' UTC')", NULL },
    { "message", "CONCAT(a.octets, ' octets, SHA-256 ', LOWER(HEX(a.digest)))", NULL },
    { "  kept", "IF(a.rawId IS NULL OR a.rawId = 0, 'no', CONCAT('rawMessage ', a.rawId))", NULL },
    { "parser version", "a.parserVersion", NULL },
};

struct wish {
    gboolean raw, json;
    bool held;
    int64_t id;
};

static bool
read_wish(int argc, char **argv, struct wish *wish, GError **error)
{
    const GOptionEntry entries[] = {
        { "raw", 0, 0, G_OPTION_ARG_NONE, &wish->raw, "The message as it came", NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &wish->json, "What arfdump says of it today", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_auto(GStrv) rest = NULL;
    if (!option_read(argc, argv, entries, "ID|held:ID",
                     "Tells all that is stored of one mail, or of one held message.", &rest, error))
        return false;
    const char *id = rest[0] != NULL ? rest[0] : "";
    wish->held = g_str_has_prefix(id, HELD_MARK);
    if (wish->held)
        id += strlen(HELD_MARK);
    guint64 number = 0;
    if (rest[0] == NULL || rest[1] != NULL || (wish->raw && wish->json) ||
        !g_ascii_string_to_unsigned(id, 10, 1, INT64_MAX, &number, NULL)) {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "show takes one number of a mail, or held:NUMBER, and one of --raw and --json");
        return false;
    }
    wish->id = (int64_t)number;
    return true;
}

static bool
not_there(const struct wish *wish, GError **error)
{
    g_set_error(error, FAULT, FAULT_REJECT, "there is no %s %" G_GINT64_FORMAT,
                wish->held ? "held message" : "mail", wish->id);
    return false;
}

static void
print_value(const char *label, const char *value, const char *derived)
{
    g_autofree char *shown = shown_text(span_of(value), true);
    g_auto(GStrv) lines = g_strsplit(shown, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        printf("%-24s%s%s", i == 0 ? label : "", lines[i], lines[i + 1] != NULL ? "\n" : "");
    if (derived != NULL) {
        g_autofree char *from = shown_text(span_of(derived), false);
        printf("  (not stated: from %s)", from);
    }
    putchar('\n');
}

/* The row's columns: of each line the value, then what `derived` says of it. */
static struct query *
read_lines(struct db *db, const struct wish *wish, const struct line *lines, size_t count,
           GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", lines[i].sql);
        if (lines[i].derived != NULL)
            g_string_append_printf(sql, ", JSON_UNQUOTE(JSON_EXTRACT(a.derived, '$.%s'))",
                                   lines[i].derived);
        else
            g_string_append(sql, ", NULL");
    }
    g_string_append(sql, wish->held ? " FROM heldMessage a WHERE heldId = ?"
                                    : " FROM arfEmail a WHERE emailId = ?");
    struct value values[] = { value_number(wish->id) };
    return query_run(db, sql->str, values, G_N_ELEMENTS(values), error);
}

/* What hangs on a mail: one line a row, the first column as it is, or as a URL. */
static bool
print_list(struct db *db, const struct wish *wish, const char *label, const char *sql, bool urls,
           GError **error)
{
    struct value values[] = { value_number(wish->id) };
    g_autoptr(Query) query = query_run(db, sql, values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    for (const char *name = label; query_next(query); name = "") {
        const char *text = query_text(query, 0);
        g_autofree char *url = urls ? shown_url(text) : NULL;
        g_autofree char *line = g_strconcat(
            urls ? url : text, query_text(query, 1) != NULL ? query_text(query, 1) : "", NULL);
        print_value(name, line, NULL);
    }
    return true;
}

static bool
print_links(struct db *db, const struct wish *wish, GError **error)
{
    return print_list(db, wish, "further recipients",
                      "SELECT CONCAT(l.emailLocal, '@', d.domain), NULL FROM emailRcptTo r JOIN "
                      "emailLocal l USING (emailLocalId) JOIN domain d USING (domainId) WHERE "
                      "r.emailId = ? ORDER BY r.position",
                      false, error) &&
           print_list(db, wish, "further domains",
                      "SELECT d.domain, NULL FROM emailReportedDomain r JOIN domain d USING "
                      "(domainId) WHERE r.emailId = ? ORDER BY r.position",
                      false, error) &&
           print_list(db, wish, "source on lists",
                      "SELECT " LISTING ", NULL FROM arfEmail a JOIN ipListing l ON l.ip = "
                      "a.sourceIp WHERE a.emailId = ? ORDER BY l.list",
                      false, error) &&
           print_list(db, wish, "hosts",
                      "SELECT CONCAT_WS(', ', d.domain, COALESCE(INET6_NTOA(f.ip), 'no address'), "
                      "CONCAT('AS', f.asn), f.countryCode), CONCAT('  (', f.checked, ' UTC)') FROM "
                      "hostFact f JOIN domain d USING (domainId) WHERE f.checked IS NOT NULL AND "
                      "f.domainId IN " HOSTS " ORDER BY d.domain",
                      false, error) &&
           print_list(db, wish, "hosts on lists",
                      "SELECT CONCAT(d.domain, ': ', " LISTING "), NULL FROM hostListing l JOIN "
                      "domain d USING (domainId) WHERE l.domainId IN " HOSTS
                      " ORDER BY d.domain, l.list",
                      false, error) &&
           print_list(db, wish, "URLs",
                      "SELECT u.url, CONCAT(IF(e.flags & 1, '  (not reportable)', ''), "
                      "IF(e.flags & 8, '  (taken out of a wrapper)', ''), IF(e.flags & 16, "
                      "'  (its text names another host)', '')) FROM emailUrl e JOIN url u USING "
                      "(urlId) WHERE e.emailId = ? ORDER BY e.position",
                      true, error) &&
           print_list(db, wish, "attachments",
                      "SELECT IF(e.filename = '', '(no name)', e.filename), CONCAT('  ', "
                      "COALESCE(f.size, '?'), ' octets, MD5 ', f.hash, COALESCE(CONCAT("
                      "', SHA-256 ', f.sha256), '')) FROM emailFile e JOIN file f USING (fileId) "
                      "WHERE e.emailId = ? ORDER BY e.position",
                      false, error) &&
           print_list(db, wish, "patterns",
                      "SELECT CONCAT(p.kind, ': ', p.pattern), NULL FROM emailPattern e JOIN "
                      "pattern p USING (patternId) WHERE e.emailId = ? ORDER BY p.kind, p.pattern",
                      false, error);
}

static bool
show_text(struct db *db, const struct wish *wish, GError **error)
{
    const struct line *lines = wish->held ? held_lines : mail_lines;
    size_t count = wish->held ? G_N_ELEMENTS(held_lines) : G_N_ELEMENTS(mail_lines);
    g_autoptr(Query) query = read_lines(db, wish, lines, count, error);
    if (query == NULL)
        return false;
    if (!query_next(query))
        return not_there(wish, error);
    for (unsigned i = 0; i < count; i++) {
        const char *value = query_text(query, 2 * i);
        if (value != NULL && value[0] != '\0')
            print_value(lines[i].label, value, query_text(query, 2 * i + 1));
    }
    return wish->held || print_links(db, wish, error);
}

static bool
write_raw(GBytes *octets, GError **error)
{
    struct span span = span_of_bytes(octets);
    if (fwrite(span.octets, 1, span.len, stdout) == span.len)
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "standard output: %s", g_strerror(errno));
    return false;
}

static bool
write_json(const struct config *config, const struct query *row, const struct wish *wish,
           GBytes *octets, GError **error)
{
    struct examine_settings settings;
    g_autofree char *where =
        g_strdup_printf("%s%" G_GINT64_FORMAT, wish->held ? HELD_MARK : "email:", wish->id);
    examine_settings_init(&settings, config, config_feed(config, query_text(row, 1)));
    bool mail_alone = strcmp(query_text(row, 2), "spamtrap") == 0 || query_number(row, 3) <= 0;
    struct dump dump = { .report = settings.report,
                         .classify = settings.classify,
                         .only_part = (unsigned)query_number(row, 4) };
    dump.report.spamtrap = dump.report.spamtrap || (mail_alone && !wish->held);
    bool good = dump_octets(&dump, octets, where, error);
    examine_settings_clear(&settings);
    return good;
}

static bool
show_octets(const struct config *config, struct db *db, const struct wish *wish, GError **error)
{
    struct value values[] = { value_number(wish->id) };
    g_autoptr(Query) row = query_run(
        db,
        wish->held
            ? "SELECT rawId, feed, kind, parserVersion, 0 FROM heldMessage WHERE heldId = ?"
            : "SELECT rawId, feed, kind, parserVersion, part FROM arfEmail WHERE emailId = ?",
        values, G_N_ELEMENTS(values), error);
    if (row == NULL)
        return false;
    if (!query_next(row))
        return not_there(wish, error);
    if (query_number(row, 0) == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "its octets are not kept");
        return false;
    }
    g_autoptr(GBytes) octets = raw_read(db, query_number(row, 0), error);
    if (octets == NULL)
        return false;
    return wish->raw ? write_raw(octets, error) : write_json(config, row, wish, octets, error);
}

bool
admin_show(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct wish wish = { .held = false };
    if (!read_wish(argc, argv, &wish, error))
        return false;
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL || !schema_check(db, error))
        return false;
    return wish.raw || wish.json ? show_octets(config, db, &wish, error)
                                 : show_text(db, &wish, error);
}
