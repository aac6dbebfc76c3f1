/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/trap.h"

#include "ingest/trap_mask.h"
#include "report/address.h"
#include "report/link.h"

#define NAME_OCTETS_MIN 4 /* a shorter local part says nothing when it stands inside another */

static const char *
masked(struct report *report, const char *text)
{
    g_autoptr(GBytes) bytes = NULL;
    struct span span;
    if (text == NULL || strchr(text, '@') == NULL)
        return text;
    bytes = trap_mask(span_of(text));
    span = span_of_bytes(bytes);
    return g_string_chunk_insert_len(report->arena, span.octets, (gssize)span.len);
}

/* Local parts of the addresses to which the mail was delivered. */
static GPtrArray *
trap_names(const struct report *report)
{
    static const char *const fields[] = { "Delivered-To", "X-Original-To", "Envelope-To", "To",
                                          "Cc" };
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < report->original_rcpt_to.count; i++)
        g_ptr_array_add(names, g_strdup(report->original_rcpt_to.items[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = mail_field(report->original, fields[i]);
        char *address = value != NULL ? address_first(span_of(value)) : NULL;
        if (address != NULL)
            g_ptr_array_add(names, address);
    }
    for (guint i = 0; i < names->len; i++) {
        char *name = g_ptr_array_index(names, i);
        name[strcspn(name, "@")] = '\0';
    }
    return names;
}

/* The address, or xxx before its domain when the local part holds a name of the trap. */
static const char *
without_name(struct report *report, const GPtrArray *names, const char *address)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    g_autofree char *local = at != NULL ? g_ascii_strdown(address, at - address) : NULL;
    for (guint i = 0; local != NULL && i < names->len; i++) {
        g_autofree char *name = g_ascii_strdown(g_ptr_array_index(names, i), -1);
        if (strcmp(local, name) == 0 ||
            (strlen(name) >= NAME_OCTETS_MIN && strstr(local, name) != NULL)) {
            g_autofree char *hidden = g_strconcat("xxx", at, NULL);
            return g_string_chunk_insert(report->arena, hidden);
        }
    }
    return address;
}

static void
hide_links(struct report *report)
{
    struct link *links = (struct link *)(uintptr_t)report->links;
    for (size_t i = 0; i < report->link_count; i++) {
        g_autoptr(GString) key = g_string_new(NULL);
        g_autoptr(GString) host = g_string_new(NULL);
        const char *url = masked(report, links[i].url);
        links[i].outer = masked(report, links[i].outer);
        if (url == links[i].url)
            continue;
        links[i].url = url;
        if (url_normalize(span_of(url), key, host))
            links[i].key = g_string_chunk_insert(report->arena, key->str);
        else
            links[i].key = masked(report, links[i].key);
    }
}

static void
hide_list(struct report *report, struct string_list *list)
{
    const char **items = (const char **)(uintptr_t)list->items;
    for (size_t i = 0; i < list->count; i++)
        items[i] = masked(report, items[i]);
}

void
trap_hide(struct report *report)
{
    struct mail *mail = (struct mail *)(uintptr_t)report->original;
    g_autoptr(GPtrArray) names = trap_names(report);
    report->original_mail_from = without_name(report, names, report->original_mail_from);
    report->original_rcpt_to.count = 0;
    report->original_envelope_id = masked(report, report->original_envelope_id);
    hide_list(report, &report->authentication_results);
    hide_list(report, &report->reported_uri);
    hide_links(report);
    if (mail != NULL) {
        mail->from_address = without_name(report, names, mail->from_address);
        mail->from = masked(report, mail->from);
        mail->subject = masked(report, mail->subject);
    }
}
