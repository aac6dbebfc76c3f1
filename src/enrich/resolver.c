/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* ppoll */
#include "enrich/resolver.h"

#include "base/clock.h"
#include "enrich/dns_message.h"
#include "enrich/lane.h"
#include "enrich/pace.h"
#include "enrich/resolver_channel.h"

#include <errno.h>

#define TRIES_MAX 3
#define TIMEOUT_MS_MIN 10
#define TIMEOUT_MS_MAX 60000
/* How exactly time-outs, the deadline and *stop are kept. */
#define TICK_US 20000
#define BUSY_US 1000
/* Sent before what came in is read, so that no socket buffer fills up. */
#define BURST 64

/* Of each server: first tries, later tries, TCP. */
enum { FIRST_TRY, LATER_TRY, BY_TCP, KINDS };
static const struct {
    enum transport transport;
    unsigned patience; /* time-outs */
} kinds[KINDS] = { { TRANSPORT_UDP, 1 }, { TRANSPORT_PLAIN_UDP, 2 }, { TRANSPORT_TCP, 1 } };

struct resolver {
    struct resolver_servers servers;
    struct resolver_channel
        *channels[SERVERS_MAX][KINDS]; /* made when needed, ended with the run */
    unsigned timeout_ms;
    GPtrArray *lanes;       /* of struct lane */
    struct pace pace;       /* of all lanes: they share the servers */
    struct question *probe; /* of the shared lane: nobody who sends us names has a hand in it */
    bool probing;
    struct questions *questions;
    unsigned open; /* questions without an answer */
    bool ending;   /* what is asked now is not begun */
    bool busy;     /* a socket takes no more for now */
    int64_t now_us, expired_us;
    struct resolver_counts counts;
};

static void
free_lane(gpointer lane)
{
    lane_free(lane);
}

static void replied(void *user, void *asked, const char *failure, struct span message);

struct resolver *
resolver_new(const struct resolver_settings *settings, GError **error)
{
    struct resolver_servers servers;
    struct resolver *resolver;
    if (!resolver_servers_read(settings->servers, &servers, error))
        return NULL;
    resolver = g_new0(struct resolver, 1);
    resolver->servers = servers;
    resolver->timeout_ms = CLAMP(settings->timeout_ms, TIMEOUT_MS_MIN, TIMEOUT_MS_MAX);
    resolver->questions = questions_new();
    resolver->lanes = g_ptr_array_new_with_free_func(free_lane);
    resolver->probe = g_malloc0(sizeof *resolver->probe + sizeof ".");
    resolver->probe->type = RR_A;
    memcpy(resolver->probe->name, ".", sizeof ".");
    resolver_add_lane(resolver, settings->in_flight);
    return resolver;
}

unsigned
resolver_add_lane(struct resolver *resolver, unsigned in_flight)
{
    g_ptr_array_add(resolver->lanes, lane_new(in_flight, resolver->lanes->len == 0));
    return resolver->lanes->len - 1;
}

static struct lane *
lane_at(const struct resolver *resolver, unsigned number)
{
    return g_ptr_array_index(resolver->lanes, number);
}

void
resolver_close_lane(struct resolver *resolver, unsigned lane, const char *failure)
{
    if (lane < resolver->lanes->len)
        lane_close(lane_at(resolver, lane), failure);
}

/* Takes the answer and tells who asked. */
static void
finish(struct resolver *resolver, struct question *question, struct answer *answer, bool keep)
{
    if (answer->outcome == ANSWER_FOUND)
        resolver->counts.found++;
    else if (answer->outcome == ANSWER_NONE)
        resolver->counts.none++;
    else
        resolver->counts.not_known++;
    resolver->open--;
    question->group = NULL;
    questions_close(resolver->questions, question, answer, keep);
}

void
resolver_ask(struct resolver *resolver, unsigned lane, enum rr type, const char *name,
             resolver_answered *answered, void *user)
{
    struct question *question;
    bool fresh;
    if (!dns_name_is_sound(name)) {
        g_autofree struct answer *none = answer_none(0);
        answered(user, none);
        return;
    }
    question = questions_open(resolver->questions, type, name, &fresh);
    if (!fresh)
        resolver->counts.shared++;
    if (question->answer != NULL) {
        answered(user, question->answer);
        return;
    }
    question_add_asker(question, answered, user);
    if (!fresh)
        return;
    resolver->counts.asked++;
    resolver->open++;
    question->lane = MIN(lane, resolver->lanes->len - 1);
    lane_wait(lane_at(resolver, question->lane), question, false);
}

