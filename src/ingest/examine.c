/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/examine.h"

#include "base/compress.h"
#include "classify/fingerprint.h"
#include "classify/pattern.h"
#include "ingest/stored_frame.h"
#include "ingest/trap.h"
#include "ingest/trust.h"
#include "report/address_mask.h"

#define ZSTD_LEVEL 1 /* measured: 1 % more octets than level 3, two thirds of its cost */

struct examiner {
    const struct examine_settings *settings;
    Compressor *compressor;
};

void
examine_settings_init(struct examine_settings *settings, const struct config *config,
                      const struct config_feed *feed)
{
    size_t own_count = 0;
    *settings = (struct examine_settings){ .feed = feed != NULL ? feed->name : "files" };
    if (feed != NULL) {
        settings->report.received_by = feed->received_by;
        settings->report.spamtrap = strcmp(feed->kind, "spamtrap") == 0;
        settings->authserv_id = feed->authserv_id;
        settings->replies = strcmp(feed->kind, "replies") == 0;
    }
    settings->reply.bounce_address = config->web.bounce_address;
    settings->reply.secret = config->web.secret_key;
    settings->own_networks = config_ranges(config->networks.own, &own_count);
    settings->classify.own_networks = settings->own_networks;
    settings->classify.own_network_count = own_count;
    settings->classify.forwarders = (const char *const *)config->networks.forwarders;
    settings->classify.forwarder_count = g_strv_length(config->networks.forwarders);
}

void
examine_settings_clear(struct examine_settings *settings)
{
    g_free(settings->own_networks);
    settings->own_networks = NULL;
}

struct examiner *
examiner_new(const struct examine_settings *settings)
{
    struct examiner *examiner = g_new0(struct examiner, 1);
    examiner->settings = settings;
    examiner->compressor = compressor_new(ZSTD_LEVEL);
    return examiner;
}

void
examiner_free(struct examiner *examiner)
{
    if (examiner == NULL)
        return;
    compressor_free(examiner->compressor);
    g_free(examiner);
}

static void
take_patterns(struct record_report *to, const struct report *report)
{
    size_t count = 0;
    struct masked_pattern *found = masked_patterns_of(report, &count);
    to->patterns = g_new0(struct pattern, count + 1);
    to->pattern_count = count;
    for (size_t i = 0; i < count; i++)
        to->patterns[i] = (struct pattern){ .kind = found[i].kind, .text = found[i].text };
    g_free(found);
}

static void
take_report(struct examiner *examiner, struct record_report *to, struct report *report,
            const struct trap *trap)
{
    const struct examine_settings *settings = examiner->settings;
    struct verdict verdict;
    classify(report, &settings->classify, &verdict);
    to->report = report;
    to->judged.email_type = email_type_name(verdict.type);
    to->judged.email_rule = verdict.rule;
    to->judged.likely_genuine = verdict.likely_genuine;
    to->report_auth = trust_report_auth(report->outer, settings->authserv_id);
    to->ip_trust = trust_source_ip(report);
    report_fingerprint(report, to->fingerprint);
    if (trap != NULL)
        trap_hide(trap, report);
    take_patterns(to, report);
}

static struct record *
record_for(struct examiner *examiner, const struct delivery *delivery,
           const unsigned char digest[DIGEST_OCTETS])
{
    struct record *record = g_new0(struct record, 1);
    memcpy(record->digest, digest, DIGEST_OCTETS);
    record->feed = examiner->settings->feed;
    record->where = g_strdup(delivery->where);
    record->uid_validity = delivery->uid_validity;
    record->uid = delivery->uid;
    record->received_date =
        delivery->received_date != CLOCK_UNKNOWN ? delivery->received_date : clock_now();
    if (delivery->octets != NULL)
        record->octets = g_bytes_get_size(delivery->octets);
    return record;
}

/* NULL: the feed is no trap's. */
static struct trap *
trap_for(struct examiner *examiner, struct span octets)
{
    return examiner->settings->report.spamtrap ? trap_new(octets) : NULL;
}

