/* SPDX-License-Identifier: Apache-2.0 */
#include "study/inbox.h"

#include "base/fault.h"
#include "base/text.h"
#include "mailbox/mailbox.h"
#include "study/auth_methods.h"

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

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
folders_below(const char *folder, struct problems *problems, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &cause);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    if (dir == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s", cause->message);
        return NULL;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (name[0] == '.')
            continue;
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(names, g_strdup(name));
        else
            problems_add(problems, PROBLEM_FILE, path, "no folder: not read");
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
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
take_mail(struct inbox_scan *scan, struct inbox *inbox, const struct delivery *delivery)
{
    struct auth_methods methods;
    bool dmarc;
    if (delivery->octets == NULL) {
        problems_add(scan->problems, PROBLEM_MAIL, delivery->where, delivery->unreadable);
        return;
    }
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

static bool
take_folder(struct inbox_scan *scan, struct inbox *inbox, const char *path, GError **error)
{
    g_autoptr(Mailbox) mailbox = mailbox_open_path(path, SETTLE_KEEP, error);
    g_autoptr(GError) broken = NULL;
    while (mailbox != NULL) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &broken);
        if (delivery == NULL)
            break;
        take_mail(scan, inbox, delivery);
    }
    if (broken != NULL)
        problems_add(scan->problems, PROBLEM_FILE, path, broken->message);
    return mailbox != NULL;
}

bool
inbox_scan_folder(struct inbox_scan *scan, const char *folder, GError **error)
{
    g_autoptr(GPtrArray) names = folders_below(folder, scan->problems, error);
    if (names == NULL)
        return false;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        struct inbox *inbox = inbox_new(name);
        g_ptr_array_add(scan->inboxes, inbox);
        if (!take_folder(scan, inbox, path, error))
            return false;
    }
    return true;
}
