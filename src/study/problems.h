/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problems - what could not be read: counted by kind, the first ones of each by name
 *
 * Owns: the texts, valid UTF-8. Threads: one object, one thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define PROBLEMS_NAMED_MAX 20 /* of each kind */

enum problem_kind {
    PROBLEM_FILE,        /* a log or folder that is damaged or breaks off */
    PROBLEM_QUERY_LINE,  /* a line that tells no query */
    PROBLEM_HISTORY_ROW, /* no row of rspamd's history */
    PROBLEM_MAIL,        /* a mail in a provider's mailbox */
    PROBLEM_REPORT,      /* a report mail from which nothing could be learnt */
    PROBLEM_KINDS
};

/* "file", "query-line" ... */
extern const char *const problem_kind_names[PROBLEM_KINDS];

struct problem {
    enum problem_kind kind;
    char *where, *reason;
};

struct problems {
    GPtrArray *named; /* of struct problem * */
    uint64_t count[PROBLEM_KINDS];
};

void problems_init(struct problems *problems);
void problems_clear(struct problems *problems);
void problems_add(struct problems *problems, enum problem_kind kind, const char *where,
                  const char *reason);
/* True while another one of the kind is named: before making texts for nothing. */
bool problems_wants(const struct problems *problems, enum problem_kind kind);
