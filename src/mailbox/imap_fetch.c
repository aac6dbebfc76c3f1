/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_fetch.h"

#include "base/limits.h"
#include "mailbox/imap_message.h"
#include "mailbox/imap_set.h"

#define SIZES_AT_ONCE 4000
#define RANGE_MESSAGES 2000
#define TRIES_MAX 3
/* A literal too large to keep is read over up to this size; beyond it the line is dropped. */
#define SKIP_OCTETS (4ULL * LIMIT_MESSAGE_OCTETS)

void
imap_fetch_init(struct imap_fetch *fetch, const char *shown)
{
    *fetch = (struct imap_fetch){ 0 };
    fetch->messages = g_array_new(FALSE, TRUE, sizeof(struct imap_message));
    fetch->shown = g_strdup(shown);
    g_queue_init(&fetch->ready);
}

static void
drop_delivery(void *delivery)
{
    delivery_free(delivery);
}

void
imap_fetch_clear(struct imap_fetch *fetch)
{
    g_clear_pointer(&fetch->messages, g_array_unref);
    g_clear_pointer(&fetch->shown, g_free);
    g_queue_clear_full(&fetch->ready, drop_delivery);
}

void
imap_fetch_start(struct imap_fetch *fetch, uint32_t uid_validity, const GArray *uids)
{
    g_array_set_size(fetch->messages, 0);
    g_queue_clear_full(&fetch->ready, drop_delivery);
    for (guint i = 0; i < uids->len; i++) {
        struct imap_message message = { .uid = g_array_index(uids, uint32_t, i),
                                        .date = CLOCK_UNKNOWN };
        g_array_append_val(fetch->messages, message);
    }
    fetch->uid_validity = uid_validity;
    fetch->sized = 0;
    fetch->next = 0;
    fetch->left = uids->len;
    fetch->abandoned = 0;
    fetch->flying = 0;
}

static struct imap_message *
message_at(const struct imap_fetch *fetch, guint i)
{
    return &g_array_index(fetch->messages, struct imap_message, i);
}

struct delivery *
imap_fetch_take(struct imap_fetch *fetch)
{
    return g_queue_pop_head(&fetch->ready);
}

bool
imap_fetch_is_flying(const struct imap_fetch *fetch)
{
    return fetch->flying > 0;
}

static void
done(struct imap_fetch *fetch, struct imap_message *message)
{
    message->state = IMAP_MESSAGE_DONE;
    fetch->left--;
}

/* Ends the message with a delivery: its octets (taken over), or the reason why not. */
static void
deliver(struct imap_fetch *fetch, struct imap_message *message, GBytes *octets, char *unreadable)
{
    g_queue_push_tail(&fetch->ready, imap_message_delivery(message, fetch->uid_validity,
                                                           fetch->shown, octets, unreadable));
    done(fetch, message);
}

/* To be asked for once more, alone. */
static void
again(struct imap_fetch *fetch, guint i)
{
    struct imap_message *message = message_at(fetch, i);
    message->state = IMAP_MESSAGE_SIZED;
    if (message->tries == 0)
        message->tries = 1;
    fetch->next = MIN(fetch->next, i);
}

static guint
flying(const struct imap_fetch *fetch, bool bodies)
{
    guint count = 0;
    for (guint i = 0; i < fetch->flying; i++)
        count += fetch->flights[i].bodies == bodies;
    return count;
}

static bool
take_off(struct imap_fetch *fetch, struct imap_session *session, struct imap_set *set, bool bodies,
         guint first, guint end, GError **error)
{
    struct imap_flight *flight = &fetch->flights[fetch->flying];
    g_autofree char *command = g_strdup_printf("UID FETCH %s (UID %s)", imap_set_text(set),
                                               bodies ? "BODY.PEEK[]" : "RFC822.SIZE INTERNALDATE");
    imap_connection_literals(session->commands.connection, LIMIT_MESSAGE_OCTETS, SKIP_OCTETS);
    if (!imap_command_send(&session->commands, command, flight->tag, error))
        return false;
    flight->bodies = bodies;
    flight->first = first;
    flight->end = end;
    flight->number = fetch->flight_count;
    fetch->flying++;
    return true;
}

