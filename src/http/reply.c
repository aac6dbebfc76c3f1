/* SPDX-License-Identifier: Apache-2.0 */
#include "http/reply.h"

#include <string.h>

#include "http/stream.h"

void
reply_set(struct reply *reply, unsigned status, const char *type, GBytes *body)
{
    g_clear_pointer(&reply->body, g_bytes_unref);
    if (reply->stream != NULL)
        stream_abandon(reply->stream);
    g_clear_pointer(&reply->stream, stream_unref);
    reply->status = status;
    reply->type = type;
    reply->body = body;
}

void
reply_take(struct reply *reply, unsigned status, const char *type, GString *body)
{
    reply_set(reply, status, type, g_string_free_to_bytes(body));
}

void
reply_text(struct reply *reply, unsigned status, const char *text)
{
    reply_set(reply, status, REPLY_TEXT, g_bytes_new(text, strlen(text)));
}

void
reply_redirect(struct reply *reply, const char *place)
{
    reply_set(reply, 303, REPLY_TEXT, g_bytes_new_static("", 0));
    reply_field(reply, "Location", place);
}

void
reply_field(struct reply *reply, const char *name, const char *value)
{
    g_autoptr(GString) clean = g_string_new(NULL);
    struct reply_field field = { .name = name };
    for (const char *at = value; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x20 && *at != 0x7f)
            g_string_append_c(clean, *at);
    field.value = g_string_free(g_steal_pointer(&clean), FALSE);
    if (reply->fields == NULL)
        reply->fields = g_array_new(FALSE, FALSE, sizeof(struct reply_field));
    g_array_append_val(reply->fields, field);
}

void
reply_clear(struct reply *reply)
{
    reply_set(reply, 0, NULL, NULL);
    for (guint i = 0; reply->fields != NULL && i < reply->fields->len; i++)
        g_free(g_array_index(reply->fields, struct reply_field, i).value);
    g_clear_pointer(&reply->fields, g_array_unref);
}
