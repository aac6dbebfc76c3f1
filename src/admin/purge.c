/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "base/clock.h"
#include "base/progress.h"
#include "ingest/exclusive.h"
#include "ingest/feed_open.h"
#include "mailbox/expire.h"
#include "store/fact_purge.h"
#include "store/ledger_purge.h"
#include "store/purge.h"
#include "store/schema.h"
#include "store/sweep.h"

#define DAYS_MAX 36500

struct order {
    struct purge_choice choice;
    bool dry;
    bool everything; /* no class was named: the ledger and the done folders, too */
};

struct counts {
    uint64_t rows, octets, ledger, done, facts;
    struct sweep_counts swept;
};

static bool
read_order(int argc, char **argv, struct order *order, GError **error)
{
    int days = 0;
    gboolean bodies = FALSE, held = FALSE, dry = FALSE;
    g_autofree char *type = NULL;
    const GOptionEntry entries[] = {
        { "days", 0, 0, G_OPTION_ARG_INT, &days, "What arrived more than N days ago", "N" },
        { "bodies", 0, 0, G_OPTION_ARG_NONE, &bodies,
          "The messages as they came alone; what was read from them stays", NULL },
        { "held", 0, 0, G_OPTION_ARG_NONE, &held, "Held messages instead of mails", NULL },
        { "type", 0, 0, G_OPTION_ARG_STRING, &type, "Only normal, bounce or auto-replied mails",
          "TYPE" },
        { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry, "Say what would go, change nothing", NULL },
        G_OPTION_ENTRY_NULL
    };
    static const char *const types[] = { "normal", "bounce", "auto-replied" };
    if (!option_read(argc, argv, entries, "--days N",
                     "Removes mails with all that hangs on them. The ledger stays, so that a kept\n"
                     "mailbox does not bring them back, unless [retention] ledger gives it days.\n"
                     "Without --bodies, --held and --type it also empties the folders for done\n"
                     "messages of feeds with imapDoneDays.",
                     NULL, error))
        return false;
    if (days < 1 || days > DAYS_MAX) {
        g_set_error(error, FAULT, FAULT_USAGE, "purge wants --days 1 to %d", DAYS_MAX);
        return false;
    }
    for (size_t i = 0; type != NULL && i < G_N_ELEMENTS(types); i++)
        if (strcmp(types[i], type) == 0)
            order->choice.type = types[i];
    if (type != NULL && order->choice.type == NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "--type is normal, bounce or auto-replied");
        return false;
    }
    if (held && type != NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "held messages have no type: leave --type out");
        return false;
    }
    order->choice.what =
        held ? (bodies ? PURGE_HELD_BODIES : PURGE_HELD) : (bodies ? PURGE_BODIES : PURGE_MAILS);
    order->choice.before = clock_now() - (int64_t)days * CLOCK_DAY_S;
    order->dry = dry;
    order->everything = !bodies && !held && type == NULL;
    return true;
}

/* Removes what `choice` names, page by page. */
static bool
purge_rows(struct db *db, const struct order *order, bool quiet, struct counts *counts,
           GError **error)
{
    uint64_t expected = 0, octets = 0;
    struct purge purge;
    if (!purge_count(db, &order->choice, &expected, &octets, error))
        return false;
    if (order->dry) {
        counts->rows = expected;
        counts->octets = octets;
        return true;
    }
    g_autoptr(Progress) progress = progress_new("messages", expected, quiet);
    bool good = true;
    for (purge_begin(&purge, &order->choice); good && !purge.done;) {
        good = purge_page(&purge, db, error);
        progress_show(progress, purge.rows);
    }
    counts->rows = purge.rows;
    counts->octets = purge.octets;
    return good;
}

static bool
expire_feed(const struct config_feed *feed, bool dry, uint64_t *count, GError **error)
{
    int64_t before = clock_now() - (int64_t)feed->imap_done_days * CLOCK_DAY_S;
    if (feed->imap_done_days == 0 || feed_settle(feed) != SETTLE_MOVE)
        return true;
    if (feed->source == NULL) {
        struct imap_settings settings = feed_imap_settings(feed, NULL);
        if (strcmp(feed->imap_done, feed->imap_folder) == 0)
            return true;
        return imap_expire(&settings, before, dry, count, error);
    }
    if (!g_str_has_prefix(feed->source, "maildir:"))
        return true;
    return maildir_expire(feed->source + strlen("maildir:"), feed->imap_done, before, dry, count,
                          error);
}

/* A mail server that is away keeps nothing else from being purged. */
static bool
expire_feeds(const struct config *config, bool dry, uint64_t *count, GError **error)
{
    bool good = true;
    for (guint i = 0; i < config->feeds->len; i++) {
        const struct config_feed *feed = g_ptr_array_index(config->feeds, i);
        g_autoptr(GError) problem = NULL;
        if (expire_feed(feed, dry, count, &problem))
            continue;
        log_event(LOG_LEVEL_WARNING, "not-emptied", "feed", feed->name, "reason", problem->message,
                  NULL);
        if (good)
            g_propagate_prefixed_error(error, g_steal_pointer(&problem), "feed %s: ", feed->name);
        good = false;
    }
    return good;
}

static void
tell(const struct order *order, const struct counts *counts, double seconds)
{
    static const char *const whats[] = {
        [PURGE_MAILS] = "mails",
        [PURGE_BODIES] = "bodies",
        [PURGE_HELD] = "held",
        [PURGE_HELD_BODIES] = "held bodies",
    };
    printf("%s %s %" PRIu64 ", octets %" PRIu64, order->dry ? "would purge" : "purged",
           whats[order->choice.what], counts->rows, counts->octets);
    if (!order->dry)
        printf(", urls %" PRIu64 ", files %" PRIu64 ", locals %" PRIu64 ", patterns %" PRIu64
               ", facts %" PRIu64,
               counts->swept.urls, counts->swept.files, counts->swept.locals,
               counts->swept.patterns, counts->facts);
    if (order->everything)
        printf(", ledger %" PRIu64 ", done %" PRIu64, counts->ledger, counts->done);
    printf(" in %.1f s\n", seconds);
}

static bool
purge_all(const struct config *config, struct db *db, const struct order *order, bool quiet,
          struct counts *counts, GError **error)
{
    uint32_t days = config->retention.ledger_days;
    if (!purge_rows(db, order, quiet, counts, error))
        return false;
    if (!order->dry && order->choice.what == PURGE_MAILS &&
        (!sweep_run(db, &counts->swept, error) || !fact_purge_run(db, &counts->facts, error)))
        return false;
    if (!order->everything)
        return true;
    if (days > 0 && !ledger_purge(db, clock_now() - (int64_t)days * CLOCK_DAY_S, order->dry,
                                  &counts->ledger, error))
        return false;
    return expire_feeds(config, order->dry, &counts->done, error);
}

bool
admin_purge(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct order order = { .dry = false };
    struct counts counts = { 0 };
    int64_t started = clock_monotonic_us();
    if (!read_order(argc, argv, &order, error))
        return false;
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(RunLock) lock = config != NULL ? exclusive_take(NULL, NULL, error) : NULL;
    g_autoptr(Db) db = lock != NULL ? admin_database(config, error) : NULL;
    if (db == NULL || !schema_check(db, error))
        return false;
    bool good = purge_all(config, db, &order, run->level <= LOG_LEVEL_ERROR, &counts, error);
    tell(&order, &counts, (double)(clock_monotonic_us() - started) / 1e6);
    return good;
}
