/* SPDX-License-Identifier: Apache-2.0 */
#include "store/raw_piece.h"

enum { RAW_ID, RAW_SEQ, RAW_BODY };
static const struct column raw_columns[] = {
    [RAW_ID] = { "rawId", CELL_NUMBER },
    [RAW_SEQ] = { "seq", CELL_NUMBER },
    [RAW_BODY] = { "body", CELL_OCTETS },
};

struct rows *
raw_piece_rows(void)
{
    return rows_new("INSERT INTO rawMessage", raw_columns, G_N_ELEMENTS(raw_columns));
}

void
raw_piece_add(struct rows *rows, int64_t raw_id, struct span frame)
{
    for (int64_t seq = 1; frame.len > 0; seq++) {
        struct span piece = span_head(frame, RAW_PIECE_OCTETS);
        rows_begin(rows);
        rows_number(rows, RAW_ID, raw_id);
        rows_number(rows, RAW_SEQ, seq);
        rows_text(rows, RAW_BODY, piece.octets, piece.len);
        frame = span_from(frame, piece.len);
    }
}
