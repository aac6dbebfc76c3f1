/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_guard - takes out of a message what would cost a MIME parser far more than its size
 *
 * GMime decodes subjects, parameters and addresses while it parses, some in time that grows with
 * the square of their length, and keeps an object for each field and part: 25 MB can cost hours or
 * gigabytes. Here, in one linear pass, over-long fields of those names are cut, runs of field lines
 * over LIMIT_HEADER_OCTETS lose their tail, and the message ends at line GUARD_DASH_LINES that
 * begins with "--". Mails of people and of the usual spam are not touched.
 */
#pragma once

#include "base/span.h"

#define GUARD_SMALL_OCTETS 8192 /* a message this small costs nothing whatever it holds */
#define GUARD_DASH_LINES 10000

/* The message made harmless; NULL when it is harmless as it stands. Caller frees. */
GBytes *mime_guard(struct span message);
