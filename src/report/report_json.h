/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_json - a report as the JSON object that arfdump prints
 *
 * Keys as in README ("arfdump"): what is absent has no key, lists are there even when empty.
 */
#pragma once

#include <jansson.h>

#include "report/report.h"

/* A new object; the caller adds what other rooms found (email_type, email_rule) and decrefs. */
json_t *report_json(const struct report *report);
