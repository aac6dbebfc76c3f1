/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_row - a row of rspamd's history: which test mail went to which provider
 *
 * In:      one JSON object (rspamd's `history_redis`, log, or controller); unknown keys are left
 *          aside.
 * Out:     the fields that the study uses; texts "" when absent.
 * Owns:    the JSON; history_row_free(). Threads: no shared state.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define HISTORY_ROW_OCTETS_MAX (4 * 1024 * 1024)

enum history_aligned { ALIGNED_NO, ALIGNED_YES, ALIGNED_UNKNOWN };

struct history_row {
    json_t *json;
    double unix_time;
    const char *message_id;
    const char *sender_smtp;
    const char *rcpt_smtp;   /* the first one */
    const char *dkim_signed; /* first option of symbol DKIM_SIGNED; NULL: no such symbol */
};

/* False with *reason (static) when it is no such object. */
bool history_row_read(json_t *json, struct history_row *row, const char **reason);

/* A test mail: what its row says about whom it was for. */
struct test_mail {
    char *label;         /* text between "@" and the first dot of the sender, lower case */
    char *sender_domain; /* what stands behind that dot, lower case */
    char *rcpt_domain;   /* domain of the recipient, lower case */
    bool spf_aligned;    /* sent from the local part whose SPF passes */
    enum history_aligned dkim_aligned;
};

struct test_mail_words {
    const char *spf_pass, *spf_fail; /* local parts */
    const char *selector_fail;
};

/* False: the row is of some other mail. Caller clears with test_mail_clear(). */
bool test_mail_read(const struct history_row *row, const struct test_mail_words *words,
                    struct test_mail *mail);
void test_mail_clear(struct test_mail *mail);