static bool
ask_sizes(struct imap_fetch *fetch, struct imap_session *session, GError **error)
{
    struct imap_set set;
    guint first = fetch->sized;
    guint i = first;
    bool sent = true;
    imap_set_init(&set);
    fetch->flight_count++;
    for (; i < fetch->messages->len && i - first < SIZES_AT_ONCE; i++) {
        struct imap_message *message = message_at(fetch, i);
        if (message->state != IMAP_MESSAGE_LISTED)
            continue;
        if (!imap_set_add(&set, message->uid))
            break;
        message->flight = fetch->flight_count;
    }
    fetch->sized = i;
    if (set.last != 0)
        sent = take_off(fetch, session, &set, false, first, i, error);
    imap_set_clear(&set);
    return sent;
}

/* Whether the message may join a range of `count` messages with `octets` octets. */
static bool
fits(const struct imap_message *message, guint count, uint64_t octets)
{
    return count == 0 || (message->tries == 0 && octets + message->size <= IMAP_RANGE_OCTETS);
}

static bool
ask_bodies(struct imap_fetch *fetch, struct imap_session *session, GError **error)
{
    struct imap_set set;
    guint first = fetch->next;
    guint i = first;
    uint64_t octets = 0;
    guint count = 0;
    bool alone = false;
    bool sent = true;
    imap_set_init(&set);
    fetch->flight_count++;
    for (; i < fetch->messages->len && count < RANGE_MESSAGES && !alone; i++) {
        struct imap_message *message = message_at(fetch, i);
        if (message->state == IMAP_MESSAGE_LISTED)
            break;
        if (message->state != IMAP_MESSAGE_SIZED)
            continue;
        if (message->size > LIMIT_MESSAGE_OCTETS) {
            deliver(fetch, message, NULL, imap_message_too_large(message->size));
            continue;
        }
        if (!fits(message, count, octets) || !imap_set_add(&set, message->uid))
            break;
        alone = message->tries > 0;
        octets += message->size;
        message->state = IMAP_MESSAGE_ASKED;
        message->flight = fetch->flight_count;
        count++;
    }
    fetch->next = i;
    if (count > 0)
        sent = take_off(fetch, session, &set, true, first, i, error);
    imap_set_clear(&set);
    return sent;
}

bool
imap_fetch_ask(struct imap_fetch *fetch, struct imap_session *session, bool drain, GError **error)
{
    if (drain)
        return true;
    while (flying(fetch, false) == 0 && fetch->sized < fetch->messages->len &&
           fetch->sized < fetch->next + SIZES_AT_ONCE)
        if (!ask_sizes(fetch, session, error))
            return false;
    while (flying(fetch, true) < IMAP_FLIGHTS - 1) {
        guint before = fetch->flying;
        if (!ask_bodies(fetch, session, error))
            return false;
        if (fetch->flying == before)
            break;
    }
    return true;
}

