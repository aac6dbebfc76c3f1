/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver_channel - c-ares: questions to one server by one transport; seen by resolver only
 *
 * One channel is one server, one transport and one try, because c-ares 1.18 lets all questions of a
 * channel pay for one: a truncated answer whose TCP connection fails, or an ICMP error, ends a try
 * of every question in flight to that server. What is asked again, and of whom, resolver decides.
 * A UDP channel keeps one socket, so one source port, for its life; resolver gives it a short one.
 * Threads: one channel, one thread.
 */
#pragma once

#include "enrich/answer.h"
#include "enrich/resolver_server.h"

#include <poll.h>

#define CHANNEL_SOCKETS_MAX 4
/* What EDNS says we take by UDP: no fragments on any path (DNS flag day 2020). */
#define CHANNEL_UDP_OCTETS 1232

/* PLAIN_UDP is without EDNS: some servers, and some boxes on the way, know none. */
enum transport { TRANSPORT_UDP, TRANSPORT_PLAIN_UDP, TRANSPORT_TCP };

struct resolver_channel;

/* Either the octets of a message that has the question's id and text, borrowed, or why there is
 * none: "timeout", "unreachable", "busy" (nothing was sent: the socket's buffer is full),
 * "deadline" (cancelled). Runs inside resolver_channel_ask(), _process() or _free(); the channel
 * must not be freed there. */
typedef void resolver_replied(void *user, void *question, const char *failure, struct span message);

struct resolver_channel *resolver_channel_new(const struct resolver_server *server,
                                              enum transport transport, unsigned timeout_ms,
                                              resolver_replied *replied, void *user,
                                              GError **error);
/* Questions in flight are replied "deadline". NULL is allowed. */
void resolver_channel_free(struct resolver_channel *channel);
typedef struct resolver_channel ResolverChannel;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolverChannel, resolver_channel_free)

/* `name` is sound (dns_message.h). */
void resolver_channel_ask(struct resolver_channel *channel, enum rr type, const char *name,
                          void *question);
/* Its sockets for poll(), at most CHANNEL_SOCKETS_MAX. */
unsigned resolver_channel_sockets(const struct resolver_channel *channel, struct pollfd *sockets);
/* What poll() found. */
void resolver_channel_process(struct resolver_channel *channel, const struct pollfd *sockets,
                              unsigned count);
/* Ends tries whose time is over; c-ares does that only when it is called. */
void resolver_channel_expire(struct resolver_channel *channel);
