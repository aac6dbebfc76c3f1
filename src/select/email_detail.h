/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_detail - all that is stored of one mail
 *
 * Out:     NULL and no error when there is no such mail.
 * Owns:    all strings; the raw message is read on demand by store/raw_read.h with raw_id.
 * Errors and threads: as db.h.
 */
#pragma once

#include "select/email_rows.h"

struct email_fact {    /* a list's answer about the address, or about a host of the mail's URLs */
    const char *about; /* address or host */
    const char *list, *state, *codes, *meaning, *checked; /* checked: SQL date, UTC */
};

struct email_contact {
    const char *origin; /* "asn" (written for the whole AS), "person", "file", "rdap", "abusix" */
    const char *email;  /* comma separated; "": there is none */
};

struct email_pattern {
    int64_t pattern_id;
    const char *kind, *pattern;
};

struct email_field { /* columns that only the detail shows, by the database's names */
    const char *name, *value;
};

struct email_detail {
    const struct email_row *row; /* with urls and files */
    struct email_field *fields;  /* those that are not NULL, in the order of the report */
    size_t field_count;
    const char *const *rcpt_to; /* all, NULL-terminated */
    const char *const *reported_domain;
    struct email_pattern *patterns;
    size_t pattern_count;
    struct email_fact *facts;
    size_t fact_count;
    struct email_contact *contacts;
    size_t contact_count;
    int64_t raw_id; /* 0: purged */
    struct email_rows *rows;
};

struct email_detail *email_detail_read(struct db *db, int64_t email_id, GError **error);
void email_detail_free(struct email_detail *detail); /* NULL is allowed */
typedef struct email_detail EmailDetail;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EmailDetail, email_detail_free)
/* A field of fields[] by name; NULL when it is not there. */
const char *email_detail_field(const struct email_detail *detail, const char *name);