/* NULL: c-ares could not make one. */
static struct resolver_channel *
channel_for(struct resolver *resolver, const struct question *question)
{
    int kind = question->by_tcp ? BY_TCP : question->tries > 0 ? LATER_TRY : FIRST_TRY;
    struct resolver_channel **channel = &resolver->channels[question->server][kind];
    if (*channel == NULL)
        *channel = resolver_channel_new(
            &resolver->servers.servers[question->server], kinds[kind].transport,
            resolver->timeout_ms * kinds[kind].patience, replied, resolver, NULL);
    return *channel;
}

static void
ask(struct resolver *resolver, struct question *question)
{
    struct resolver_channel *channel;
    if (!question->by_tcp)
        question->server = (unsigned char)resolver_servers_choose(
            &resolver->servers, question->tries, resolver->now_us);
    channel = channel_for(resolver, question);
    question->sent_us = resolver->now_us;
    pace_sent(&resolver->pace);
    if (channel != NULL)
        resolver_channel_ask(channel, question->type, question->name, question);
    else
        replied(resolver, question, "not asked", (struct span){ NULL, 0 });
}

/* A word about the name itself, not about the server or the way to it. */
static bool
is_final(const char *failure)
{
    static const char *const finals[] = { "cname chain", "referral", "rcode", NULL };
    return g_strv_contains(finals, failure);
}

/* Whether the server itself said that it will not. The same server says so again. */
static bool
is_refusal(const char *failure)
{
    static const char *const refusals[] = { "servfail", "refused", "notimp", NULL };
    return g_strv_contains(refusals, failure);
}

/* FORMERR may mean EDNS, which later tries are without. */
static bool
may_try_again(const struct resolver *resolver, const struct question *question, const char *failure)
{
    unsigned servers = resolver->servers.count;
    if (question->by_tcp || is_final(failure) || resolver->ending)
        return false;
    if (question->tries >= CLAMP(servers, 2, TRIES_MAX))
        return false;
    return servers > 1 || !is_refusal(failure);
}

/* A try of the question that tells a dead resolver from dead domains ended. */
static void
probed(struct resolver *resolver, const char *failure)
{
    struct question *probe = resolver->probe;
    resolver->probing = false;
    if (failure != NULL && strcmp(failure, "busy") == 0) {
        resolver->busy = true;
        return;
    }
    probe->tries++;
    resolver_servers_note(&resolver->servers, probe->server, failure == NULL, resolver->now_us);
    if (failure != NULL && lane_is_suspect(lane_at(resolver, 0)) &&
        may_try_again(resolver, probe, failure))
        return;
    probe->tries = 0;
    lane_judge(lane_at(resolver, 0), failure);
}

/* One try ended. */
static void
replied(void *user, void *asked, const char *failure, struct span message)
{
    struct resolver *resolver = user;
    struct question *question = asked;
    struct lane *lane = lane_at(resolver, question->lane);
    struct answer *answer = NULL;
    bool heard = failure == NULL;
    if (question == resolver->probe) {
        probed(resolver, failure);
        return;
    }
    lane_end(lane, question);
    if (failure != NULL && strcmp(failure, "busy") == 0) {
        resolver->busy = true;
        lane_wait(lane, question, true);
        return;
    }
    if (heard && !question->by_tcp)
        pace_answered(&resolver->pace, resolver->now_us, resolver->now_us - question->sent_us);
    if (heard && !question->by_tcp && dns_message_is_truncated(message)) {
        question->by_tcp = true;
        lane_wait(lane, question, true);
        return;
    }
    if (heard)
        answer = dns_message_answer(message, question->type, question->name);
    else
        answer = answer_not_known(failure);
    question->tries++;
    if (!question->by_tcp)
        resolver_servers_note(&resolver->servers, question->server,
                              heard && g_strcmp0(answer->failure, "refused") != 0,
                              resolver->now_us);
    if (answer->outcome == ANSWER_NOT_KNOWN && may_try_again(resolver, question, answer->failure)) {
        g_free(answer);
        lane_wait(lane, question, true);
        return;
    }
    lane_note(lane, question, failure);
    if (lane_failure(lane) != NULL) {
        g_free(answer);
        answer = answer_not_known(lane_failure(lane));
    }
    finish(resolver, question, answer, !resolver->ending);
}

/* What was never sent is not settled: it is asked when somebody asks again. */
static void
give_up(struct resolver *resolver, struct question *question, const char *failure)
{
    bool sent = question->tries > 0 || lane_failure(lane_at(resolver, question->lane)) != NULL;
    finish(resolver, question, answer_not_known(failure), sent && !resolver->ending);
}

