/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "base/fault.h"
#include "base/progress.h"
#include "ingest/run_state.h"
#include "mailbox/run_lock.h"
#include "store/fact_read.h"
#include "store/schema.h"
#include "store/upgrade.h"

#define MEGABYTE (1024 * 1024)

struct shown {
    const char *what; /* of the line on the terminal */
    Progress *progress;
    bool quiet;
};

static void
show(void *self, const char *what, uint64_t done, uint64_t expected)
{
    struct shown *shown = self;
    if (shown->what == NULL || strcmp(shown->what, what) != 0) {
        progress_free(shown->progress);
        shown->progress = progress_new(what, expected, shown->quiet);
        shown->what = what;
    }
    progress_expect(shown->progress, expected);
    progress_show(shown->progress, done);
}

/* The copy takes about as much as the original's tables until these are dropped. */
static void
warn_of_room(void *self, int64_t needed, int64_t left)
{
    (void)self;
    if (left < 0 || left >= needed)
        return;
    g_autofree char *want = g_strdup_printf("%" PRId64 " MB", needed / MEGABYTE + 1);
    g_autofree char *have = g_strdup_printf("%" PRId64 " MB", left / MEGABYTE);
    log_event(LOG_LEVEL_WARNING, "disk-short", "free", have, "needed", want, NULL);
}

static void
say(const struct upgrade_result *result, bool keep)
{
    if (result->nothing_to_do) {
        printf("schema version %d is in place: nothing to do\n", SCHEMA_VERSION);
        return;
    }
    printf("upgraded %" PRIu64 " mails to schema version %d\n", result->mails, SCHEMA_VERSION);
    if (result->merged != 0)
        printf("%" PRIu64 " names, URLs or files that are one were merged\n", result->merged);
    if (result->loose != 0)
        printf("%" PRIu64 " links of no mail, or to nothing, were left out\n", result->loose);
    if (result->strange != NULL)
        printf("kept, for they have columns of your own: %s\n", result->strange->str);
    else if (keep)
        puts(
            "kept: the original's tables, as original_NAME; original_merged tells what was merged");
    puts("The column content is in rawMessage now, compressed. deliveryResult none also meant that"
         " nothing was said.\nThese mails have no row in the ledger (their reports were not kept):"
         " a report that is still in a mailbox would be stored again.\nSubjects, URLs, attachments"
         " and patterns are renewed by: lafayette-admin reparse");
}

static bool
upgrade(const struct admin_run *run, const struct config *config, bool keep, GError **error)
{
    struct shown shown = { .quiet = run->level <= LOG_LEVEL_ERROR };
    struct upgrade_options options = { .threads = config->ingest.threads,
                                       .keep_original = keep,
                                       .progress = show,
                                       .self = &shown,
                                       .room = warn_of_room };
    struct upgrade_result result;
    struct db_settings settings = db_settings_of(config);
    g_autoptr(Db) db = admin_database(config, error);
    if (db == NULL)
        return false;
    g_autofree struct ip_range *ranges =
        config_ranges(config->networks.public, &options.public_count);
    options.public_ranges = ranges;
    options.lookup_since =
        fact_since(&(struct fact_wants){ .days = config->dns.backfill_days }, clock_now());
    bool ok = upgrade_run(db, &settings, &options, &result, error);
    progress_free(shown.progress);
    if (ok && run->level > LOG_LEVEL_ERROR)
        say(&result, keep);
    if (result.strange != NULL)
        g_string_free(result.strange, TRUE);
    return ok;
}

bool
admin_upgrade(const struct admin_run *run, int argc, char **argv, GError **error)
{
    bool held = false;
    bool keep = argc > 1 && strcmp(argv[1], "--keep-original") == 0;
    if (!admin_takes(argc, argv, keep ? 1 : 0, error))
        return false;
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(RunLock) lock =
        config != NULL ? run_lock_take("upgrade", &held, NULL, NULL, error) : NULL;
    if (held)
        g_set_error(error, FAULT, FAULT_RETRY, "another upgrade is at work on this machine");
    return lock != NULL && upgrade(run, config, keep, error);
}
