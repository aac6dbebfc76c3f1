/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_route - by which way did a mail come that is neither bounce nor automatic reply?
 *
 * Out:     the static name of the rule that holds (classify.h lists them), or NULL.
 * Threads: no state.
 * Source:  RFC 2919, RFC 2369, RFC 8058, RFC 8617; fields of list managers and mail systems.
 */
#pragma once

#include "classify/signs.h"

/* feedback-report, tls-report: the reported mail is itself a report. */
const char *rule_report(struct signs *signs);
const char *rule_list(struct signs *signs);
const char *rule_forwarder(struct signs *signs);
const char *rule_bulk(struct signs *signs);
