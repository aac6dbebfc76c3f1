/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-ingest - reports from a mailbox into the database; by cron, or by hand over files */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/program.h"
#include "ingest/contact_run.h"
#include "ingest/dump.h"
#include "ingest/examine.h"
#include "ingest/feed_open.h"
#include "ingest/lookup_beside.h"
#include "ingest/run.h"

#define LARGE_BLOCK (1024 * 1024)

static char *feed_name;
static gboolean parse_only, no_enrich, enrich_only, contacts;
static volatile int stop; /* set by SIGINT, SIGTERM and SIGHUP */

static const GOptionEntry entries[] = {
    { "feed", 'f', 0, G_OPTION_ARG_STRING, &feed_name,
      "The section of the configuration to read, or under whose name to file PATH", "NAME" },
    { "parse-only", 0, 0, G_OPTION_ARG_NONE, &parse_only,
      "Print the reports as JSON lines as arfdump does; no database, nothing is settled", NULL },
    { "no-enrich", 0, 0, G_OPTION_ARG_NONE, &no_enrich,
      "Store only; what is to be looked up waits for the next run", NULL },
    { "enrich-only", 0, 0, G_OPTION_ARG_NONE, &enrich_only,
      "Read nothing; look up what waits for it", NULL },
    { "contacts", 0, 0, G_OPTION_ARG_NONE, &contacts,
      "With --enrich-only: find out whom to tell about the sources, too", NULL },
    G_OPTION_ENTRY_NULL
};

static const struct program program = {
    .name = "lafayette-ingest",
    .arguments = "[PATH...]",
    .summary = "Reads failure and abuse reports into the database, each exactly once.",
    .description =
        "With -f NAME alone it reads the mailbox of that feed (a section of forensic.cfg with\n"
        "imapHost or source) and settles what was stored as imapSettle says: moved to the folder\n"
        "Done unless told otherwise. With PATH it reads files, folders, Maildirs and mboxes (- is\n"
        "stdin) and leaves them as they are. What cannot be read as a report is held with its\n"
        "reason. Run it again whenever you like: what is stored is not stored twice.\n\n"
        "Beside that it looks up who sent the mails (names, networks, block lists, hosts of "
        "URLs),\n"
        "for at most [dns] budget seconds when all is stored; what nobody answered is asked again "
        "on\n"
        "the next run.\n\n"
        "Examples:\n"
        "  lafayette-ingest -f mailbox              what cron does\n"
        "  lafayette-ingest failures.mbox           an old archive\n"
        "  lafayette-ingest --parse-only mail.eml   what would be stored\n"
        "  lafayette-ingest --enrich-only           look up what is left of earlier runs\n\n"
        "The last line on stdout: ingested N, duplicate N, quarantined N, failed N in S s\n\n"
        "Exit codes: 0 (also when messages were quarantined, or another run has the feed); 64\n"
        "wrong options; 75 server, database or disk away, stopped, or a run is stuck: the next run "
        "goes\n"
        "on; 78 configuration, password or rights are wrong.\n",
    .entries = entries,
};

static void
on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* A second signal ends the program at once; that loses nothing either. */
static void
catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
    struct sigaction before;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup(1) */
        sigaction(SIGHUP, &action, NULL);
}

static const struct config_feed *
find_feed(const struct config *config, GError **error)
{
    const struct config_feed *feed = config_feed(config, feed_name);
    g_autoptr(GString) names = g_string_new(NULL);
    if (feed != NULL)
        return feed;
    for (guint i = 0; i < config->feeds->len; i++) {
        const struct config_feed *known = g_ptr_array_index(config->feeds, i);
        g_string_append_printf(names, "%s %s", i > 0 ? "," : "", known->name);
    }
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s: no feed \"%s\"; it has:%s", config->path,
                feed_name, names->len > 0 ? names->str : " none");
    return NULL;
}

static int
fail(const GError *error)
{
    log_fault("failed", error);
    return fault_exit_code(error);
}

