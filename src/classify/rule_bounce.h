/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_bounce - is the reported mail about a delivery that failed, waits or succeeded?
 *
 * Out:     the static name of the rule that holds (classify.h lists them), or NULL.
 * Threads: no state.
 * Source:  RFC 3464; fields and words of the mail systems.
 */
#pragma once

#include "classify/signs.h"

/* dsn-failed, dsn-delayed, dsn-success: a delivery status part, or report-type=delivery-status. */
const char *rule_dsn(struct signs *signs);
/* x-failed-recipients, ms-ndr. */
const char *rule_bounce_field(struct signs *signs);
/* null-path-bounce-words, daemon-bounce-words, returned-bounce-words. */
const char *rule_bounce_words(struct signs *signs);
/* null-path. */
const char *rule_null_path(struct signs *signs);
