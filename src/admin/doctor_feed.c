/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "admin/checkup.h"
#include "base/clock.h"
#include "ingest/feed_open.h"
#include "mailbox/in_work.h"
#include "mailbox/run_lock.h"
#include "mailbox/state_folder.h"
#include "store/query.h"

/* Messages leave a Maildir by a rename: its folders must be writable. */
static bool
check_folders(struct checkup *checkup, const struct config_feed *feed, const char *what)
{
    static const char *const subs[] = { "cur", "new" };
    const char *path = strchr(feed->source, ':') + 1;
    bool maildir = g_str_has_prefix(feed->source, "maildir:");
    int mode = R_OK | (feed_settle(feed) != SETTLE_KEEP ? W_OK : 0);
    for (size_t i = 0; i < (maildir ? G_N_ELEMENTS(subs) : 1); i++) {
        g_autofree char *place = maildir ? g_build_filename(path, subs[i], NULL) : g_strdup(path);
        if (access(place, mode) == 0 || (maildir && errno == ENOENT && access(path, mode) == 0))
            continue;
        checkup_tell(checkup, FINDING_ACT, what, "%s: %s%s", place, g_strerror(errno),
                     (mode & W_OK) != 0 ? " (stored messages are moved: it must be writable)" : "");
        return false;
    }
    return true;
}

/* Opens the mailbox as one that keeps its messages: nothing in it changes. */
static void
check_mailbox(struct checkup *checkup, const struct config_feed *feed, const char *what)
{
    struct config_feed kept = *feed;
    GError *error = NULL;
    kept.imap_keep = true;
    if (feed->source != NULL && !check_folders(checkup, feed, what))
        return;
    g_autoptr(Mailbox) mailbox = feed_open(&kept, NULL, &error);
    if (mailbox == NULL)
        checkup_fault(checkup, what, error);
    else
        checkup_tell(checkup, FINDING_OK, what, "%" PRIu64 " messages in %s",
                     mailbox_expected(mailbox),
                     feed->source != NULL ? feed->source : feed->imap_folder);
}

/* Messages on which a run died; the journal is one process's at a time, so only under the lock. */
static void
check_journal(struct checkup *checkup, const char *folder, const char *name, const char *what)
{
    g_autofree char *file = state_folder_file(name, ".inwork");
    g_autofree char *path = g_build_filename(folder, file, NULL);
    GError *error = NULL;
    if (access(path, F_OK) != 0)
        return;
    g_autoptr(InWork) journal = in_work_open(folder, name, &error);
    if (journal == NULL) {
        checkup_fault(checkup, what, error);
        return;
    }
    size_t suspects = in_work_suspects(journal, NULL, 0);
    if (suspects > 0)
        checkup_tell(checkup, FINDING_NOTE, what,
                     "a run died with %zu messages in work; the next run tries them apart",
                     suspects);
}

static void
check_lock(struct checkup *checkup, const char *name, const char *what)
{
    bool held = false;
    int64_t since = 0;
    g_autofree char *folder = NULL;
    GError *error = NULL;
    g_autoptr(RunLock) lock = run_lock_take(name, &held, &since, &folder, &error);
    if (lock != NULL) {
        check_journal(checkup, folder, name, what);
    } else if (!held) {
        checkup_fault(checkup, what, error);
    } else {
        int64_t seconds = clock_now() - since;
        bool stuck = seconds > checkup->config->ingest.stuck_after_s;
        checkup_tell(checkup, stuck ? FINDING_ACT : FINDING_NOTE, what,
                     "a run has been at work for %" G_GINT64_FORMAT " s%s", seconds,
                     stuck ? ": look whether it is stuck, and end it" : "");
    }
}

static void
check_last_run(struct checkup *checkup, const char *name, const char *what)
{
    GError *error = NULL;
    struct value values[] = { value_text(name) };
    g_autoptr(Query) run = query_run(
        checkup->db,
        "SELECT ended, TIMESTAMPDIFF(SECOND, ended, UTC_TIMESTAMP()), failed FROM feedRun WHERE "
        "feed = ? ORDER BY ended DESC LIMIT 1",
        values, G_N_ELEMENTS(values), &error);
    if (run == NULL)
        checkup_fault(checkup, what, error);
    else if (!query_next(run))
        checkup_tell(checkup, FINDING_NOTE, what, "no run has ended yet");
    else
        checkup_tell(checkup, FINDING_NOTE, what,
                     "the last run ended %s UTC, %" G_GINT64_FORMAT " s ago, %s failed",
                     query_text(run, 0), query_number(run, 1), query_text(run, 2));
}

void
doctor_feeds(struct checkup *checkup)
{
    GError *error = NULL;
    g_autofree char *path = NULL;
    int state = state_folder_open(&path, &error);
    if (state < 0) {
        checkup_fault(checkup, "state folder", error);
    } else {
        checkup_tell(checkup, FINDING_OK, "state folder", "%s", path);
        close(state);
    }
    for (guint i = 0; i < checkup->config->feeds->len; i++) {
        const struct config_feed *feed = g_ptr_array_index(checkup->config->feeds, i);
        g_autofree char *what = g_strconcat("feed ", feed->name, NULL);
        if (checkup->feed != NULL && strcmp(checkup->feed, feed->name) != 0)
            continue;
        check_mailbox(checkup, feed, what);
        if (state >= 0)
            check_lock(checkup, feed->name, what);
        if (checkup->db != NULL)
            check_last_run(checkup, feed->name, what);
    }
    if (checkup->config->feeds->len == 0)
        checkup_tell(checkup, FINDING_ACT, "feeds",
                     "none: write a section with imapHost or source into %s",
                     checkup->config->path);
}
