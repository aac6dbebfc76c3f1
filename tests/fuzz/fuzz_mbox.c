/* SPDX-License-Identifier: Apache-2.0 */
/* Promises of mbox_split: it ends; all messages together have no more octets than the stream; they
 * do not depend on the pieces in which the stream comes; a limit only takes octets away. */
#include <stdint.h>
#include <stdlib.h>

#include "mailbox/mbox_split.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

struct stream {
    struct span left;
    size_t step;
};

static ptrdiff_t
stream_read(void *source, char *out, size_t max, GError **error)
{
    struct stream *stream = source;
    size_t len = MIN(MIN(stream->left.len, stream->step), max);
    (void)error;
    if (len > 0)
        memcpy(out, stream->left.octets, len);
    stream->left = span_from(stream->left, len);
    return (ptrdiff_t)len;
}

/* Appends each message with its size and date in front; returns the octets of all of them. */
static uint64_t
collect(struct span octets, enum mbox_form form, size_t step, uint64_t limit, GString *out)
{
    struct stream stream = { octets, step };
    g_autoptr(MboxSplit) split = mbox_split_new(stream_read, &stream, form, limit);
    struct mbox_piece piece;
    uint64_t total = 0, number = 0;
    while (mbox_split_next(split, &piece, NULL)) {
        if (piece.number != ++number || number > octets.len + 1)
            abort();
        if ((piece.octets == NULL) != (piece.size > limit))
            abort();
        if (piece.octets != NULL && g_bytes_get_size(piece.octets) != piece.size)
            abort();
        total += piece.size;
        g_string_append_printf(out, "[%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %d]", piece.size,
                               piece.date, piece.last);
        if (piece.octets != NULL && limit == UINT64_MAX / 2)
            g_string_append_len(out, g_bytes_get_data(piece.octets, NULL), (gssize)piece.size);
        g_clear_pointer(&piece.octets, g_bytes_unref);
    }
    return total;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    struct span stream = { (const char *)octets, len };
    for (enum mbox_form form = MBOX_FORM_MBOX; form <= MBOX_FORM_AUTO; form++) {
        g_autoptr(GString) whole = g_string_new(NULL);
        g_autoptr(GString) pieces = g_string_new(NULL);
        g_autoptr(GString) limited = g_string_new(NULL);
        if (collect(stream, form, len + 1, UINT64_MAX / 2, whole) > len)
            abort();
        collect(stream, form, 1 + (len > 0 ? octets[0] % 7 : 0), UINT64_MAX / 2, pieces);
        if (!g_string_equal(whole, pieces))
            abort();
        if (collect(stream, form, 3, 10, limited) > len)
            abort();
    }
    return 0;
}
