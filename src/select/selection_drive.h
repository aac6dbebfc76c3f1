/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection_drive - by which index or list the mails of a selection are come to
 *
 * Part of selection_sql.h. Threads: as db.h.
 */
#pragma once

#include "select/search_probe.h"
#include "select/selection_sql.h"

/* What the mails are come to by, best first. */
enum drive {
    DRIVE_PATTERN,
    DRIVE_URL_ID,
    DRIVE_URLS,
    DRIVE_MAILS, /* a list of their ids */
    DRIVE_IP,
    DRIVE_LISTED,
    DRIVE_ASN,
    DRIVE_REPORTED,
    DRIVE_NAMES,
    DRIVE_SUBJECT,
    DRIVE_DOMAIN,
    DRIVE_WORDS
};

struct build {
    struct db *db;
    const struct selection *selection;
    struct selection_sql *sql;
    enum drive drive;
    char *list;                 /* of the drive; owned */
    struct search_probe *probe; /* of subjects */
    GError **error;
};

/* Takes the better drive; its list, if any, goes along. */
void drive_by(struct build *build, enum drive drive, char *list);
/* Writes sql->from and what belongs to it in sql->where. */
void drive_write(struct build *build);
