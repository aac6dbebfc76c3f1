/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an answer to a complaint: nothing is believed, and all texts can be stored. */
#include "ingest/reply_read.h"

#include "demand.h"
#include "ingest/reply_status.h"
#include "ingest/reply_stop.h"
#include "ingest/reply_ticket.h"
#include "report/report_parse.h"

static void
check_keys(const GPtrArray *keys)
{
    demand(keys->len <= REPLY_KEYS_MAX + 1);
    for (guint i = 0; i < keys->len; i++)
        demand(g_ptr_array_index(keys, i) != NULL);
}

static void
check_code(const char *code)
{
    demand(code == NULL || code[0] == '\0' || (strchr("245", code[0]) != NULL && code[1] == '.'));
    demand(code == NULL || strlen(code) <= 9);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const struct reply_settings settings = { "bounces@example.com", "secret" };
    auto_exact struct span given = exact_copy(octets, len);
    g_autoptr(GError) error = NULL;
    int64_t received = 0;
    report_open();
    g_autoptr(Reply) reply = reply_read(given, &settings, 1, &received, &error);
    demand((reply == NULL) == (error != NULL));
    g_autofree char *ticket = reply_ticket_of_text(given);
    g_autofree char *code = reply_status_of_text(given);
    demand(ticket == NULL || (strlen(ticket) <= TICKET_OCTETS_MAX && g_str_is_ascii(ticket)));
    check_code(code);
    (void)reply_asks_to_stop("", given);
    if (reply == NULL)
        return 0;
    (void)reply_asks_to_stop(reply->subject, given);
    demand_text(reply->subject);
    demand_text(reply->from_address);
    demand(strlen(reply->ticket) <= TICKET_OCTETS_MAX && g_str_is_ascii(reply->ticket));
    check_code(reply->status);
    check_keys(reply->message_ids);
    check_keys(reply->references);
    check_keys(reply->addresses);
    demand(reply->verp_reference[0] == '\0'); /* nobody can make up the key */
    return 0;
}
