/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_view - a row of the list of mails for the API and for CSV
 *
 * The names are design.md's: emailId arrivalDate emailType emailRule feedbackType reported
 * deliveryResult subject from mailFrom rcptTo reportedDomain sourceIp sourceDomain sourceAsn
 * countryCode urls files. arrivalDate is RFC 3339 in UTC; what is not known is null, in CSV
 * nothing. `urls` are strings as stored (an API is no page: nothing is defanged), `files`
 * {"filename","size","md5","sha256"}. EMAIL_VIEW_MASKED: for viewers; addresses keep their domain
 * only, wherever they stand.
 * Threads: no state.
 */
#pragma once

#include <jansson.h>

#include "render/csv.h"
#include "select/email_rows.h"

enum email_view { EMAIL_VIEW_WHOLE, EMAIL_VIEW_MASKED };

/* Caller decrefs. The row needs EMAIL_ROWS_LINKS for urls and files. */
json_t *email_view_json(const struct email_row *row, enum email_view view);
/* {"emails":[...],"total":N or null,"next":cursor or null}. A total below 0 is null. Caller
 * decrefs. */
json_t *email_view_list(const struct email_rows *rows, int64_t total, enum email_view view);
/* The same for other lists: {NAME: rows,"total","next"}; takes `rows` over. */
json_t *list_json(const char *name, json_t *rows, int64_t total, const char *next);

/* What email_total() told, for people: "1,284", "more than 10,000", or "many". */
void email_view_append_total(GString *out, int64_t total);

void email_view_csv_header(struct csv *csv);
/* urls and files' names are one field each, separated by line feeds; URLs are defanged: a
 * spreadsheet makes links of them. */
void email_view_csv(struct csv *csv, const struct email_row *row, enum email_view view);
