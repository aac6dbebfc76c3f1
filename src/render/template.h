/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template - mustache (the six core modules of its specification, and {{@name}}) over jansson
 *
 * Input:   templates by name, written by us; views, which hold what mail holds.
 * Output:  text. {{name}} is escaped by escape_append_html(), so hidden characters are shown too;
 *          {{@name}} is escaped by escape_append_url(), for one component of a URL;
 *          {{{name}}} and {{&name}} only for names on the set's list of raw names.
 * False are: a missing name, null, false, the empty list and the empty string. 0 is true.
 * Numbers are written as in JSON; objects and lists have no text.
 * Owns:    a set owns its texts; a view is borrowed while it is rendered.
 * Errors:  FAULT_OPERATOR with "template NAME, line N: why"; nothing was appended then.
 * Limits:  below; over a limit is an error, not a cut.
 * Threads: add and check from one; from then on a set is read-only and any thread may render.
 * Source:  mustache(5) and github.com/mustache/spec 1.4.
 */
#pragma once

#include <jansson.h>

#include "base/span.h"

#define TEMPLATE_OCTETS_MAX (1024 * 1024)
#define TEMPLATE_DEPTH_MAX 64       /* sections and partials inside each other */
#define TEMPLATE_NAME_PIECES_MAX 16 /* a.b.c has 3 */
#define TEMPLATE_DELIMITER_MAX 8    /* octets */
#define TEMPLATE_STEPS_MAX 5000000  /* nodes visited by one rendering */
#define TEMPLATE_OUTPUT_MAX (64 * 1024 * 1024)

struct template_set;
typedef struct template_set TemplateSet;

/* `raw_names` up to NULL; copied. Whole names: "page.body" allows that one only. NULL: every name
 * is allowed, which is for tests. */
struct template_set *template_set_new(const char *const *raw_names);
void template_set_free(struct template_set *set); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateSet, template_set_free)

/* Parses `text` and keeps it under `name`; a template of that name that is there is replaced. */
bool template_set_add(struct template_set *set, const char *name, struct span text, GError **error);
/* Is every partial that a template names there? Without this, a missing one is nothing. */
bool template_set_check(const struct template_set *set, GError **error);
bool template_set_has(const struct template_set *set, const char *name);
/* Appends template `name` filled in from `view` (any JSON; NULL is none) to `out`. */
bool template_render(const struct template_set *set, const char *name, const json_t *view,
                     GString *out, GError **error);