static void
keep_raw(struct examiner *examiner, struct record *record, const struct trap *trap,
         struct span octets)
{
    g_autoptr(GBytes) masked = NULL;
    /* The compressor, or what reads a trap's mail, may be what died of it. */
    bool crash = g_strcmp0(record->held_kind, HELD_CRASH) == 0;
    /* An aggregate report in a file of its own, zipped perhaps, names no trap. */
    bool bare = trap != NULL && record->held_kind != NULL && !trap_is_mail(trap) &&
                strcmp(record->held_kind, HELD_UNREADABLE) != 0;
    if (examiner->settings->report.spamtrap && !bare) {
        masked = crash ? address_mask_mail(octets) : trap_mail(trap);
        octets = span_of_bytes(masked);
    }
    if (crash)
        record->raw = stored_frame(octets);
    else
        record->raw = compressor_run(examiner->compressor, octets);
}

struct record *
examine_known(struct examiner *examiner, const struct delivery *delivery,
              const unsigned char digest[DIGEST_OCTETS])
{
    return record_for(examiner, delivery, digest);
}

struct record *
examine_held(struct examiner *examiner, const struct delivery *delivery,
             const unsigned char digest[DIGEST_OCTETS], const char *kind, const char *reason)
{
    struct record *record = record_for(examiner, delivery, digest);
    record->held_kind = kind;
    record->held_reason = g_strdup(reason);
    if (delivery->octets == NULL)
        return record;
    struct span octets = span_of_bytes(delivery->octets);
    g_autoptr(Trap) trap = strcmp(kind, HELD_CRASH) != 0 ? trap_for(examiner, octets) : NULL;
    keep_raw(examiner, record, trap, octets);
    return record;
}

/* Aggregate and TLS reports are recognised and kept, not read. */
static bool
is_for_later(const struct report *report)
{
    return report->kind == REPORT_AGGREGATE || report->kind == REPORT_TLSRPT;
}

static struct record *
examine_reply(struct examiner *examiner, const struct delivery *delivery,
              const unsigned char digest[DIGEST_OCTETS])
{
    struct span octets = span_of_bytes(delivery->octets);
    g_autoptr(GError) error = NULL;
    struct record *record = record_for(examiner, delivery, digest);
    int64_t told = record->received_date;
    record->reply = reply_read(octets, &examiner->settings->reply, told, &told, &error);
    if (record->reply == NULL) {
        record->held_kind = HELD_UNREADABLE;
        record->held_reason = g_strdup(error->message);
    }
    if (delivery->received_date == CLOCK_UNKNOWN || delivery->date_is_weak)
        record->received_date = told;
    keep_raw(examiner, record, NULL, octets);
    return record;
}

struct record *
examine(struct examiner *examiner, const struct delivery *delivery,
        const unsigned char digest[DIGEST_OCTETS])
{
    if (examiner->settings->replies)
        return examine_reply(examiner, delivery, digest);
    struct span octets = span_of_bytes(delivery->octets);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) reports = reports_parse(octets, &examiner->settings->report, &error);
    const struct report *first = reports != NULL ? g_ptr_array_index(reports, 0) : NULL;
    struct record *record;
    if (first == NULL)
        return examine_held(examiner, delivery, digest, HELD_UNREADABLE, error->message);
    if (is_for_later(first)) {
        bool tls = first->kind == REPORT_TLSRPT;
        return examine_held(examiner, delivery, digest, tls ? HELD_TLSRPT : HELD_AGGREGATE,
                            tls ? "a TLS report (RFC 8460), kept for a later reader"
                                : "a DMARC aggregate report, kept for a later reader");
    }
    record = record_for(examiner, delivery, digest);
    if (delivery->received_date == CLOCK_UNKNOWN || delivery->date_is_weak)
        record->received_date = trust_received_date(first->outer, record->received_date);
    g_autoptr(Trap) trap = trap_for(examiner, octets);
    keep_raw(examiner, record, trap, octets);
    record->report_count = reports->len;
    record->reports = g_new0(struct record_report, reports->len);
    g_ptr_array_set_free_func(reports, NULL); /* the record owns them now */
    for (guint i = 0; i < reports->len; i++)
        take_report(examiner, &record->reports[i], g_ptr_array_index(reports, i), trap);
    return record;
}
