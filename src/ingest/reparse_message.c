/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reparse_message.h"

#include "base/fault.h"
#include "base/limits.h"
#include "base/text.h"
#include "classify/pattern.h"
#include "ingest/examine.h"
#include "mailbox/in_work_trial.h"
#include "mailbox/mail_digest.h"

#define TRIAL_SECONDS 60
#define DAEMON_TRIAL_SECONDS 10 /* somebody waits for the page */

/* A feed of the configuration, or one that was there once. */
struct feed_reader {
    struct examine_settings settings;
    Examiner *examiner;
    bool date_is_weak; /* of what was held: the file's time */
};

struct reparser {
    const struct config *config;
    struct in_work *journal;
    struct reparse_trials *trials; /* or NULL */
    GHashTable *readers;           /* name and kind to struct feed_reader */
};

static void
reader_free(void *pointer)
{
    struct feed_reader *reader = pointer;
    examiner_free(reader->examiner);
    examine_settings_clear(&reader->settings);
    g_free(reader);
}

struct reparser *
reparser_new(const struct config *config, struct in_work *journal, struct reparse_trials *trials)
{
    struct reparser *reparser = g_new0(struct reparser, 1);
    reparser->config = config;
    reparser->journal = journal;
    reparser->trials = trials;
    reparser->readers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reader_free);
    return reparser;
}

void
reparser_free(struct reparser *reparser)
{
    if (reparser == NULL)
        return;
    g_hash_table_unref(reparser->readers);
    g_free(reparser);
}

static struct feed_reader *
reader_for(struct reparser *reparser, const struct stored_message *message)
{
    const struct config_feed *feed = config_feed(reparser->config, message->feed);
    bool trap = strcmp(message->kind, "spamtrap") == 0;
    /* What is a mail stays one, whatever its feed is now. */
    bool answer = strcmp(message->kind, HELD_REPLY) == 0 ||
                  (message->held_id != 0 && feed != NULL && strcmp(feed->kind, "replies") == 0);
    g_autofree char *key =
        g_strconcat(message->feed, trap ? "\nspamtrap" : "", answer ? "\nanswer" : "", NULL);
    struct feed_reader *reader = g_hash_table_lookup(reparser->readers, key);
    if (reader != NULL)
        return reader;
    reader = g_new0(struct feed_reader, 1);
    examine_settings_init(&reader->settings, reparser->config, feed);
    reader->settings.replies = answer;
    reader->settings.feed = g_intern_string(message->feed);
    reader->settings.report.spamtrap = reader->settings.report.spamtrap || trap;
    reader->examiner = examiner_new(&reader->settings);
    reader->date_is_weak = feed == NULL || feed->source != NULL;
    g_hash_table_insert(reparser->readers, g_steal_pointer(&key), reader);
    return reader;
}

struct trial {
    struct feed_reader *reader;
    const struct stored_message *message;
};

static struct record *
parse(struct feed_reader *reader, const struct stored_message *message, GBytes *octets)
{
    struct delivery delivery = { .octets = octets,
                                 .where = (char[]){ "database" },
                                 .received_date = message->received_date,
                                 .date_is_weak = message->held_id != 0 && reader->date_is_weak };
    return examine(reader->examiner, &delivery, message->digest);
}

static bool
parse_in_child(struct span octets, void *user)
{
    struct trial *trial = user;
    GBytes *bytes = g_bytes_new_static(octets.octets, octets.len);
    record_free(parse(trial->reader, trial->message, bytes));
    g_bytes_unref(bytes);
    return true;
}

/* The reported mail alone, as a database of the original has it: it is no report. */
static struct record *
parse_original(const struct stored_message *message, GBytes *octets, GError **error)
{
    static const struct report_settings any_mail = { .spamtrap = true };
    g_autoptr(GPtrArray) reports = reports_parse(span_of_bytes(octets), &any_mail, error);
    if (reports == NULL)
        return NULL;
    struct report *report = g_ptr_array_index(reports, 0);
    if (report->kind != REPORT_SPAMTRAP) {
        g_set_error(error, FAULT, FAULT_REJECT, "the reported mail is a report itself");
        for (guint i = 0; i < reports->len; i++)
            report_free(g_ptr_array_index(reports, i));
        g_ptr_array_set_free_func(reports, NULL);
        return NULL;
    }
    g_ptr_array_set_free_func(reports, NULL); /* the record owns it now */
    size_t count = 0;
    struct masked_pattern *found = masked_patterns_of(report, &count);
    struct record *record = g_new0(struct record, 1);
    memcpy(record->digest, message->digest, DIGEST_OCTETS);
    record->received_date = message->received_date;
    record->reports = g_new0(struct record_report, 1);
    record->report_count = 1;
    record->reports[0].report = report;
    record->reports[0].patterns = g_new0(struct pattern, count + 1);
    record->reports[0].pattern_count = count;
    for (size_t i = 0; i < count; i++)
        record->reports[0].patterns[i] =
            (struct pattern){ .kind = found[i].kind, .text = found[i].text };
    g_free(found);
    return record;
}

/* Masked addresses are no senders. */
static void
forget_senders(struct record_report *report)
{
    size_t kept = 0;
    for (size_t i = 0; i < report->pattern_count; i++) {
        struct pattern *pattern = &report->patterns[i];
        if (strcmp(pattern->kind, "sender") == 0 || strcmp(pattern->kind, "subject+sender") == 0)
            g_free(pattern->text);
        else
            report->patterns[kept++] = *pattern;
    }
    report->pattern_count = kept;
}

/* Only the mail's own fields count. The octets of the original have lost what was no ASCII; a
 * subject that shows it is worse than the one that is there. */
