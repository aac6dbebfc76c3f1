/* SPDX-License-Identifier: Apache-2.0 */
#include "study/report_folder.h"

#include "base/text.h"
#include "mailbox/mailbox.h"
#include "study/inbox.h"

static void
free_report(void *report)
{
    report_mail_free(report);
}

void
report_folder_init(struct report_folder *folder, struct problems *problems)
{
    *folder = (struct report_folder){
        .reports = g_ptr_array_new_with_free_func(free_report),
        .problems = problems,
        .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
}

void
report_folder_clear(struct report_folder *folder)
{
    g_clear_pointer(&folder->reports, g_ptr_array_unref);
    g_clear_pointer(&folder->seen, g_hash_table_unref);
}

static void
mark_duplicate(struct report_folder *folder, struct report_mail *report)
{
    const char *first;
    g_autofree char *key = NULL;
    if (!report->has_correct || report->correct.report_id[0] == '\0')
        return;
    key = g_strdup_printf("%s %s", report->correct.submitter, report->correct.report_id);
    first = g_hash_table_lookup(folder->seen, key);
    if (first == NULL) {
        g_hash_table_insert(folder->seen, g_steal_pointer(&key), report->file);
        return;
    }
    report->duplicate_of = g_strdup(first);
    folder->duplicates++;
}

static void
take_mail(struct report_folder *folder, const struct delivery *delivery, const char *mailbox,
          const char *root)
{
    struct report_mail *report;
    const char *below = delivery->where;
    if (delivery->octets == NULL) {
        problems_add(folder->problems, PROBLEM_REPORT, delivery->where, delivery->unreadable);
        folder->unread++;
        return;
    }
    if (g_str_has_prefix(below, root)) {
        below += strlen(root);
        below += strspn(below, "/");
    }
    report = report_mail_read(span_of_bytes(delivery->octets));
    report->file = text_utf8(span_of(below));
    report->mailbox = g_strdup(mailbox);
    mark_duplicate(folder, report);
    if (!report->has_correct) {
        problems_add(folder->problems, PROBLEM_REPORT, delivery->where, report->reason);
        folder->unread++;
    }
    folder->paper_stops += !report->has_paper;
    g_ptr_array_add(folder->reports, report);
    if (folder->progress != NULL)
        progress_show(folder->progress, folder->reports->len);
}

static char *
domain_of_folder(const char *name)
{
    const char *at = strrchr(name, '@');
    g_autofree char *utf8 = text_utf8(span_of(at != NULL ? at + 1 : name));
    return g_ascii_strdown(utf8, -1);
}

static bool
read_one(struct report_folder *folder, const char *root, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *domain = domain_of_folder(name);
    g_autoptr(Mailbox) mailbox = mailbox_open_path(path, SETTLE_KEEP, error);
    g_autoptr(GError) broken = NULL;
    while (mailbox != NULL) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &broken);
        if (delivery == NULL)
            break;
        take_mail(folder, delivery, domain, root);
    }
    if (broken != NULL)
        problems_add(folder->problems, PROBLEM_FILE, path, broken->message);
    return mailbox != NULL;
}

bool
report_folder_read(struct report_folder *folder, const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = folders_below(path, folder->problems, error);
    if (names == NULL)
        return false;
    for (guint i = 0; i < names->len; i++)
        if (!read_one(folder, path, g_ptr_array_index(names, i), error))
            return false;
    return true;
}
