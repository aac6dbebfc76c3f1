/* SPDX-License-Identifier: Apache-2.0 */
/* Any file said to be rspamd's history: rows come or are named as broken, texts are UTF-8, test mails have
 * labels. */
#include "demand.h"

#include "study/history_scan.h"

static void
take(void *user, const struct history_row *row, const char *where)
{
    static const struct test_mail_words words = { "goodrua", "badrua", "dkimfalse" };
    struct test_mail mail = { 0 };
    uint64_t *rows = user;
    (*rows)++;
    demand(where != NULL);
    demand_text(row->message_id);
    demand_text(row->sender_smtp);
    demand_text(row->rcpt_smtp);
    demand_text(row->dkim_signed);
    if (test_mail_read(row, &words, &mail))
        demand(mail.label[0] != '\0' && strpbrk(mail.label, " <>&\"'./\n") == NULL);
    test_mail_clear(&mail);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    struct problems problems;
    uint64_t rows = 0;
    struct history_scan scan = { .row = take, .user = &rows, .problems = &problems };
    problems_init(&problems);
    history_scan_stream(&scan, octet_stream_of(copy), "fuzz");
    demand(rows == scan.rows && scan.broken == problems.count[PROBLEM_HISTORY_ROW]);
    for (guint i = 0; i < problems.named->len; i++)
        demand_text(((const struct problem *)g_ptr_array_index(problems.named, i))->reason);
    problems_clear(&problems);
    return 0;
}