static void
limit_to_mail(const struct stored_message *message, struct renewal *renewal, bool masked)
{
    struct record_report *report = &renewal->record->reports[0];
    const struct mail *mail = report->report->original;
    const char *subject = mail != NULL ? mail->subject : NULL;
    report->report->original_rcpt_to.count = 0;
    report->report->reported_domain.count = 0;
    renewal->how = RENEW_ORIGINAL;
    renewal->arrival = message->arrival_date;
    renewal->subject = message->subject;
    if (subject != NULL && subject[0] != '\0' && strstr(subject, "&#65533;") == NULL &&
        strstr(subject, "\xEF\xBF\xBD") == NULL)
        renewal->subject = g_string_chunk_insert_len(
            report->report->arena, subject,
            (gssize)text_cut_chars(subject, strlen(subject), LIMIT_SUBJECT_CHARS));
    renewal->parser_version = masked ? RECORD_PARSER_VERSION : -RECORD_PARSER_VERSION;
    renewal->keep_senders = masked;
    if (masked)
        forget_senders(report);
}

/* --- trials by a daemon: the octets go to a process that knows the configuration only --- */

struct reparse_trials {
    struct reparser *reparser; /* of the process */
    InWorkTrials *trials;
};

/* The octets behind the feed and the kind, each ended by NUL. */
static bool
parse_in_process(struct span octets, void *user)
{
    const char *feed = octets.octets, *kind = feed + strlen(feed) + 1;
    struct stored_message message = { .feed = feed, .kind = kind, .held_id = 1 };
    struct trial trial = { reader_for(user, &message), &message };
    return parse_in_child(span_from(octets, strlen(feed) + strlen(kind) + 2), &trial);
}

struct reparse_trials *
reparse_trials_open(const struct config *config, GError **error)
{
    struct reparse_trials *trials = g_new0(struct reparse_trials, 1);
    trials->reparser = reparser_new(config, NULL, NULL);
    trials->trials = in_work_trials_open(parse_in_process, trials->reparser, error);
    if (trials->trials == NULL) {
        reparse_trials_free(trials);
        return NULL;
    }
    return trials;
}

void
reparse_trials_free(struct reparse_trials *trials)
{
    if (trials == NULL)
        return;
    in_work_trials_free(trials->trials);
    reparser_free(trials->reparser);
    g_free(trials);
}

static bool
run_trial(struct reparse_trials *trials, const struct stored_message *message, GBytes *octets,
          char **died)
{
    g_autoptr(GByteArray) framed = g_byte_array_new();
    struct span whole = span_of_bytes(octets);
    g_byte_array_append(framed, (const guint8 *)message->feed, (guint)strlen(message->feed) + 1);
    g_byte_array_append(framed, (const guint8 *)message->kind, (guint)strlen(message->kind) + 1);
    g_byte_array_append(framed, (const guint8 *)whole.octets, (guint)whole.len);
    return in_work_trials_run(trials->trials, (struct span){ (char *)framed->data, framed->len },
                              DAEMON_TRIAL_SECONDS, died);
}

/* True when the parser may be given the message in this process. */
static bool
try_first(struct reparser *reparser, struct feed_reader *reader,
          const struct stored_message *message, GBytes *octets, GError **error)
{
    struct trial trial = { reader, message };
    g_autofree char *died = NULL;
    if (reparser->trials == NULL && strcmp(message->kind, HELD_CRASH) != 0 &&
        !in_work_is_suspect(reparser->journal, message->digest))
        return true;
    if (reparser->trials != NULL
            ? run_trial(reparser->trials, message, octets, &died)
            : in_work_trial(span_of_bytes(octets), parse_in_child, &trial, TRIAL_SECONDS, &died)) {
        in_work_clear_suspect(reparser->journal, message->digest);
        return true;
    }
    if (died == NULL)
        g_set_error(error, FAULT, FAULT_RETRY, "no process to try the message in");
    else
        g_set_error(error, FAULT, FAULT_REJECT, "the parser dies of it: %s", died);
    return false;
}

static bool
judge(const struct stored_message *message, struct renewal *renewal, bool masked, GError **error)
{
    struct record *record = renewal->record;
    if (message->held_id != 0) {
        renewal->how = record->held_kind == NULL ? RENEW_RELEASE : RENEW_HOLD;
        return true;
    }
    if (record->held_kind != NULL) {
        g_set_error(error, FAULT, FAULT_REJECT, "it is no report any more: %s",
                    record->held_reason);
        return false;
    }
    renewal->how = RENEW_WHOLE;
    if (masked)
        limit_to_mail(message, renewal, true);
    return true;
}

bool
reparse_message(struct reparser *reparser, const struct stored_message *message, GBytes *octets,
                struct renewal *renewal, GError **error)
{
    struct feed_reader *reader = reader_for(reparser, message);
    unsigned char digest[DIGEST_OCTETS];
    bool original = message->held_id == 0 && message->parser_version <= 0;
    *renewal = (struct renewal){ .raw_id = message->raw_id,
                                 .held_id = message->held_id,
                                 .email_ids = message->email_ids,
                                 .email_count = message->email_count };
    if (!try_first(reparser, reader, message, octets, error))
        return false;
    mail_digest(span_of_bytes(octets), digest);
    int slot = in_work_begin(reparser->journal, message->digest);
    renewal->record =
        original ? parse_original(message, octets, error) : parse(reader, message, octets);
    in_work_end(reparser->journal, slot);
    if (renewal->record == NULL)
        return false;
    bool masked = memcmp(digest, message->digest, DIGEST_OCTETS) != 0;
    if (original)
        limit_to_mail(message, renewal, false);
    else if (!judge(message, renewal, masked, error)) {
        g_clear_pointer(&renewal->record, record_free);
        return false;
    }
    return true;
}
