/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_set.h"
#include "report/link_text.h"

static void
add_found(void *self, struct span url, unsigned flags)
{
    link_set_add(self, url, flags);
}

/* Some senders call their HTML text/plain. */
static bool
is_html(struct span text)
{
    text = span_trim(text);
    return span_starts_nocase(text, "<!doctype html") || span_starts_nocase(text, "<html");
}

void
link_scan_text(struct link_set *set, struct span utf8, enum text_flow flow)
{
    g_autoptr(GString) unflowed = NULL;
    if (is_html(utf8)) {
        link_scan_html(set, utf8, NULL);
        return;
    }
    if (flow != TEXT_FIXED) {
        unflowed = g_string_sized_new(utf8.len);
        link_text_unflow(unflowed, utf8, flow == TEXT_FLOWED_DELSP);
        utf8 = (struct span){ unflowed->str, unflowed->len };
    }
    link_text_scan(utf8, LINK_TEXT_ALL, add_found, set);
}
