/* SPDX-License-Identifier: Apache-2.0 */
#include "store/raw_read.h"

#include "base/compress.h"
#include "base/limits.h"
#include "store/query.h"

GBytes *
raw_read(struct db *db, int64_t raw_id, GError **error)
{
    struct value values[] = { value_number(raw_id) };
    g_autoptr(Query) query =
        query_run(db, "SELECT seq, dictionaryId, body FROM rawMessage WHERE rawId = ? ORDER BY seq",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return NULL;
    g_autoptr(GByteArray) frame = g_byte_array_new();
    int64_t seq = 0;
    while (query_next(query)) {
        if (query_number(query, 0) != ++seq) {
            g_set_error(error, FAULT, FAULT_REJECT,
                        "raw message %" G_GINT64_FORMAT ": piece %" G_GINT64_FORMAT " is missing",
                        raw_id, seq);
            return NULL;
        }
        if (query_number(query, 1) != 0) {
            g_set_error(error, FAULT, FAULT_REJECT,
                        "raw message %" G_GINT64_FORMAT ": compressed with dictionary %s, which "
                        "this program does not have",
                        raw_id, query_text(query, 1));
            return NULL;
        }
        g_byte_array_append(frame, (const guint8 *)query_text(query, 2),
                            (guint)query_len(query, 2));
    }
    if (seq == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "raw message %" G_GINT64_FORMAT " is not there",
                    raw_id);
        return NULL;
    }
    GBytes *octets = decompress((struct span){ (const char *)frame->data, frame->len },
                                2 * (size_t)LIMIT_MESSAGE_OCTETS, error);
    if (octets == NULL)
        g_prefix_error(error, "raw message %" G_GINT64_FORMAT ": ", raw_id);
    return octets;
}
