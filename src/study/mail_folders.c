/* SPDX-License-Identifier: Apache-2.0 */
#include "study/mail_folders.h"

#include <inttypes.h>
#include <string.h>

#include "base/fault.h"

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
names_below(const char *folder, struct problems *problems, GError **error)
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

/* What is neither file nor folder, all below `path`, stands in one line. */
static void
tell_left_out(const char *path, uint64_t names, struct problems *problems)
{
    g_autofree char *reason = NULL;
    if (names == 0)
        return;
    reason =
        g_strdup_printf("not read: %" PRIu64 " names of symbolic links, FIFOs or devices", names);
    problems_add(problems, PROBLEM_FILE, path, reason);
    problems->count[PROBLEM_FILE] += names - 1;
}

static bool
read_mails(const char *path, const struct mail_folders *taker, void *self,
           struct problems *problems, GError **error)
{
    g_autoptr(Mailbox) mailbox = mailbox_open_path(path, SETTLE_KEEP, error);
    g_autoptr(GError) broken = NULL;
    while (mailbox != NULL) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &broken);
        if (delivery == NULL)
            break;
        if (delivery->octets != NULL)
            taker->take(self, delivery);
        else
            problems_add(problems, taker->kind, delivery->where, delivery->unreadable);
    }
    if (broken != NULL)
        problems_add(problems, PROBLEM_FILE, path, broken->message);
    if (mailbox != NULL)
        tell_left_out(path, mailbox_left_out(mailbox), problems);
    return mailbox != NULL;
}

bool
mail_folders_read(const char *folder, const struct mail_folders *taker, void *self,
                  struct problems *problems, GError **error)
{
    g_autoptr(GPtrArray) names = names_below(folder, problems, error);
    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        taker->begin(self, name);
        if (!read_mails(path, taker, self, problems, error))
            return false;
    }
    return names != NULL;
}
