/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema - is the database's schema the one of this program, and make it so when there is none
 *
 * forensic.sql is part of the program at build time. Errors and threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* What forensic.sql writes into schemaVersion. */
#define SCHEMA_VERSION 1

/* True when the schema is this program's; FAULT_OPERATOR says what to run when it is not. */
bool schema_check(struct db *db, GError **error);
/* Creates what is missing of the newest schema. Refuses a database of the original and an older
 * schema, which are for the upgrade, without changing them. */
bool schema_create(struct db *db, GError **error);
/* Runs forensic.sql without looking what is there: for the upgrade. */
bool schema_install(struct db *db, GError **error);