/* --parse-only: like arfdump, over the feed's mailbox or the files. */
static int
dump_all(const struct config *config, const struct config_feed *feed, char **paths)
{
    struct examine_settings settings;
    struct dump dump = { .bad = false };
    GError *error = NULL;
    bool good = true;
    examine_settings_init(&settings, config, feed);
    dump.report = settings.report;
    dump.classify = settings.classify;
    if (paths == NULL) {
        g_autoptr(Mailbox) mailbox = feed_open(feed, NULL, &error);
        good = mailbox != NULL && dump_mailbox(&dump, mailbox, &error);
    }
    for (char **path = paths; good && path != NULL && *path != NULL; path++) {
        g_autoptr(Mailbox) mailbox = mailbox_open_path(*path, SETTLE_KEEP, &error);
        good = mailbox != NULL && dump_mailbox(&dump, mailbox, &error);
    }
    examine_settings_clear(&settings);
    if (!good || fflush(stdout) != 0) {
        int code = fail(error);
        g_clear_error(&error);
        return code;
    }
    return dump.bad ? EX_DATAERR : EX_OK;
}

static void
tell_lookups(const struct lookup_counts *counts)
{
    const struct {
        const char *key;
        uint64_t figure;
    } figures[] = { { "asked", counts->asked }, { "found", counts->found },
                    { "none", counts->none },   { "not-known", counts->not_known },
                    { "mails", counts->mails }, { "left", counts->left } };
    char text[G_N_ELEMENTS(figures)][24], seconds[24];
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++)
        g_snprintf(text[i], sizeof text[i], "%" PRIu64, figures[i].figure);
    g_snprintf(seconds, sizeof seconds, "%.1f", counts->seconds);
    log_event(LOG_LEVEL_INFO, "lookups", figures[0].key, text[0], figures[1].key, text[1],
              figures[2].key, text[2], figures[3].key, text[3], figures[4].key, text[4],
              figures[5].key, text[5], "in", seconds, NULL);
}

/* Who sent the mails; an exit code. That nobody answered is no failure, and a failure is not told
 * twice. */
static int
look_up(struct lookup_beside *beside, bool failed, struct lookup_counts *counts)
{
    g_autoptr(GError) error = NULL;
    enum lookup_end end = lookup_beside_end(beside, counts, &error);
    if (end == LOOKUP_HELD)
        log_event(LOG_LEVEL_DEBUG, "another-run", "of", "lookups", NULL);
    if (counts->mails + counts->left > 0)
        tell_lookups(counts);
    if (end != LOOKUP_FAILED)
        return EX_OK;
    return failed ? fault_exit_code(error) : fail(error);
}

static int
ingest(struct run_options *options, bool quiet)
{
    const struct lookup_options looking = { .config = options->config,
                                            .quiet = quiet,
                                            .stop = &stop };
    g_autoptr(LookupBeside) beside = no_enrich ? NULL : lookup_beside_new(&looking);
    struct run_counts counts = { 0 };
    struct lookup_counts lookups;
    g_autoptr(GError) error = NULL;
    int64_t started = clock_monotonic_us();
    options->begun = beside != NULL ? lookup_beside_begun : NULL;
    options->stored = beside != NULL ? lookup_beside_stored : NULL;
    options->user = beside;
    enum run_end end = run_ingest(options, &counts, &error);
    int looked_up = EX_OK;
    double seconds = (double)(clock_monotonic_us() - started) / 1e6;
    if (end == RUN_HELD) {
        log_event(LOG_LEVEL_DEBUG, "another-run", "feed", feed_name, NULL);
        return EX_OK;
    }
    if (end == RUN_FAILED)
        log_fault("failed", error);
    if (beside != NULL) /* a mailbox that is away keeps nobody from being looked up */
        looked_up = look_up(beside, end == RUN_FAILED, &lookups);
    if (stop)
        log_event(LOG_LEVEL_WARNING, "stopped", "by", "signal", NULL);
    if (end != RUN_FAILED || counts.ingested + counts.duplicate + counts.quarantined > 0 || !quiet)
        printf("ingested %" PRIu64 ", duplicate %" PRIu64 ", quarantined %" PRIu64
               ", failed %" PRIu64 " in %.1f s\n",
               counts.ingested, counts.duplicate, counts.quarantined, counts.failed, seconds);
    if (fflush(stdout) != 0 && end == RUN_DONE)
        return EX_TEMPFAIL;
    if (end == RUN_DONE)
        return stop ? EX_TEMPFAIL : looked_up;
    return end == RUN_STOPPED ? EX_TEMPFAIL : fault_exit_code(error);
}

