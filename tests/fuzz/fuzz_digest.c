/* SPDX-License-Identifier: Apache-2.0 */
/* Promises of mail_digest: the same digest for LF and CRLF, with a From_ line in front, with an
 * mbox's empty line behind, quoted as mboxrd, and with a Status field in the header. */
#include <stdint.h>
#include <stdlib.h>

#include "mailbox/mail_digest.h"
#include "mailbox/mbox_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

/* With `end` for each LF and, when told so, one more ">" before each line ">*From ". */
static GString *
rewritten(struct span message, const char *end, bool quoted)
{
    GString *out = g_string_new(NULL);
    struct span piece;
    bool spent = false, first = true;
    while (span_cut(&message, '\n', &piece, &spent)) {
        bool is_from = piece.len >= 5 && memcmp(piece.octets, "From ", 5) == 0;
        g_string_append(out, first ? "" : end);
        if (quoted && !first && (is_from || mbox_line_quotes(piece) > 0))
            g_string_append_c(out, '>');
        if (piece.len > 0)
            g_string_append_len(out, piece.octets, (gssize)piece.len);
        first = false;
    }
    return out;
}

static void
must_be(const unsigned char want[MAIL_DIGEST_OCTETS], const GString *message)
{
    unsigned char got[MAIL_DIGEST_OCTETS];
    mail_digest((struct span){ message->str, message->len }, got);
    if (memcmp(got, want, sizeof(got)) != 0)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    struct span message = { (const char *)octets, len };
    g_autoptr(GString) crlf = rewritten(message, "\r\n", false);
    unsigned char digest[MAIL_DIGEST_OCTETS];
    mail_digest(message, digest);
    must_be(digest, crlf);
    /* Lines that are not the message's are not there for the rest. */
    message = span_from(message, mbox_line_skip(message, NULL));
    {
        g_autoptr(GString) quoted = rewritten(message, "\n", true);
        must_be(digest, quoted);
        g_string_prepend(quoted, "From a Fri Feb 13 02:48:13 2015\n");
        g_string_append(quoted, "\n\n");
        must_be(digest, quoted);
        g_string_prepend(crlf, "From a Fri Feb 13 02:48:13 2015\r\n");
        must_be(digest, crlf);
    }
    /* A first line that is a fold would go with the field before it. */
    if (message.len > 0 && message.octets[0] != ' ' && message.octets[0] != '\t') {
        g_autoptr(GString) marked = rewritten(message, "\n", false);
        g_string_prepend(marked, "Status: RO\nX-Keywords: a\n\tb\n");
        must_be(digest, marked);
    }
    return 0;
}