/* Index of the message with the UID, or -1. */
static gint64
find(const struct imap_fetch *fetch, uint32_t uid)
{
    guint low = 0;
    guint high = fetch->messages->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (message_at(fetch, middle)->uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < fetch->messages->len && message_at(fetch, low)->uid == uid ? (gint64)low : -1;
}

static void
deliver_body(struct imap_fetch *fetch, struct imap_message *message, const struct imap_item *item,
             uint64_t skipped)
{
    char *fault = imap_message_fault(message, item, skipped);
    deliver(fetch, message, fault == NULL ? imap_message_octets(item) : NULL, fault);
}

static bool
take_item(struct imap_fetch *fetch, struct imap_session *session,
          const struct imap_response *response, uint64_t skipped, GError **error)
{
    struct imap_item item;
    struct imap_message *message = NULL;
    gint64 i = -1;
    if (!imap_response_item(response->rest, &item, error))
        return imap_command_nonsense(&session->commands, NULL, error);
    if (item.uid != 0)
        i = find(fetch, item.uid);
    if (i < 0)
        return true;
    message = message_at(fetch, (guint)i);
    if (message->state == IMAP_MESSAGE_LISTED && item.has_size) {
        message->state = IMAP_MESSAGE_SIZED;
        message->size = (uint32_t)MIN(item.size, (uint64_t)UINT32_MAX);
        message->date = item.date;
    }
    if (message->state != IMAP_MESSAGE_ASKED || !item.has_body)
        return true;
    if (item.body_is_nil && message->tries == 0)
        again(fetch, (guint)i);
    else if (item.body_is_nil)
        deliver(fetch, message, NULL, g_strdup("the server gives no content for it"));
    else
        deliver_body(fetch, message, &item, skipped);
    return true;
}

/* What the answer to a range says of the messages in it that did not come. */
static void
land_bodies(struct imap_fetch *fetch, const struct imap_flight *flight,
            const struct imap_response *response)
{
    g_auto(ImapAnswer) answer = { 0 };
    imap_answer_set(&answer, response);
    for (guint i = flight->first; i < flight->end; i++) {
        struct imap_message *message = message_at(fetch, i);
        if (message->state != IMAP_MESSAGE_ASKED || message->flight != flight->number)
            continue;
        if (answer.status != IMAP_OK && message->tries == 0)
            again(fetch, i);
        else if (answer.status == IMAP_OK || imap_answer_has_code(&answer, "EXPUNGEISSUED"))
            done(fetch, message); /* expunged meanwhile */
        else
            deliver(fetch, message, NULL,
                    g_strdup_printf("the server refuses to give it: %s", answer.text));
    }
}

static void
land_sizes(struct imap_fetch *fetch, const struct imap_flight *flight,
           const struct imap_response *response)
{
    for (guint i = flight->first; i < flight->end; i++) {
        struct imap_message *message = message_at(fetch, i);
        if (message->state != IMAP_MESSAGE_LISTED || message->flight != flight->number)
            continue;
        if (response->status == IMAP_OK)
            done(fetch, message);
        else
            again(fetch, i); /* perhaps the body comes, though the size does not */
    }
}

bool
imap_fetch_read(struct imap_fetch *fetch, struct imap_session *session, GError **error)
{
    struct imap_response response;
    uint64_t skipped = 0;
    if (!imap_command_read(&session->commands, &response, &skipped, error))
        return false;
    if (response.kind == IMAP_NUMBERED && span_equals_nocase(response.name, "FETCH"))
        return take_item(fetch, session, &response, skipped, error);
    if (response.kind != IMAP_TAGGED)
        return true;
    for (guint i = 0; i < fetch->flying; i++) {
        struct imap_flight flight = fetch->flights[i];
        if (!span_equals(response.tag, flight.tag))
            continue;
        memmove(fetch->flights + i, fetch->flights + i + 1,
                (fetch->flying - i - 1) * sizeof *fetch->flights);
        fetch->flying--;
        if (flight.bodies)
            land_bodies(fetch, &flight, &response);
        else
            land_sizes(fetch, &flight, &response);
        return true;
    }
    return imap_command_nonsense(&session->commands, "answer to a command never sent", error);
}

/* The message at which the line broke. */
static void
suspect(struct imap_fetch *fetch, struct imap_message *message, bool nonsense)
{
    message->tries++;
    if (message->tries < TRIES_MAX)
        return;
    if (nonsense) {
        deliver(fetch, message, NULL, g_strdup("the server's answer for it is malformed"));
    } else {
        done(fetch, message);
        fetch->abandoned++;
        fetch->abandoned_uid = message->uid;
    }
}

void
imap_fetch_broke(struct imap_fetch *fetch, bool nonsense)
{
    bool found = false;
    fetch->flying = 0;
    fetch->next = fetch->messages->len;
    fetch->sized = fetch->messages->len;
    for (guint i = fetch->messages->len; i > 0; i--) {
        struct imap_message *message = message_at(fetch, i - 1);
        if (message->state == IMAP_MESSAGE_ASKED)
            message->state = IMAP_MESSAGE_SUSPECT;
    }
    for (guint i = 0; i < fetch->messages->len; i++) {
        struct imap_message *message = message_at(fetch, i);
        if (message->state == IMAP_MESSAGE_SUSPECT) {
            message->state = IMAP_MESSAGE_SIZED;
            if (!found)
                suspect(fetch, message, nonsense);
            found = true;
        }
        if (message->state == IMAP_MESSAGE_SIZED)
            fetch->next = MIN(fetch->next, i);
        if (message->state == IMAP_MESSAGE_LISTED)
            fetch->sized = MIN(fetch->sized, i);
    }
    fetch->next = MIN(fetch->next, fetch->sized);
}
