/* SPDX-License-Identifier: Apache-2.0 */
#include "store/reply.h"

#include <string.h>

#include "store/query.h"
#include "store/record.h"

struct reply *
reply_new(void)
{
    struct reply *reply = g_new0(struct reply, 1);
    reply->message_ids = g_ptr_array_new_with_free_func(g_free);
    reply->references = g_ptr_array_new_with_free_func(g_free);
    reply->addresses = g_ptr_array_new_with_free_func(g_free);
    return reply;
}

void
reply_free(struct reply *reply)
{
    if (reply == NULL)
        return;
    g_free(reply->from_address);
    g_free(reply->subject);
    g_free(reply->status);
    g_free(reply->ticket);
    g_ptr_array_unref(reply->message_ids);
    g_ptr_array_unref(reply->references);
    g_ptr_array_unref(reply->addresses);
    g_free(reply);
}

const char *
reply_kind_word(enum reply_kind kind)
{
    static const char *const words[] = { [REPLY_BOUNCE] = "bounce",
                                         [REPLY_DELAY] = "delay",
                                         [REPLY_AUTO] = "auto",
                                         [REPLY_TICKET] = "ticket",
                                         [REPLY_HUMAN] = "human" };
    return words[kind];
}

bool
reply_is_hard(const char *status)
{
    return status[0] == '5' && status[1] == '.';
}

/* The complaint that one of the keys names; `select` has one parameter. */
static bool
find_by(struct db *db, const char *select, const GPtrArray *keys, int64_t *complaint_id,
        GError **error)
{
    for (guint i = 0; *complaint_id == 0 && i < MIN(keys->len, REPLY_KEYS_MAX); i++) {
        struct value key = value_text(g_ptr_array_index(keys, i));
        if (!query_figure(db, select, &key, 1, complaint_id, error))
            return false;
    }
    return true;
}

/* The key is right, so the mail was ours; its row may be of another database all the same. */
static bool
find_by_verp(struct db *db, struct reply *reply, GError **error)
{
    struct value values[] = { value_text(reply->verp_reference),
                              value_number(reply->verp_position) };
    if (reply->verp_reference[0] == '\0')
        return true;
    if (!query_figure(db,
                      "SELECT complaintId FROM complaint JOIN complaintRecipient USING "
                      "(complaintId) WHERE reference = ? AND position = ?",
                      values, G_N_ELEMENTS(values), &reply->complaint_id, error))
        return false;
    reply->keyed = reply->complaint_id != 0;
    if (reply->keyed)
        reply->position = reply->verp_position;
    return true;
}

/* The recipient whose address is said; where none is, the only one there is. */
static bool
find_position(struct db *db, struct reply *reply, GError **error)
{
    struct value id = value_number(reply->complaint_id);
    if (reply->complaint_id == 0 || reply->position != 0)
        return true;
    g_autoptr(Query) query = query_run(
        db,
        "SELECT position, address FROM complaintRecipient WHERE complaintId = ? ORDER BY position",
        &id, 1, error);
    if (query == NULL)
        return false;
    while (query_next(query)) {
        if (query_rows(query) == 1)
            reply->position = (unsigned)query_number(query, 0);
        for (guint i = 0; reply->position == 0 && i < reply->addresses->len; i++)
            if (g_ascii_strcasecmp(query_text(query, 1), g_ptr_array_index(reply->addresses, i)) ==
                0)
                reply->position = (unsigned)query_number(query, 0);
    }
    return true;
}

/* What looked like a desk's number may be our own word. */
static bool
drop_own_ticket(struct db *db, struct reply *reply, GError **error)
{
    struct value values[] = { value_number(reply->complaint_id), value_text(reply->ticket) };
    int64_t own = 0;
    if (reply->complaint_id == 0 || reply->ticket[0] == '\0')
        return true;
    if (!query_figure(db, "SELECT COUNT(*) FROM complaint WHERE complaintId = ? AND reference = ?",
                      values, G_N_ELEMENTS(values), &own, error))
        return false;
    if (own > 0) {
        reply->ticket[0] = '\0';
        reply->kind = reply->kind == REPLY_TICKET ? REPLY_AUTO : reply->kind;
    }
    return true;
}

bool
reply_is_stored(struct db *db, const unsigned char *digest, bool *stored, GError **error)
{
    struct value key = value_octets(digest, DIGEST_OCTETS);
    int64_t found = 0;
    if (!query_figure(db, "SELECT 1 FROM complaintReply WHERE digest = ?", &key, 1, &found, error))
        return false;
    *stored = found != 0;
    return true;
}

bool
reply_match(struct db *db, struct reply *reply, GError **error)
{
    reply->complaint_id = 0;
    reply->position = 0;
    reply->keyed = false;
    return find_by_verp(db, reply, error) &&
           find_by(db, "SELECT complaintId FROM complaintMessage WHERE messageId = ? LIMIT 1",
                   reply->message_ids, &reply->complaint_id, error) &&
           find_by(db, "SELECT complaintId FROM complaint WHERE reference = ?", reply->references,
                   &reply->complaint_id, error) &&
           find_position(db, reply, error) && drop_own_ticket(db, reply, error);
}
