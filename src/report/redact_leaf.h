/* SPDX-License-Identifier: Apache-2.0 */
/* redact_leaf - one body without recipients, fit for 7-bit mail; Threads: no state. */
#pragma once

#include "report/redact_entity.h"

/* Header and body of a part that is no multipart. `body` has CRLF between its lines. */
void leaf_append(GString *out, const struct entity *entity, const struct conceal *conceal,
                 struct span body);
/* What stands around the parts of a multipart. */
void leaf_append_around(GString *out, const struct conceal *conceal, struct span text);
/* The body as it was before its transfer encoding; NULL: as it stands. Caller frees. */
GString *leaf_decoded(const struct entity *entity, struct span body);