/* --enrich-only --contacts */
static int
find_contacts(const struct config *config, bool quiet)
{
    const struct contact_run_options options = { .config = config, .quiet = quiet, .stop = &stop };
    struct contact_run_counts counts;
    g_autoptr(GError) error = NULL;
    enum contact_run_end end = contact_run(&options, &counts, &error);
    if (end == CONTACTS_HELD)
        log_event(LOG_LEVEL_DEBUG, "another-run", "of", "contacts", NULL);
    if (end == CONTACTS_DONE && counts.not_known > 0)
        log_event(LOG_LEVEL_WARNING, "contacts", "reason", counts.failure, NULL);
    printf("contacts: sources %" PRIu64 ", found %" PRIu64 ", none %" PRIu64 ", not known %" PRIu64
           ", new %" PRIu64 " in %.1f s\n",
           counts.addresses, counts.found, counts.none, counts.not_known, counts.written,
           counts.seconds);
    return end == CONTACTS_FAILED ? fail(error) : EX_OK;
}

/* --enrich-only */
static int
enrich(const struct config *config, bool quiet)
{
    const struct lookup_options options = { .config = config, .quiet = quiet, .stop = &stop };
    g_autoptr(LookupBeside) beside = lookup_beside_new(&options);
    struct lookup_counts counts;
    int code = look_up(beside, false, &counts);
    printf("looked up %" PRIu64 ", left %" PRIu64 " in %.1f s\n", counts.mails, counts.left,
           counts.seconds);
    if (contacts && code == EX_OK && !stop)
        code = find_contacts(config, quiet);
    if (fflush(stdout) != 0 && code == EX_OK)
        return EX_TEMPFAIL;
    return stop && code == EX_OK ? EX_TEMPFAIL : code;
}

int
main(int argc, char **argv)
{
    struct program_options options;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    g_autoptr(Config) config = NULL;
    struct run_options run = { .stop = &stop };
    program_start(&program, argc, argv, &options);
    mallopt(M_ARENA_MAX, 2);                /* memory that one thread freed serves the others */
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK); /* what a large message took goes back at once */
    if (enrich_only + no_enrich + parse_only > 1 ||
        (enrich_only && (feed_name != NULL || options.arguments[0] != NULL)))
        program_usage(&program, "--enrich-only stands alone; and one of --no-enrich, --parse-only");
    if (contacts && !enrich_only)
        program_usage(&program, "--contacts goes with --enrich-only");
    if (!enrich_only && feed_name == NULL && options.arguments[0] == NULL)
        program_usage(&program, "what to read? name a feed with -f, or files");
    path = config_find(options.config, &error);
    config = path != NULL ? config_load(path, &error) : NULL;
    if (config == NULL || (!parse_only && !config_check_networks(config, &error)))
        return fail(error);
    run.config = config;
    run.quiet = options.quiet;
    run.paths = options.arguments[0] != NULL ? options.arguments : NULL;
    if (feed_name != NULL && (run.feed = find_feed(config, &error)) == NULL)
        return fail(error);
    if (enrich_only) {
        catch_signals();
        return enrich(config, options.quiet);
    }
    report_open();
    if (parse_only)
        return dump_all(config, run.feed, run.paths);
    catch_signals();
    return ingest(&run, options.quiet);
}
