/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/admin.h"
#include "admin/checkup.h"
#include "admin/option.h"
#include "ingest/exclusive.h"

static bool
read_options(int argc, char **argv, struct checkup *checkup, char **feed, GError **error)
{
    gboolean full = FALSE, repair = FALSE, offline = FALSE;
    const GOptionEntry entries[] = {
        { "feed", 0, 0, G_OPTION_ARG_STRING, feed, "This feed only", "NAME" },
        { "full", 0, 0, G_OPTION_ARG_NONE, &full, "Look at all rows, not at the newest only",
          NULL },
        { "offline", 0, 0, G_OPTION_ARG_NONE, &offline, "Ask neither DNS nor RDAP", NULL },
        { "repair", 0, 0, G_OPTION_ARG_NONE, &repair, "Look at all rows, and mend what can be",
          NULL },
        G_OPTION_ENTRY_NULL
    };
    if (!option_read(
            argc, argv, entries, "",
            "Looks at configuration, database, feeds, rows, files of networks, DNS, blocklists\n"
            "and RDAP. Each line is ok, act (what a person has to do), later (something is\n"
            "away) or note. Exit: 0 when all is well, 75 when something is away, 78 when a\n"
            "person must act.",
            NULL, error))
        return false;
    checkup->full = full || repair;
    checkup->repair = repair;
    checkup->offline = offline;
    checkup->feed = *feed;
    return true;
}

static void
look_at_all(struct checkup *checkup)
{
    doctor_database(checkup);
    doctor_feeds(checkup);
    if (checkup->db != NULL && checkup->feed == NULL)
        doctor_rows(checkup);
    if (checkup->feed == NULL) {
        doctor_networks(checkup);
        doctor_dns(checkup);
    }
    db_close(checkup->db);
}

static bool
conclude(const struct checkup *checkup, GError **error)
{
    unsigned act = checkup->counts[FINDING_ACT], later = checkup->counts[FINDING_LATER];
    if (act + later == 0)
        return true;
    g_set_error(error, FAULT, act > 0 ? FAULT_OPERATOR : FAULT_RETRY,
                "doctor: %u to act on, %u to look at again later", act, later);
    return false;
}

bool
admin_doctor(const struct admin_run *run, int argc, char **argv, GError **error)
{
    struct checkup checkup = { .full = false };
    g_autofree char *feed = NULL;
    if (!read_options(argc, argv, &checkup, &feed, error))
        return false;
    g_autoptr(RunLock) lock = checkup.repair ? exclusive_take(NULL, NULL, error) : NULL;
    g_autofree char *path =
        lock != NULL || !checkup.repair ? config_find(run->config_path, error) : NULL;
    if (path == NULL)
        return false;
    GError *problem = NULL;
    g_autoptr(Config) config = doctor_file(&checkup, path) ? config_load(path, &problem) : NULL;
    if (problem != NULL)
        checkup_fault(&checkup, "config", problem);
    if (config != NULL && feed != NULL && config_feed(config, feed) == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: no feed \"%s\"", path, feed);
        return false;
    }
    checkup.config = config;
    if (config != NULL)
        look_at_all(&checkup);
    return conclude(&checkup, error);
}
