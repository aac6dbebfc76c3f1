/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/smtp_reply.h"

static void
append(struct smtp_reply *reply, struct span text)
{
    if (reply->len > 0 && reply->len < sizeof reply->text)
        reply->text[reply->len++] = ' ';
    text = span_head(text, sizeof reply->text - reply->len);
    if (text.len > 0)
        memcpy(reply->text + reply->len, text.octets, text.len);
    reply->len += text.len;
}

bool
smtp_reply_add(struct smtp_reply *reply, struct span line)
{
    guint32 code;
    line = span_trim(line);
    if (line.len < 3 || !span_to_u32(span_head(line, 3), &code) || code < 200 || code > 599 ||
        (line.len > 3 && line.octets[3] != ' ' && line.octets[3] != '-'))
        return false;
    if (reply->whole || reply->code != code)
        *reply = (struct smtp_reply){ .code = code };
    append(reply, span_trim(span_from(line, 4)));
    reply->whole = line.len == 3 || line.octets[3] == ' ';
    return reply->whole;
}
