/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_view - a stored mail as a row of a page, of the API, of a CSV file
 *
 * A viewer (role) sees no local part of an address and no display name.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"
#include "render/csv.h"
#include "select/email_rows.h"

/* For the templates of lists. */
json_t *email_view_row(const struct visit *visit, const struct email_row *row);
/* design.md 7: the names of /api/email. */
json_t *email_view_json(const struct visit *visit, const struct email_row *row);
extern const char *const email_csv_header[];
void email_view_csv(const struct visit *visit, const struct email_row *row, struct csv *csv);
/* "***@example.com" for a viewer, else the address; NULL for NULL. In a chunk of the caller's. */
const char *email_view_address(const struct visit *visit, const char *address, GStringChunk *chunk);