/* Sends what the caps allow, a burst a lane. True: there is more to send at once. */
static bool
send_some(struct resolver *resolver)
{
    bool more = false;
    resolver->busy = false;
    if (lane_is_suspect(lane_at(resolver, 0)) && !resolver->probing) {
        resolver->probing = true;
        ask(resolver, resolver->probe);
    }
    for (unsigned i = resolver->lanes->len; i-- > 0;) { /* the shared one last: it has most */
        struct lane *lane = lane_at(resolver, i);
        for (unsigned sent = 0; !resolver->busy;) {
            struct question *question;
            const char *refusal;
            if (sent == BURST) {
                more = true;
                break;
            }
            question = pace_allows(&resolver->pace) ? lane_next(lane, &refusal) : NULL;
            if (question == NULL)
                break;
            if (refusal != NULL) {
                give_up(resolver, question, refusal);
                continue;
            }
            ask(resolver, question);
            sent++;
        }
    }
    return more && !resolver->busy;
}

static void
wait_and_read(struct resolver *resolver, int64_t wait_us)
{
    struct pollfd sockets[SERVERS_MAX * KINDS * CHANNEL_SOCKETS_MAX];
    unsigned counts[SERVERS_MAX * KINDS] = { 0 };
    struct resolver_channel **channels = &resolver->channels[0][0];
    struct timespec wait = { .tv_nsec = wait_us * 1000 };
    unsigned total = 0;
    for (unsigned i = 0; i < resolver->servers.count * KINDS; i++) {
        if (channels[i] != NULL)
            counts[i] = resolver_channel_sockets(channels[i], sockets + total);
        total += counts[i];
    }
    if (ppoll(sockets, total, &wait, NULL) < 0)
        total = 0; /* a signal: *stop is looked at next */
    resolver->now_us = clock_monotonic_us();
    pace_pass(&resolver->pace, resolver->now_us);
    for (unsigned i = 0, at = 0; total > 0 && i < resolver->servers.count * KINDS; i++) {
        resolver_channel_process(channels[i], sockets + at, counts[i]);
        at += counts[i];
    }
    if (resolver->now_us - resolver->expired_us < TICK_US)
        return;
    resolver->expired_us = resolver->now_us;
    for (unsigned i = 0; i < resolver->servers.count * KINDS; i++)
        if (channels[i] != NULL)
            resolver_channel_expire(channels[i]);
}

/* Answers whatever is open "deadline", and ends the channels: the next run has new source ports. */
static void
end_run(struct resolver *resolver)
{
    struct resolver_channel **channels = &resolver->channels[0][0];
    resolver->ending = true;
    for (unsigned i = 0; i < SERVERS_MAX * KINDS; i++) {
        resolver_channel_free(channels[i]);
        channels[i] = NULL;
    }
    while (resolver->open > 0) { /* who is told may ask more */
        for (unsigned i = 0; i < resolver->lanes->len; i++) {
            struct question *question = lane_drop(lane_at(resolver, i));
            if (question != NULL)
                give_up(resolver, question, "deadline");
        }
    }
    for (unsigned i = 0; i < resolver->lanes->len; i++)
        lane_rest(lane_at(resolver, i));
    resolver->ending = false;
}

bool
resolver_run(struct resolver *resolver, int64_t deadline_us, const volatile int *stop)
{
    bool whole;
    for (unsigned i = 0; i < resolver->lanes->len; i++)
        lane_wake(lane_at(resolver, i));
    resolver->now_us = clock_monotonic_us();
    pace_begin(&resolver->pace, resolver->now_us);
    while (resolver->open > 0 && resolver->now_us < deadline_us && (stop == NULL || *stop == 0)) {
        int64_t wait_us = MIN(TICK_US, deadline_us - resolver->now_us);
        if (send_some(resolver))
            wait_us = 0;
        else if (resolver->busy || !pace_allows(&resolver->pace))
            wait_us = MIN(wait_us, BUSY_US);
        if (resolver->open > 0)
            wait_and_read(resolver, wait_us);
    }
    whole = resolver->open == 0;
    end_run(resolver);
    return whole;
}

void
resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    end_run(resolver);
    questions_free(resolver->questions);
    g_ptr_array_free(resolver->lanes, TRUE);
    g_free(resolver->probe);
    g_free(resolver);
}

void
resolver_counts(const struct resolver *resolver, struct resolver_counts *counts)
{
    *counts = resolver->counts;
}
