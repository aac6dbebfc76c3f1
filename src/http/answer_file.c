/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "http/answers.h"
#include "http/gzip.h"
#include "http/page.h"
#include "http/site_parts.h"

/* An hour, or for ever when the link names the version. */
static const char *
lifetime(const struct visit *visit)
{
    const char *version = visit_query(visit, "v");
    return version != NULL && strcmp(version, static_files_version(visit->site->files)) == 0
               ? "public, max-age=31536000, immutable"
               : "public, max-age=3600";
}

bool
answer_file(struct visit *visit, GError **error)
{
    g_autofree char *name = g_strjoinv("/", visit->pieces + 1);
    const struct static_file *file = static_file(visit->site->files, name);
    const char *known = visit->request->if_none_match;
    const char *tag;
    bool packed;
    (void)error;
    if (file == NULL) {
        page_error(visit, 404, "There is no such file.");
        return true;
    }
    visit->reply->cacheable = true;
    packed = file->packed != NULL && gzip_is_accepted(visit->request->accept_encoding);
    tag = packed ? file->packed_tag : file->tag;
    reply_field(visit->reply, "ETag", tag);
    if (file->packed != NULL)
        reply_field(visit->reply, "Vary", "Accept-Encoding");
    reply_field(visit->reply, "Cache-Control", lifetime(visit));
    if (known != NULL && strstr(known, tag) != NULL)
        reply_set(visit->reply, 304, NULL, NULL);
    else
        reply_set(visit->reply, 200, file->type, g_bytes_ref(packed ? file->packed : file->octets));
    if (packed)
        reply_field(visit->reply, "Content-Encoding", "gzip");
    return true;
}
