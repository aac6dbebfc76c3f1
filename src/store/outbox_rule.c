/* SPDX-License-Identifier: Apache-2.0 */
#include "store/outbox_rule.h"

#include <string.h>

#include "base/clock.h"
#include "base/domain.h"
#include "base/verp.h"
#include "store/query.h"

/* Somebody is sending: the answer comes soon. */
#define SOON_SECONDS 5
/* Not longer, so that a cap that was raised meanwhile is seen. */
#define LATER_SECONDS_MAX 600

#define SENDING "state IN ('writing', 'sending') AND role = 'contact'"
#define DELIVERED "state IN ('sent', 'unknown', 'bounced') AND role = 'contact' AND settled >= ?"

bool
outbox_rule_counts(const struct outbox_caps *caps)
{
    return caps->an_hour != 0 || caps->a_day != 0 || caps->contact_an_hour != 0 ||
           caps->contact_a_day != 0 || caps->quiet_hours != 0;
}

static void
refuse(struct outbox_verdict *verdict, const char *why, const char *detail)
{
    verdict->ruling = RULING_REFUSE;
    g_snprintf(verdict->reason, sizeof verdict->reason, "%s%s%s", why,
               detail[0] != '\0' ? ": " : "", detail);
}

static void
put_off(struct outbox_verdict *verdict, enum outbox_ruling ruling, int64_t now, int64_t until)
{
    verdict->ruling = ruling;
    verdict->until = CLAMP(until, now + 1, now + LATER_SECONDS_MAX);
}

static void
rule_own(const struct outbox_caps *caps, const char *address, struct outbox_verdict *verdict)
{
    for (const char *const *own = caps->own; own != NULL && *own != NULL; own++)
        if (verp_is_ours(span_of(address), *own)) {
            refuse(verdict, "one of our own addresses", "");
            return;
        }
    const char *at = strrchr(address, '@');
    for (char *const *own = caps->own_domains; at != NULL && own != NULL && *own != NULL; own++)
        if (domain_is_within(at + 1, *own)) {
            refuse(verdict, "one of our own domains (wldomain, reportSender)", *own);
            return;
        }
}

