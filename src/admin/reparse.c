/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reparse.h"

#include <inttypes.h>
#include <stdio.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "base/clock.h"
#include "base/fault.h"

struct wish {
    gboolean held, stored, all, dry;
    char *feed; /* or NULL */
    int64_t since;
};

static bool
read_order(int argc, char **argv, struct wish *wish, GError **error)
{
    g_autofree char *since = NULL;
    const GOptionEntry entries[] = {
        { "held", 0, 0, G_OPTION_ARG_NONE, &wish->held, "Only what is held as unreadable", NULL },
        { "stored", 0, 0, G_OPTION_ARG_NONE, &wish->stored, "Only stored mails", NULL },
        { "all", 0, 0, G_OPTION_ARG_NONE, &wish->all,
          "Stored mails of this parser, too, not only of older ones", NULL },
        { "feed", 0, 0, G_OPTION_ARG_STRING, &wish->feed, "Only what came from this feed", "NAME" },
        { "since", 0, 0, G_OPTION_ARG_STRING, &since, "Only what was received since", "DATE" },
        { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &wish->dry,
          "Parse, and say what it came to; change nothing", NULL },
        G_OPTION_ENTRY_NULL
    };
    if (!option_read(
            argc, argv, entries, "",
            "Held messages that are reports today become mails, those that answer one of our\n"
            "complaints become answers. Mails that an older parser\n"
            "read are read again: their ids, what was reported and what an analyst said\n"
            "stays. Mails that came from the original get subject, URLs, attachments and\n"
            "patterns anew. It may be stopped at any time and run again.",
            NULL, error))
        return false;
    if (!wish->held && !wish->stored)
        wish->held = wish->stored = TRUE;
    return since == NULL || option_date(since, &wish->since, error);
}

static bool
reparse(const struct config *config, const struct wish *wish, bool quiet, GError **error)
{
    const struct reparse_order order = { .held = wish->held,
                                         .stored = wish->stored,
                                         .all = wish->all,
                                         .dry = wish->dry,
                                         .feed = wish->feed,
                                         .since = wish->since,
                                         .quiet = quiet };
    struct reparse_counts counts;
    int64_t started = clock_monotonic_us();
    bool good = reparse_run(config, &order, &counts, error);
    if (good || counts.seen > 0)
        printf("reparsed %" PRIu64 ", changed %" PRIu64 ", now reports %" PRIu64
               ", now answers %" PRIu64 ", failed %" PRIu64 " in %.1f s\n",
               counts.seen, counts.changed, counts.released, counts.answers, counts.failed,
               (double)(clock_monotonic_us() - started) / 1e6);
    if (good && counts.seen == 0 && wish->feed != NULL && config_feed(config, wish->feed) == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "nothing is there from feed %s, and %s has no section of that name", wish->feed,
                    config->path);
        return false;
    }
    return good;
}

bool
admin_reparse(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct wish wish = { .since = 0 };
    bool good = read_order(argc, argv, &wish, error);
    g_autoptr(Config) config = good ? admin_config(run, error) : NULL;
    good = config != NULL && reparse(config, &wish, run->level <= LOG_LEVEL_ERROR, error);
    g_free(wish.feed);
    return good;
}
