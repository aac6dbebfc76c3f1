/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trap - a report of a spam trap feed without what the trap could be known by
 *
 * Recipients go; addresses in texts, URLs and Authentication-Results become xxx@xxx. The addresses
 * that the sender claims (From, MAIL FROM) stay, for they are what the mail is known by, unless the
 * trap's own name is in them (mail to oneself, VERP). Threads: one report, one thread.
 */
#pragma once

#include "report/report.h"

void trap_hide(struct report *report);
