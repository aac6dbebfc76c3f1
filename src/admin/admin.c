/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/admin.h"

#include "base/fault.h"
#include "ingest/run_state.h"

struct config *
admin_config(const struct admin_run *run, GError **error)
{
    g_autofree char *path = config_find(run->config_path, error);
    return path != NULL ? config_load(path, error) : NULL;
}

struct db *
admin_database(const struct config *config, GError **error)
{
    struct db_settings settings = db_settings_of(config);
    return db_open(&settings, error);
}

bool
admin_takes(int argc, char **argv, int count, GError **error)
{
    if (argc - 1 == count)
        return true;
    if (argc - 1 > count)
        g_set_error(error, FAULT, FAULT_USAGE, "%s: \"%s\" is one argument too many", argv[0],
                    argv[count + 1]);
    else
        g_set_error(error, FAULT, FAULT_USAGE, "%s takes %d argument%s", argv[0], count,
                    count == 1 ? "" : "s");
    return false;
}
