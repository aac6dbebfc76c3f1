/* SPDX-License-Identifier: Apache-2.0 */
#include "study/report_folder.h"

#include "base/text.h"
#include "study/mail_folders.h"

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

static char *
domain_of_folder(const char *name)
{
    const char *at = strrchr(name, '@');
    g_autofree char *utf8 = text_utf8(span_of(at != NULL ? at + 1 : name));
    return g_ascii_strdown(utf8, -1);
}

/* What take_mail() has to know of where it is. */
struct reading {
    struct report_folder *folder;
    const char *root;
    char *domain; /* of the mailbox */
};

static void
begin_mailbox(void *self, const char *name)
{
    struct reading *reading = self;
    g_free(reading->domain);
    reading->domain = domain_of_folder(name);
}

static void
take_mail(void *self, const struct delivery *delivery)
{
    const struct reading *reading = self;
    struct report_folder *folder = reading->folder;
    struct report_mail *report;
    const char *below = delivery->where;
    if (g_str_has_prefix(below, reading->root)) {
        below += strlen(reading->root);
        below += strspn(below, "/");
    }
    report = report_mail_read(span_of_bytes(delivery->octets));
    report->file = text_utf8(span_of(below));
    report->mailbox = g_strdup(reading->domain);
    mark_duplicate(folder, report);
    if (!report->has_correct)
        problems_add(folder->problems, PROBLEM_REPORT, delivery->where, report->reason);
    folder->paper_stops += !report->has_paper;
    g_ptr_array_add(folder->reports, report);
    if (folder->progress != NULL)
        progress_show(folder->progress, folder->reports->len);
}

bool
report_folder_read(struct report_folder *folder, const char *path, GError **error)
{
    const struct mail_folders taker = { begin_mailbox, take_mail, PROBLEM_REPORT };
    struct reading reading = { folder, path, NULL };
    bool good = mail_folders_read(path, &taker, &reading, folder->problems, error);
    g_free(reading.domain);
    return good;
}
