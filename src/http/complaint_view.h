/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_view - chosen mails and complaints as the pages of /reportemail show them
 */
#pragma once

#include <jansson.h>

#include "complaint/prepare.h"
#include "http/visit.h"

#define COMPLAINT_VIEW_TEXTS 25 /* complaints shown in full at once; more are listed */

/* `tick`: "all" that may be, "none"; else (NULL) those without a doubt. */
json_t *complaint_view_mails(const struct visit *visit, const struct prepared_mails *mails,
                             const char *tick);
/* `from` and the next COMPLAINT_VIEW_TEXTS are written (prepare_write()). */
json_t *complaint_view_preview(const struct visit *visit, const GPtrArray *complaints, size_t from,
                               const struct prepare_wish *wish);
