/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mail_digest.h"

#include "base/sha256.h"
#include "mailbox/mbox_line.h"

#define STAGE_OCTETS 8192

static const char *const left_out[] = {
    "Status",           "X-Status",          "X-Keywords",     "X-UID",
    "X-IMAP",           "X-IMAPbase",        "Content-Length", "Lines",
    "X-Mozilla-Status", "X-Mozilla-Status2", "X-Mozilla-Keys", "X-GM-THRID",
    "X-Gmail-Labels",
};

/* Gathers lines, because a call of the checksum for each line costs more than the copy. */
struct stage {
    struct sha256 *sum;
    size_t len;
    unsigned char octets[STAGE_OCTETS];
};

static void
flush(struct stage *stage)
{
    sha256_add(stage->sum, (struct span){ (const char *)stage->octets, stage->len });
    stage->len = 0;
}

static void
put(struct stage *stage, struct span octets)
{
    if (octets.len > STAGE_OCTETS - stage->len)
        flush(stage);
    if (octets.len > STAGE_OCTETS) {
        sha256_add(stage->sum, octets);
    } else if (octets.len > 0) {
        memcpy(stage->octets + stage->len, octets.octets, octets.len);
        stage->len += octets.len;
    }
}

/* Cuts one line off, without its LF and all CRs before that. *rest is not empty. */
static struct span
cut_line(struct span *rest)
{
    const char *lf = memchr(rest->octets, '\n', rest->len);
    struct span line = { rest->octets, lf != NULL ? (size_t)(lf - rest->octets) : rest->len };
    *rest = span_from(*rest, line.len + 1);
    while (lf != NULL && line.len > 0 && line.octets[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool
is_left_out(struct span line)
{
    ptrdiff_t colon;
    struct span name;
    if (line.len == 0 || strchr("SXCLsxcl", line.octets[0]) == NULL)
        return false;
    colon = span_find(span_head(line, 32), ':');
    if (colon < 0)
        return false;
    name = span_trim(span_head(line, (size_t)colon));
    for (size_t i = 0; i < G_N_ELEMENTS(left_out); i++)
        if (span_equals_nocase(name, left_out[i]))
            return true;
    return false;
}

void
mail_digest(struct span message, unsigned char digest[MAIL_DIGEST_OCTETS])
{
    g_autoptr(Sha256) sum = sha256_new();
    struct stage stage;
    bool in_header = true, skipping = false;
    stage.sum = sum;
    stage.len = 0;
    message = span_from(message, mbox_line_skip(message, NULL));
    while (message.len > 0 &&
           (message.octets[message.len - 1] == '\n' || message.octets[message.len - 1] == '\r'))
        message.len--;
    while (message.len > 0) {
        struct span line = cut_line(&message);
        if (in_header) {
            bool is_fold = line.len > 0 && (line.octets[0] == ' ' || line.octets[0] == '\t');
            in_header = line.len > 0;
            skipping = is_fold ? skipping : is_left_out(line);
            if (skipping)
                continue;
        }
        put(&stage, span_from(line, mbox_line_quotes(line)));
        put(&stage, span_of("\n"));
    }
    flush(&stage);
    sha256_end(sum, digest);
}
