/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump - messages as lines of JSON on stdout: arfdump, and lafayette-ingest --parse-only
 */
#pragma once

#include <stdbool.h>

#include "classify/classify.h"
#include "mailbox/mailbox.h"
#include "report/report_parse.h"

struct dump {
    struct report_settings report;
    struct classify_settings classify;
    unsigned only_part; /* of a message with several reports; 0: all */
    bool bad;           /* set when a message was no report, or could not be read */
};

/* Prints all messages of the mailbox, a line a report; names left out are told on stderr. False
 * with *error set when the mailbox or stdout broke. */
bool dump_mailbox(struct dump *dump, struct mailbox *mailbox, GError **error);
/* Prints one message; `where` becomes its "file". */
bool dump_octets(struct dump *dump, GBytes *octets, const char *where, GError **error);
