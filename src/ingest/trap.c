/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/trap.h"

#include "report/address.h"
#include "report/address_mask.h"
#include "report/field.h"
#include "report/link.h"
#include "report/redact.h"

#define NAME_OCTETS_MIN 4 /* a shorter local part says nothing when it stands inside another */

struct trap {
    struct span message;
    Redactor *redactor;
};

struct trap *
trap_new(struct span message)
{
    static const struct redact_wish wish = { .key = "", .all_addresses = true };
    struct trap *trap = g_new0(struct trap, 1);
    trap->message = message;
    trap->redactor = redactor_new(message, &wish);
    return trap;
}

void
trap_free(struct trap *trap)
{
    if (trap == NULL)
        return;
    redactor_free(trap->redactor);
    g_free(trap);
}

static bool
has_header(struct span message)
{
    struct span begins = field_skip_preamble(message);
    return begins.len > 0 && field_first(begins).octets == begins.octets;
}

GBytes *
trap_mail(const struct trap *trap)
{
    if (has_header(trap->message)) {
        g_autoptr(GBytes) mail = redactor_mail(trap->redactor, REDACT_WHOLE);
        if (has_header(span_of_bytes(mail))) /* else all its fields were over a limit */
            return g_steal_pointer(&mail);
    }
    return address_mask_mail(trap->message);
}

bool
trap_is_mail(const struct trap *trap)
{
    return has_header(trap->message);
}

static const char *
masked(const struct trap *trap, struct report *report, const char *text)
{
    g_autofree char *changed = redactor_text(trap->redactor, text, CONCEAL_WORDS);
    return g_strcmp0(changed, text) == 0 ? text : g_string_chunk_insert(report->arena, changed);
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
hide_links(const struct trap *trap, struct report *report)
{
    struct link *links = (struct link *)(uintptr_t)report->links;
    for (size_t i = 0; i < report->link_count; i++) {
        g_autoptr(GString) key = g_string_new(NULL);
        g_autoptr(GString) host = g_string_new(NULL);
        const char *url = masked(trap, report, links[i].url);
        links[i].outer = masked(trap, report, links[i].outer);
        if (url == links[i].url)
            continue;
        links[i].url = url;
        if (url_normalize(span_of(url), key, host)) {
            links[i].key = g_string_chunk_insert(report->arena, key->str);
            links[i].host = g_string_chunk_insert(report->arena, host->str);
        } else {
            links[i].key = masked(trap, report, links[i].key);
            links[i].host = masked(trap, report, links[i].host);
        }
    }
}

static void
hide_attachments(const struct trap *trap, struct report *report)
{
    struct attachment *attachments = (struct attachment *)(uintptr_t)report->attachments;
    for (size_t i = 0; i < report->attachment_count; i++)
        attachments[i].filename = masked(trap, report, attachments[i].filename);
}

static void
hide_list(const struct trap *trap, struct report *report, struct string_list *list)
{
    const char **items = (const char **)(uintptr_t)list->items;
    for (size_t i = 0; i < list->count; i++)
        items[i] = masked(trap, report, items[i]);
}

void
trap_hide(const struct trap *trap, struct report *report)
{
    struct mail *mail = (struct mail *)(uintptr_t)report->original;
    g_autoptr(GPtrArray) names = trap_names(report);
    report->original_mail_from = without_name(report, names, report->original_mail_from);
    report->original_rcpt_to.count = 0;
    report->original_envelope_id = masked(trap, report, report->original_envelope_id);
    hide_list(trap, report, &report->authentication_results);
    hide_list(trap, report, &report->reported_uri);
    hide_links(trap, report);
    hide_attachments(trap, report);
    if (mail != NULL) {
        mail->from_address = without_name(report, names, mail->from_address);
        mail->from = masked(trap, report, mail->from);
        mail->subject = masked(trap, report, mail->subject);
    }
}
