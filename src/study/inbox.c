/* SPDX-License-Identifier: Apache-2.0 */
#include "study/inbox.h"

#include "base/text.h"
#include "study/auth_methods.h"
#include "study/mail_folders.h"

static void
inbox_free(void *item)
{
    struct inbox *inbox = item;
    g_free(inbox->label);
    g_hash_table_unref(inbox->first);
    g_hash_table_unref(inbox->all);
    g_ptr_array_unref(inbox->evidence);
    g_free(inbox);
}

static struct inbox *
inbox_new(const char *label)
{
    struct inbox *inbox = g_new0(struct inbox, 1);
    g_autofree char *utf8 = text_utf8(span_of(label));
    inbox->label = g_ascii_strdown(utf8, -1);
    inbox->first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    inbox->all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    inbox->evidence = evidence_new();
    return inbox;
}

void
inbox_scan_init(struct inbox_scan *scan, const struct study_config *config,
                struct problems *problems)
{
    *scan = (struct inbox_scan){ .config = config,
                                 .problems = problems,
                                 .inboxes = g_ptr_array_new_with_free_func(inbox_free) };
}

void
inbox_scan_clear(struct inbox_scan *scan)
{
    g_clear_pointer(&scan->inboxes, g_ptr_array_unref);
}

const struct inbox *
inbox_of(const struct inbox_scan *scan, const char *label)
{
    for (guint i = 0; i < scan->inboxes->len; i++) {
        const struct inbox *inbox = g_ptr_array_index(scan->inboxes, i);
        if (strcmp(inbox->label, label) == 0)
            return inbox;
    }
    return NULL;
}

static void
add_all(GHashTable *to, GHashTable *from)
{
    GHashTableIter iter;
    gpointer method;
    g_hash_table_iter_init(&iter, from);
    while (g_hash_table_iter_next(&iter, &method, NULL))
        if (!g_hash_table_contains(to, method))
            g_hash_table_add(to, g_strdup(method));
}

static void
begin_inbox(void *self, const char *name)
{
    struct inbox_scan *scan = self;
    g_ptr_array_add(scan->inboxes, inbox_new(name));
}

static void
take_mail(void *self, const struct delivery *delivery)
{
    struct inbox_scan *scan = self;
    struct inbox *inbox = g_ptr_array_index(scan->inboxes, scan->inboxes->len - 1);
    struct auth_methods methods;
    bool dmarc;
    auth_methods_init(&methods);
    auth_methods_read(&methods, span_of_bytes(delivery->octets), scan->config->headers,
                      scan->config->header_count);
    add_all(inbox->all, methods.correct);
    inbox->mails++;
    scan->mails++;
    if (g_str_has_suffix(delivery->where, ".eml") && inbox->paper_mails++ == 0)
        add_all(inbox->first, methods.paper);
    dmarc = g_hash_table_contains(methods.correct, "dmarc");
    if (methods.shown->len == 0)
        g_string_assign(methods.shown, "no field with results");
    evidence_add(inbox->evidence, dmarc, delivery->where,
                 (struct span){ methods.shown->str, methods.shown->len });
    if (scan->progress != NULL)
        progress_show(scan->progress, scan->mails);
    auth_methods_clear(&methods);
}

bool
inbox_scan_folder(struct inbox_scan *scan, const char *folder, GError **error)
{
    const struct mail_folders taker = { begin_inbox, take_mail, PROBLEM_MAIL };
    return mail_folders_read(folder, &taker, scan, scan->problems, error);
}
