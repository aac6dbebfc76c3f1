/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin - the commands of lafayette-admin, one module each
 *
 * A command gets its own arguments (argv[0] is its name), writes what a person asked for to stdout,
 * and returns false with *error set (base/fault.h: the code becomes the exit code).
 */
#pragma once

#include "base/config.h"
#include "base/log.h"
#include "store/db.h"

struct admin_run {
    const char *config_path; /* of -c, or NULL */
    enum log_level level;
};

typedef bool admin_command(const struct admin_run *run, int argc, char **argv, GError **error);

/* The configuration of this run; caller frees with config_free(). */
struct config *admin_config(const struct admin_run *run, GError **error);
/* A connection to the database that `config` names; caller closes. */
struct db *admin_database(const struct config *config, GError **error);
/* Fails with FAULT_USAGE when there are other than `count` arguments behind the command's name. */
bool admin_takes(int argc, char **argv, int count, GError **error);

admin_command admin_init;     /* creates the schema; harmless when it is there */
admin_command admin_upgrade;  /* a database of the original becomes the newest schema */
admin_command admin_purge;    /* removes old mails, their octets, held messages */
admin_command admin_reparse;  /* held and stored messages through today's parser */
admin_command admin_show;     /* one stored mail or held message */
admin_command admin_contacts; /* whom to tell about abuse from a network */
admin_command admin_doctor;   /* configuration, database, feeds, rows: one line each */
admin_command admin_user;     /* who may log in */
admin_command admin_token;    /* keys of programs */
admin_command admin_study;    /* saved runs of lafayette-study */
