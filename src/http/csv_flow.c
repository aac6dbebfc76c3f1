/* SPDX-License-Identifier: Apache-2.0 */
#include "http/csv_flow.h"

#include "base/log.h"
#include "http/server.h"
#include "http/stream.h"

#define PIECE (32 * 1024)
#define PIECE_ROOM (PIECE + 1024)
#define WAIT_SECONDS 60

bool
csv_flow_begin(struct csv_flow *flow, struct visit *visit, const char *name, const char *query,
               GError **error)
{
    g_autofree char *disposition = g_strdup_printf("attachment; filename=\"%s.csv\"", name);
    if (!visit_audit(visit, "export", name, query, error))
        return false;
    reply_field(visit->reply, "Content-Disposition", disposition);
    *flow = (struct csv_flow){ .csv.out = g_string_sized_new(PIECE_ROOM),
                               .stream = server_flow(visit->request, 200, CSV_TYPE),
                               .alive = true };
    return true;
}

bool
csv_flow_row(struct csv_flow *flow)
{
    GString *full = flow->csv.out;
    if (full->len < PIECE || !flow->alive)
        return flow->alive;
    flow->csv.out = g_string_sized_new(PIECE_ROOM);
    flow->alive = stream_put(flow->stream, full, WAIT_SECONDS);
    return flow->alive;
}

void
csv_flow_end(struct csv_flow *flow, const char *cut, const GError *trouble)
{
    if (cut != NULL && trouble == NULL) {
        csv_text(&flow->csv, cut);
        csv_end_row(&flow->csv);
    }
    if (flow->alive)
        flow->alive = stream_put(flow->stream, flow->csv.out, WAIT_SECONDS);
    else
        g_string_free(flow->csv.out, TRUE);
    if (trouble != NULL)
        log_fault("export-failed", trouble);
    stream_end(flow->stream, trouble == NULL && flow->alive);
    stream_unref(flow->stream);
}
