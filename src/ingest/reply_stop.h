/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_stop - does a desk ask for no more complaints?
 *
 * In:      the subject and the text of an answer; valid UTF-8, hostile.
 * Out:     true when one of them begins with STOP, unsubscribe, "remove us" or the like, or one of
 *          the text's first lines is nothing else; lines that quote (">") are passed over. A guess:
 *          a person decides.
 * Limits:  REPLY_STOP_LINES lines, REPLY_STOP_OCTETS octets: behind them our own words are quoted.
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define REPLY_STOP_LINES 5
#define REPLY_STOP_OCTETS 4096

bool reply_asks_to_stop(const char *subject, struct span text);
