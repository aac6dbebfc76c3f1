/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg - pieces that all pictures share
 *
 * Pictures carry classes and presentation attributes, never a style: the content security policy
 * forbids inline styles, and style.css gives the colours of both themes. Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* At most two decimals, without trailing zeros, whatever the locale. */
void svg_append_number(GString *out, double number);
/* ` name="number"`, or ` name="number%"` */
void svg_append_attribute(GString *out, const char *name, double number);
void svg_append_percent(GString *out, const char *name, double percent);
/* `<title>text</title>`, escaped. */
void svg_append_title(GString *out, const char *text);
/* `<text class="..." x y>text</text>`, escaped; x and y in the picture's units. */
void svg_append_text(GString *out, const char *class, double x, double y, const char *text);
/* `<a href="...">`, out of the tab order: the table beside the picture has the same links. False,
 * and nothing written, when href is NULL. */
bool svg_open_link(GString *out, const char *href);
