/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver - many DNS questions at once, each name and type asked once
 *
 * A question is put in with resolver_ask(); its callback runs inside resolver_ask() or
 * resolver_run(), exactly once, also when the deadline comes first (ANSWER_NOT_KNOWN). A callback
 * may ask more. The same name and type is asked once in the life of the resolver: later askers get
 * the same answer; one that was ANSWER_NOT_KNOWN too.
 * Tries:   two by UDP, of several servers up to three, each of another one; what times out, can't
 *          be reached, or is malformed is tried again, SERVFAIL and REFUSED of another server only.
 *          First tries have EDNS, 1232 octets. A truncated answer is asked for by TCP. Of several
 *          servers the first is asked; one that did not answer ten times running is left alone,
 *          but for a question every two seconds.
 * Failure: "timeout", "unreachable" (no server there), "deadline", what dns_message.h says, and the
 *          word given to resolver_close_lane(). "deadline" alone is asked anew when asked again.
 * Caps:    a lane is a cap of questions in flight: lane 0 is for one's own resolver, further lanes
 *          are made for zones whose operator limits us (blocklists). What does not fit waits in
 *          line. In lane 0 a registrable domain has at most 20 until it has answered; domains take
 *          turns (lane.h).
 * Pace:    of what the caps allow, no more is sent at once than the servers' sockets hold (pace.h).
 * Silence: when 20 questions running of a domain got no answer, or 100 of a list, the rest of its
 *          line gets none either ("timeout", not asked and not kept), and 3 questions find out in
 *          the next run whether it is back. When 100 domains running gave none, the servers are
 *          asked for the root; when that has no answer, all that waits gets none. So dead
 *          domains cost their own names, and a dead resolver seconds and not the whole time.
 * Limits:  answers are kept up to 200,000, 64 MB in all; then the oldest is forgotten. Open
 *          questions are as many as the caller asks.
 * Errors:  FAULT_OPERATOR for a server that can't be read, FAULT_RETRY when there is no server.
 * Threads: one resolver, one thread.
 */
#pragma once

#include "base/fault.h"
#include "enrich/answer.h"

struct resolver_settings {
    char *const *servers; /* "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53"; at most 8; NULL
                             or empty: those of the system */
    unsigned timeout_ms;  /* of the first try, 10 to 60,000; later ones have twice as long */
    unsigned in_flight;   /* of lane 0 */
};

struct resolver;

struct resolver *resolver_new(const struct resolver_settings *settings, GError **error);
/* Questions still open get ANSWER_NOT_KNOWN first. Not inside a callback. NULL is allowed. */
void resolver_free(struct resolver *resolver);
typedef struct resolver Resolver;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolver, resolver_free)

/* A further lane; its number. */
unsigned resolver_add_lane(struct resolver *resolver, unsigned in_flight);
/* From now on every question of this lane is ANSWER_NOT_KNOWN, those that wait too: the list
 * refused us. */
void resolver_close_lane(struct resolver *resolver, unsigned lane, const char *failure);

typedef void resolver_answered(void *user, const struct answer *answer);

/* `name` is copied; a name that DNS can't carry (RFC 1035: 253 octets, labels of 63) is answered
 * ANSWER_NONE at once. `user` lives until the callback. */
void resolver_ask(struct resolver *resolver, unsigned lane, enum rr type, const char *name,
                  resolver_answered *answered, void *user);
/* Until all is answered, `deadline_us` (clock_monotonic_us()) is over, or *stop (may be NULL) is
 * set; the rest is then answered ANSWER_NOT_KNOWN ("deadline"). False when such a rest was left. */
bool resolver_run(struct resolver *resolver, int64_t deadline_us, const volatile int *stop);

struct resolver_counts {
    uint64_t asked, found, none, not_known;
    uint64_t shared; /* answered by a question that was asked already */
};
void resolver_counts(const struct resolver *resolver, struct resolver_counts *counts);
