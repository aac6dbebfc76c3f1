/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The octets are what a server sends: cut into responses as they come in two pieces, each read as
 * what it may be. The first octet says where the pieces part.
 */
#include <stdint.h>

#include "mailbox/imap_frame.h"
#include "mailbox/imap_message.h"
#include "mailbox/imap_response.h"
#include "mailbox/imap_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
check_inside(struct span whole, struct span part)
{
    if (part.len > 0 &&
        (part.octets < whole.octets || part.octets + part.len > whole.octets + whole.len))
        __builtin_trap();
}

static void
read_item(struct span whole, struct span rest)
{
    struct imap_item item;
    struct imap_message message = { .uid = 1, .size = 10 };
    if (!imap_response_item(rest, &item, NULL) || !item.has_body)
        return;
    check_inside(whole, item.body.octets);
    if (!item.body_is_nil) {
        char *fault = imap_message_fault(&message, &item, 0);
        GBytes *body = imap_message_octets(&item);
        if (g_bytes_get_size(body) > item.body.octets.len)
            __builtin_trap();
        g_free(fault);
        g_bytes_unref(body);
    }
}

static void
read_tokens(struct span whole, struct span rest)
{
    g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (;;) {
        size_t before = rest.len;
        struct imap_token token = imap_token_next(&rest);
        check_inside(whole, token.octets);
        if (token.kind == IMAP_END || token.kind == IMAP_NO_TOKEN)
            return;
        if (rest.len >= before) /* no progress */
            __builtin_trap();
        if (token.kind == IMAP_QUOTED)
            imap_response_date(token.octets);
        if (token.kind == IMAP_ATOM && uids->len < 1000)
            imap_set_parse(token.octets, 1000 - uids->len, uids);
        if (uids->len > 1000)
            __builtin_trap();
    }
}

static void
read_response(struct span whole)
{
    struct imap_response response;
    if (!imap_response_parse(whole, &response, NULL))
        return;
    check_inside(whole, response.tag);
    check_inside(whole, response.name);
    check_inside(whole, response.code);
    check_inside(whole, response.text);
    check_inside(whole, response.rest);
    read_tokens(whole, response.rest);
    imap_response_lists(response.rest, "UIDPLUS");
    if (response.kind == IMAP_NUMBERED)
        read_item(whole, response.rest);
}

/* Both ways of receiving must come to the same end. */
static enum imap_frame_verdict
cut(struct span octets, size_t first, struct imap_frame *frame)
{
    enum imap_frame_verdict verdict = IMAP_FRAME_LITERAL;
    *frame = (struct imap_frame){ 0 };
    while (verdict == IMAP_FRAME_LITERAL)
        verdict = imap_frame_scan(frame, span_head(octets, first));
    if (verdict != IMAP_FRAME_MORE)
        return verdict;
    do
        verdict = imap_frame_scan(frame, octets);
    while (verdict == IMAP_FRAME_LITERAL);
    return verdict;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    struct span rest = { (const char *)octets, len };
    size_t parted = len > 0 ? octets[0] : 0;
    rest = span_from(rest, 1);
    while (rest.len > 0) {
        struct imap_frame once;
        struct imap_frame twice;
        enum imap_frame_verdict verdict = cut(rest, rest.len, &once);
        if (cut(rest, MIN(parted, rest.len), &twice) != verdict ||
            (verdict == IMAP_FRAME_WHOLE && once.at != twice.at))
            __builtin_trap();
        if (verdict != IMAP_FRAME_WHOLE)
            break;
        if (once.at == 0 || once.at > rest.len)
            __builtin_trap();
        read_response(span_head(rest, once.at));
        rest = span_from(rest, once.at);
    }
    return 0;
}
