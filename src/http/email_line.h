/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_line - a stored mail as a line of a page
 *
 * A viewer (role) sees no local part of an address and no display name.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"
#include "render/email_view.h"

/* How much of a mail this person may see. */
enum email_view email_line_view(const struct visit *visit);
/* For the templates of lists; caller decrefs. */
json_t *email_line(const struct visit *visit, const struct email_row *row);
/* A text of a mail, addresses in it masked for a viewer; caller frees. NULL gives NULL. */
char *email_line_text(const struct visit *visit, const char *text);
