/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "admin/admin.h"
#include "store/schema.h"

bool
admin_init(const struct admin_run *run, int argc, char **argv, GError **error)
{
    if (!admin_takes(argc, argv, 0, error))
        return false;
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL || !schema_create(db, error))
        return false;
    if (run->level > LOG_LEVEL_ERROR)
        printf("schema version %d is in place\n", SCHEMA_VERSION);
    return true;
}
