/* SPDX-License-Identifier: Apache-2.0 */
/* export_table - the tables of export.h that are made when all was read */
#pragma once

#include "study/features.h"

struct export_table {
    const char *name; /* of the file */
    void (*write)(const struct study *study, const struct features *features, GString *out);
};
extern const struct export_table export_tables[];
extern const size_t export_table_count;
