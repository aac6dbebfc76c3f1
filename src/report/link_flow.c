/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_text.h"

/* Cuts the quote marks off (RFC 3676, 4.5) and the space that was stuffed in (4.4). */
static size_t
take_quotes(struct span *line)
{
    size_t depth = 0;
    while (line->len > depth && line->octets[depth] == '>')
        depth++;
    *line = span_from(*line, depth);
    if (line->len > 0 && line->octets[0] == ' ')
        *line = span_from(*line, 1);
    return depth;
}

void
link_text_unflow(GString *out, struct span text, bool delsp)
{
    struct span line;
    size_t depth_before = 0;
    bool open = false; /* the line before goes on here */
    while (span_line(&text, &line)) {
        size_t depth = take_quotes(&line);
        bool flows = line.len > 0 && line.octets[line.len - 1] == ' ' && !span_equals(line, "-- ");
        /* Without delsp the space stays, and a line break ends a URL as well as a space does: but
         * within <...> only the break is passed over. */
        if (out->len > 0 && !(open && delsp && depth == depth_before))
            g_string_append_c(out, '\n');
        g_string_append_len(out, line.octets, (gssize)(line.len - (flows ? 1 : 0)));
        open = flows;
        depth_before = depth;
    }
}
