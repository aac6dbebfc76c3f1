/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trap - a message of a spam trap feed without what the trap could be known by
 *
 * In:      its octets.
 * Out:     a mail that parses as before (report/redact.h): every address is xxx@xxx, whoever's it
 *          is, but in the fields that hold ids; the trap's own (those of To, Delivered-To,
 *          Received ... and the names beside them) is found however it is coded, as a word and in
 *          URLs, too.
 *          Of a report: recipients go; addresses in texts, URLs and Authentication-Results become
 *          xxx@xxx. The addresses that the sender claims (From, MAIL FROM) stay, for they are what
 *          the mail is known by, unless the trap's own name is in them (mail to oneself, VERP).
 * Threads: one message, one thread; after report_open().
 */
#pragma once

#include "report/report.h"

struct trap;

/* Learns who the trap is; the octets are borrowed. */
struct trap *trap_new(struct span message);
void trap_free(struct trap *trap); /* NULL is allowed */
typedef struct trap Trap;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trap, trap_free)

/* A masked copy; caller owns it. Octets that don't begin with a header are masked as they stand. */
GBytes *trap_mail(const struct trap *trap);
bool trap_is_mail(const struct trap *trap); /* they do */
void trap_hide(const struct trap *trap, struct report *report);
