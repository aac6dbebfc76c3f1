/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forensic_sql - the file forensic.sql, line by line; make writes the .c from it
 */
#pragma once

/* Ended by NULL. */
extern const char *const forensic_sql[];
