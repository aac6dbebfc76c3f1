/* SPDX-License-Identifier: Apache-2.0 */
#include "http/gzip.h"

#include <string.h>
#include <zlib.h>

#define WINDOW_BITS_GZIP (15 + 16)
#define MEMORY_LEVEL 8

bool
gzip_is_worth(const char *type, size_t octets)
{
    return type != NULL && octets > GZIP_OCTETS_MIN &&
           (g_str_has_prefix(type, "text/") || g_str_has_prefix(type, "application/json") ||
            g_str_has_prefix(type, "image/svg+xml"));
}

static bool
is_refused(struct span parameters)
{
    struct span q = span_trim(parameters);
    if (!span_starts_nocase(q, "q=0"))
        return false;
    q = span_from(q, strlen("q=0"));
    for (size_t i = 0; i < q.len; i++)
        if (q.octets[i] != '.' && q.octets[i] != '0')
            return false;
    return true;
}

bool
gzip_is_accepted(const char *accept_encoding)
{
    struct span rest = span_of(accept_encoding), one;
    bool spent = false;
    while (span_cut(&rest, ',', &one, &spent)) {
        ptrdiff_t mark = span_find(one, ';');
        struct span name = span_trim(mark < 0 ? one : span_head(one, (size_t)mark));
        if (span_equals_nocase(name, "gzip") || span_equals_nocase(name, "x-gzip"))
            return mark < 0 || !is_refused(span_from(one, (size_t)mark + 1));
    }
    return false;
}

GBytes *
gzip_pack(GBytes *octets, enum gzip_level level)
{
    gsize len = 0;
    const void *in = g_bytes_get_data(octets, &len);
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)in, .avail_in = (uInt)len };
    g_autofree char *out = NULL;
    bool done;
    if (len == 0 || len > G_MAXINT32 ||
        deflateInit2(&stream, (int)level, Z_DEFLATED, WINDOW_BITS_GZIP, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    out = g_malloc(len);
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)len;
    done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&stream);
    if (!done)
        return NULL;
    out = g_realloc(out, stream.total_out);
    return g_bytes_new_take(g_steal_pointer(&out), stream.total_out);
}

static bool
may_tell_its_length(const struct request *request)
{
    const char *site = request->fetch_site;
    if (!request->secure)
        return true;
    if (site != NULL)
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    return request->cookies.pairs == NULL || request->cookies.pairs->len == 0;
}

void
gzip_reply(struct request *request)
{
    struct reply *reply = &request->reply;
    g_autoptr(GBytes) packed = NULL;
    if (reply->body == NULL || reply->cacheable || reply->stream != NULL ||
        !gzip_is_worth(reply->type, g_bytes_get_size(reply->body)))
        return;
    reply_field(reply, "Vary", "Accept-Encoding");
    if (!gzip_is_accepted(request->accept_encoding) || !may_tell_its_length(request))
        return;
    packed = gzip_pack(reply->body, GZIP_FAST);
    if (packed == NULL)
        return;
    g_bytes_unref(reply->body);
    reply->body = g_steal_pointer(&packed);
    reply_field(reply, "Content-Encoding", "gzip");
}
