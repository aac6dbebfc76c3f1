/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_frame.h"

/* Digits of the largest literal that may be announced: 999,999,999,999 octets. */
#define LITERAL_DIGITS 12

/* Whether the line can hold a literal: untagged and no status response. */
static bool
line_may_hold_literal(struct span line)
{
    static const char *const free_text[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
    if (line.len < 2 || line.octets[0] != '*' || line.octets[1] != ' ')
        return false;
    line = span_from(line, 2);
    for (size_t i = 0; i < G_N_ELEMENTS(free_text); i++) {
        size_t len = strlen(free_text[i]);
        if (span_starts_nocase(line, free_text[i]) && (line.len == len || line.octets[len] == ' '))
            return false;
    }
    return true;
}

/* False when a quoted string is open at the end of the piece, where no CRLF may stand. */
static bool
quotes_are_closed(struct span piece)
{
    bool quoted = false;
    for (size_t i = 0; i < piece.len; i++) {
        if (piece.octets[i] == '"')
            quoted = !quoted;
        else if (quoted && piece.octets[i] == '\\')
            i++;
    }
    return !quoted;
}

/* "{n}" or "{n+}" at the end of the piece. 1: found; 0: none; -1: a number out of bounds. */
static int
literal_at_end(struct span piece, size_t *marker, uint64_t *literal)
{
    size_t end = piece.len;
    size_t digits = 0;
    uint64_t value = 0;
    if (end < 3 || piece.octets[end - 1] != '}')
        return 0;
    end -= piece.octets[end - 2] == '+' ? 2 : 1;
    while (digits < end && g_ascii_isdigit(piece.octets[end - digits - 1]))
        digits++;
    if (digits == 0 || digits == end || piece.octets[end - digits - 1] != '{')
        return 0;
    if (digits > LITERAL_DIGITS)
        return -1;
    for (size_t i = end - digits; i < end; i++)
        value = value * 10 + (uint64_t)(piece.octets[i] - '0');
    *marker = end - digits - 1;
    *literal = value;
    return 1;
}

/* The verdict on the piece that the LF at `lf` ends. */
static enum imap_frame_verdict
piece_ends(struct imap_frame *frame, struct span octets, size_t lf)
{
    struct span piece = { octets.octets + frame->piece, lf - frame->piece };
    size_t marker = 0;
    uint64_t literal = 0;
    int found = 0;
    if (piece.len == 0 || piece.octets[piece.len - 1] != '\r')
        return IMAP_FRAME_BAD;
    piece.len--;
    if (span_find(piece, '\r') >= 0 || span_find(piece, '\0') >= 0)
        return IMAP_FRAME_BAD;
    frame->at = lf + 1;
    if (frame->piece == 0 && !line_may_hold_literal(piece))
        return IMAP_FRAME_WHOLE;
    if (!quotes_are_closed(piece))
        return IMAP_FRAME_BAD;
    found = literal_at_end(piece, &marker, &literal);
    if (found == 0)
        return IMAP_FRAME_WHOLE;
    if (found < 0)
        return IMAP_FRAME_BAD;
    frame->marker = frame->piece + marker;
    frame->literal = literal;
    frame->text += frame->at - frame->piece;
    frame->piece = frame->at;
    return IMAP_FRAME_LITERAL;
}

enum imap_frame_verdict
imap_frame_scan(struct imap_frame *frame, struct span octets)
{
    const char *lf = NULL;
    if (frame->literal > 0) {
        size_t step = (size_t)MIN((uint64_t)(octets.len - frame->at), frame->literal);
        frame->at += step;
        frame->literal -= step;
        frame->piece = frame->at;
        if (frame->literal > 0)
            return IMAP_FRAME_MORE;
    }
    if (octets.len > frame->at)
        lf = memchr(octets.octets + frame->at, '\n', octets.len - frame->at);
    if ((lf != NULL ? (size_t)(lf - octets.octets) : octets.len) - frame->piece + frame->text >
        IMAP_TEXT_MAX)
        return IMAP_FRAME_BAD;
    if (lf != NULL)
        return piece_ends(frame, octets, (size_t)(lf - octets.octets));
    frame->at = octets.len;
    return IMAP_FRAME_MORE;
}

void
imap_frame_skip(struct imap_frame *frame)
{
    frame->literal = 0;
    frame->at = frame->marker + strlen(IMAP_FRAME_EMPTY);
    frame->piece = frame->at;
}
