/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_auto_reply - did a machine answer in the name of a person?
 *
 * Out:     the static name of the rule that holds (classify.h lists them), or NULL.
 * Threads: no state.
 * Source:  RFC 3834, RFC 8098; fields and words of the mail systems.
 */
#pragma once

#include "classify/signs.h"

/* mdn: a disposition notification part, or report-type=disposition-notification. */
const char *rule_mdn(struct signs *signs);
/* auto-submitted, vendor-auto-reply. */
const char *rule_auto_field(struct signs *signs);
/* challenge-response. */
const char *rule_challenge(struct signs *signs);
/* read-receipt. */
const char *rule_receipt(struct signs *signs);
/* auto-reply-words. */
const char *rule_auto_words(struct signs *signs);
