/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_flow - a long list as CSV, sent while it is read
 *
 * After the first octet an error can only cut it short: it is logged, and the connection dropped.
 * Threads: one worker.
 */
#pragma once

#include "http/visit.h"
#include "render/csv.h"

struct csv_flow {
    struct csv csv; /* rows are written here */
    struct stream *stream;
    bool alive;
};

/* Notes it in the audit table ("export", `name`, `query`) and begins the answer, a file NAME.csv;
 * from then on `visit->request` is not to be touched. False with *error: nothing was begun. */
bool csv_flow_begin(struct csv_flow *flow, struct visit *visit, const char *name, const char *query,
                    GError **error);
/* After each row. False: nobody listens any more. */
bool csv_flow_row(struct csv_flow *flow);
/* `cut` NULL, or a last line that says why there is no more; `trouble` NULL, or what broke it. */
void csv_flow_end(struct csv_flow *flow, const char *cut, const GError *trouble);
