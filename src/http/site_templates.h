/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_templates - all templates of a folder, parsed
 *
 * Every file NAME.mustache is template NAME. Errors: FAULT_OPERATOR with file and line.
 */
#pragma once

#include "render/template.h"

struct template_set *site_templates_open(const char *folder, GError **error);
