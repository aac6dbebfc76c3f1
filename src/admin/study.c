/* SPDX-License-Identifier: Apache-2.0 */
/* lafayette-admin study: runs that lafayette-study --save kept. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/option.h"
#include "base/fault.h"
#include "store/study_run.h"

#define SYNOPSIS "list | remove RUN..."

static bool
list(struct db *db, GError **error)
{
    g_autoptr(StudyRuns) runs = study_runs_read(db, error);
    if (runs == NULL)
        return false;
    for (size_t i = 0; i < runs->count; i++) {
        const struct study_run *run = &runs->runs[i];
        printf("%6" PRId64 "  %s  %3" PRIu64 " providers, %10" PRIu64 " lines, %8" PRIu64
               " mails, %8" PRIu64 " reports  %s\n",
               run->id, run->saved, run->providers, run->query_lines, run->mails, run->reports,
               run->title);
    }
    return true;
}

/* NULL: one of them is no number of a run. */
static GArray *
read_numbers(char **words)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (; *words != NULL; words++) {
        guint64 number = 0;
        int64_t id;
        if (!g_ascii_string_to_unsigned(*words, 10, 1, G_MAXINT64, &number, NULL))
            return NULL;
        id = (int64_t)number;
        g_array_append_val(numbers, id);
    }
    return g_steal_pointer(&numbers);
}

bool
admin_study(const struct admin_run *run, int argc, char **argv, GError **error)
{
    static const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
    g_auto(GStrv) rest = NULL;
    if (!option_read(argc, argv, entries, SYNOPSIS,
                     "The runs that lafayette-study --save kept; or removes some, all or none.",
                     &rest, error))
        return false;
    guint count = g_strv_length(rest);
    bool lists = count == 1 && strcmp(rest[0], "list") == 0;
    bool removes = count > 1 && strcmp(rest[0], "remove") == 0;
    g_autoptr(GArray) ids = removes ? read_numbers(rest + 1) : NULL;
    if (!lists && ids == NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "study takes %s", SYNOPSIS);
        return false;
    }
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL)
        return false;
    return lists ? list(db, error)
                 : study_runs_remove(db, (const int64_t *)(const void *)ids->data, ids->len, error);
}
