/* SPDX-License-Identifier: Apache-2.0 */
/* Small messages pass the guard unread, so the input is written over and over: the first two octets
 * tell how often, and how often its first line. */
#include "demand.h"

#include "base/limits.h"
#include "report/mime_guard.h"

#define MESSAGE_OCTETS_MAX (1024 * 1024)

static GString *
grown(struct span piece, unsigned lines, unsigned times)
{
    GString *message = g_string_new(NULL);
    struct span rest = piece;
    struct span line = { NULL, 0 };
    span_line(&rest, &line);
    for (unsigned i = 0; i < lines * lines && message->len < MESSAGE_OCTETS_MAX; i++)
        g_string_append_len(message, line.octets, (gssize)line.len);
    for (unsigned i = 0; i <= times * times && message->len < MESSAGE_OCTETS_MAX; i++)
        g_string_append_len(message, piece.octets, (gssize)piece.len);
    return message;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    struct span piece = span_from((struct span){ (const char *)octets, len }, 2);
    g_autoptr(GString) message = NULL;
    g_autoptr(GBytes) once = NULL;
    g_autoptr(GBytes) twice = NULL;
    auto_exact struct span copy = { NULL, 0 };
    if (piece.len == 0)
        return 0;
    message = grown(piece, octets[0], octets[1]);
    copy = exact_copy(message->str, message->len);
    once = mime_guard(copy);
    demand(once == NULL || copy.len > GUARD_SMALL_OCTETS);
    if (once == NULL)
        return 0;
    demand(span_of_bytes(once).len < copy.len + 1);
    twice = mime_guard(span_of_bytes(once));
    demand(twice == NULL || g_bytes_equal(once, twice)); /* what is harmless stays as it is */
    return 0;
}
