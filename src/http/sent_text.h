/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sent_text - what a person wrote in a form that was refused, to be copied from the answer
 *
 * In:      a POST of a page of ours whose log-in has ended, or is another one by now.
 * Out:     notes, pasted mails and abuse addresses; of no other field, so no password and no token
 *          ever comes back. Nothing for programs and for forms of other sites: nobody puts his
 *          words into a page of ours.
 * Limits:  SENT_TEXT_OCTETS_MAX octets a text, cut on a character's edge. Threads: no state.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"

#define SENT_TEXT_OCTETS_MAX ((size_t)64 * 1024)

/* [{"name","text","cut"}], or NULL when there is nothing to copy; caller decrefs. */
json_t *sent_text_view(const struct visit *visit);
