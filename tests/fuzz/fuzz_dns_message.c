/* SPDX-License-Identifier: Apache-2.0 */
/* Any message gives an answer that keeps its promises. The first octet chooses the type, and whether
 * the message stands as it is or only what follows the question "a.test" does. */
#include "demand.h"

#include "base/domain.h"
#include "enrich/dns_message.h"

static const char question[] = "\1a\4test\0\0\0\0\1";

static void
check_record(enum rr type, const struct answer_record *record, size_t len)
{
    if (type == RR_A || type == RR_AAAA) {
        demand(record->text.len == 0);
        demand(record->ip.len == 4 || (type == RR_AAAA && record->ip.len == 16));
        return;
    }
    demand(record->ip.len == 0 && record->text.len <= len);
    if (type == RR_PTR) {
        g_autofree char *canonical = domain_canonical(record->text);
        demand(canonical != NULL && span_equals(record->text, canonical));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const enum rr types[] = { RR_A, RR_PTR, RR_TXT, RR_AAAA };
    g_autoptr(GString) framed = g_string_new(NULL);
    enum rr type;
    size_t texts = 0;
    if (len < 13)
        return 0;
    type = types[octets[0] & 3];
    g_string_append_len(framed, (const char *)octets + 1, (gssize)len - 1);
    if (octets[0] & 4) {
        g_string_insert_len(framed, 12, question, sizeof question - 1);
        framed->str[4] = '\0';
        framed->str[5] = '\1';
        framed->str[21] = (char)type;
    }
    auto_exact struct span message = exact_copy(framed->str, framed->len);
    g_autofree struct answer *answer = dns_message_answer(message, type, "a.test");
    demand(answer != NULL && answer->count <= ANSWER_RECORDS_MAX);
    demand((answer->outcome == ANSWER_FOUND) == (answer->count > 0));
    demand((answer->outcome == ANSWER_NOT_KNOWN) == (answer->failure != NULL));
    demand(answer->ttl <= INT32_MAX || answer->outcome == ANSWER_NONE);
    demand(!dns_message_is_truncated(message) || answer->outcome == ANSWER_NOT_KNOWN);
    for (size_t i = 0; i < answer->count; i++) {
        check_record(type, &answer->records[i], len);
        texts += answer->records[i].text.len;
    }
    demand(answer_octets(answer) ==
           sizeof *answer + answer->count * sizeof *answer->records + texts);
    return 0;
}
