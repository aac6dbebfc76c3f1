/* SPDX-License-Identifier: Apache-2.0 */
/* method_names - sets of methods as sorted lists */
#pragma once

#include "base/span.h"

/* Borrowed names in order; caller unrefs. */
GPtrArray *method_names_sorted(GHashTable *set);
