/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence - the lines and mails that decided a cell, a few of each kind
 *
 * Owns: the texts, printable ASCII (base/text.h, text_masked), cut. Threads: one list, one thread.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

#define EVIDENCE_MAX 6 /* of those that count, and as many of those that do not */
#define EVIDENCE_TEXT_OCTETS 400

struct evidence {
    char *where; /* "query.log:17", "gmailcom/01.eml" */
    char *text;
    bool counts; /* speaks for "yes" of what was looked for */
};

/* An array of struct evidence; g_ptr_array_unref() frees it. */
GPtrArray *evidence_new(void);
/* True while another one of that kind is kept: before making texts for nothing. */
bool evidence_wants(const GPtrArray *list, bool counts);
/* `where` is copied; `text` is any octets. */
void evidence_add(GPtrArray *list, bool counts, const char *where, struct span text);