/* Address, the domains that it lies in, and the AS. */
static bool
rule_opt_out(struct db *db, const struct outbox_candidate *candidate,
             struct outbox_verdict *verdict, GError **error)
{
    g_autofree char *address = g_ascii_strdown(candidate->address, -1);
    g_autofree char *asn = g_strdup_printf("%" G_GINT64_FORMAT, candidate->asn);
    const char *at = strrchr(address, '@');
    /* A dot in front: a subject is a domain above it when ".subject" is its end. */
    g_autofree char *below = g_strconcat(".", at != NULL ? at + 1 : "", NULL);
    struct value values[] = { value_text(address), value_text(asn), value_text(below) };
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT kind, subject, reason FROM contactOptOut WHERE (kind = 'address' AND "
                  "subject = ?) OR (kind = 'asn' AND subject = ?) OR (kind = 'domain' AND RIGHT(?, "
                  "CHAR_LENGTH(subject) + 1) = CONCAT('.', subject)) LIMIT 1",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (query_next(query)) {
        g_autofree char *what = g_strdup_printf("%s %s wants no mail from us", query_text(query, 0),
                                                query_text(query, 1));
        refuse(verdict, what, query_text(query, 2));
    }
    return true;
}

/* One question about what this contact was told of this source. */
static bool
rule_quiet(struct db *db, const struct outbox_caps *caps, const struct outbox_candidate *candidate,
           int64_t now, struct outbox_verdict *verdict, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[] = {
        value_text(candidate->address),
        { .text = candidate->source_ip, .len = candidate->source_ip_len },
        value_text(candidate->host),
        value_text(clock_sql(now - (int64_t)caps->quiet_hours * CLOCK_HOUR_S, since)),
    };
    if (caps->quiet_hours == 0 || candidate->forced)
        return true;
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT r.state IN ('writing', 'sending') AS now, r.settled, c.reference FROM "
                  "complaintRecipient r JOIN complaint c USING (complaintId) WHERE r.address = ? "
                  "AND r.role = 'contact' AND c.sourceIp = ? AND c.host = ? AND (r.state IN "
                  "('writing', 'sending') OR (r.state IN ('sent', 'unknown', 'bounced') AND "
                  "r.settled >= ?)) ORDER BY now LIMIT 1",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    if (!query_next(query))
        return true;
    if (query_number(query, 0) != 0) {
        g_strlcpy(verdict->reason, "the same goes to this contact right now",
                  sizeof verdict->reason);
        put_off(verdict, RULING_LATER, now, now + SOON_SECONDS);
        return true;
    }
    g_autofree char *detail = g_strdup_printf("told of the same at %s UTC (%s)",
                                              query_text(query, 1), query_text(query, 2));
    refuse(verdict, "quiet period", detail);
    return true;
}

/* What counts within the last `seconds`: how many, and the time of the first (0: none has one). */
static bool
count_within(struct db *db, const char *address, int64_t now, int64_t seconds, int64_t *count,
             int64_t *first, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(now - seconds, since)),
                              value_text(address != NULL ? address : "") };
    int64_t sending = 0;
    if (!query_figure(db,
                      address != NULL ? "SELECT COUNT(*) FROM complaintRecipient WHERE " SENDING
                                        " AND address = ?"
                                      : "SELECT COUNT(*) FROM complaintRecipient WHERE " SENDING,
                      &values[1], address != NULL, &sending, error))
        return false;
    g_autoptr(Query) query = query_run(
        db,
        address != NULL ? "SELECT COUNT(*), TIMESTAMPDIFF(SECOND, '1970-01-01', MIN(settled)) FROM "
                          "complaintRecipient WHERE " DELIVERED " AND address = ?"
                        : "SELECT COUNT(*), TIMESTAMPDIFF(SECOND, '1970-01-01', MIN(settled)) FROM "
                          "complaintRecipient WHERE " DELIVERED,
        values, address != NULL ? 2 : 1, error);
    if (query == NULL || !query_next(query))
        return false;
    *count = sending + query_number(query, 0);
    *first = query_number(query, 1);
    return true;
}

static bool
rule_cap(struct db *db, unsigned cap, const char *address, int64_t now, int64_t seconds,
         struct outbox_verdict *verdict, GError **error)
{
    int64_t count, first;
    if (cap == 0 || verdict->ruling != RULING_SEND)
        return true;
    if (!count_within(db, address, now, seconds, &count, &first, error))
        return false;
    if (count < cap)
        return true;
    g_snprintf(verdict->reason, sizeof verdict->reason, "held back: at most %u %s%s", cap,
               seconds == CLOCK_DAY_S ? "a day" : "an hour",
               address != NULL ? " to this contact" : "");
    put_off(verdict, address != NULL ? RULING_LATER_CONTACT : RULING_LATER_ALL, now,
            first != 0 ? first + seconds + 1 : now + SOON_SECONDS);
    return true;
}

bool
outbox_rule(struct db *db, const struct outbox_caps *caps, const struct outbox_candidate *candidate,
            int64_t now, struct outbox_verdict *verdict, GError **error)
{
    *verdict = (struct outbox_verdict){ .ruling = RULING_SEND };
    if (candidate->copy)
        return true;
    rule_own(caps, candidate->address, verdict);
    if (verdict->ruling != RULING_SEND)
        return true;
    if (!rule_opt_out(db, candidate, verdict, error))
        return false;
    if (verdict->ruling != RULING_SEND)
        return true;
    if (!rule_quiet(db, caps, candidate, now, verdict, error))
        return false;
    return rule_cap(db, caps->contact_a_day, candidate->address, now, CLOCK_DAY_S, verdict,
                    error) &&
           rule_cap(db, caps->contact_an_hour, candidate->address, now, CLOCK_HOUR_S, verdict,
                    error) &&
           rule_cap(db, caps->a_day, NULL, now, CLOCK_DAY_S, verdict, error) &&
           rule_cap(db, caps->an_hour, NULL, now, CLOCK_HOUR_S, verdict, error);
}
