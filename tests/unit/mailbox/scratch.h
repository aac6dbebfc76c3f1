/* SPDX-License-Identifier: Apache-2.0 */
/* scratch - a temporary folder with files for one test, and what the tests of mailboxes ask */
#pragma once

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "base/limits.h"
#include "mailbox/mailbox.h"

#define SCRATCH_UNUSED __attribute__((unused))

/* A fresh folder; caller frees the name and calls scratch_remove(). */
SCRATCH_UNUSED static char *
scratch_new(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("lafayette-test-XXXXXX", &error);
    if (folder == NULL)
        fail_msg("no temporary folder: %s", error->message);
    return folder;
}

SCRATCH_UNUSED static void
scratch_remove(char *folder)
{
    const char *argv[] = { "rm", "-rf", "--", folder, NULL };
    char *copy[G_N_ELEMENTS(argv)];
    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        copy[i] = g_strdup(argv[i]);
    g_spawn_sync(NULL, copy, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        g_free(copy[i]);
    g_free(folder);
}

/* The text as a file; the folders above it are made. */
SCRATCH_UNUSED static void
scratch_write(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

SCRATCH_UNUSED static bool
scratch_has(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat there;
    return lstat(path, &there) == 0;
}

/* Opens folder/name by mailbox_open_path(), which must go well. */
SCRATCH_UNUSED static struct mailbox *
scratch_open(const char *folder, const char *name, enum settle settle)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    struct mailbox *mailbox = mailbox_open_path(path, settle, &error);
    if (mailbox == NULL)
        fail_msg("%s: %s", path, error->message);
    return mailbox;
}

/* Reads the mailbox to its end; each message as "WHERE=OCTETS" or "WHERE!REASON", without `folder`
 * in front of the name, joined by "|". Settles them all when told so. Caller frees. */
SCRATCH_UNUSED static char *
scratch_read(struct mailbox *mailbox, const char *folder, bool settle)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))delivery_free);
    g_autoptr(GError) error = NULL;
    struct delivery *delivery;
    while ((delivery = mailbox_next(mailbox, &error)) != NULL) {
        g_autofree char *prefix = g_strconcat(folder, "/", NULL);
        GString *where = g_string_new(delivery->where);
        g_string_replace(where, prefix, "", 1);
        g_string_append_printf(out, "%s%s%c", out->len > 0 ? "|" : "", where->str,
                               delivery->octets != NULL ? '=' : '!');
        g_string_free(where, TRUE);
        if (delivery->octets != NULL)
            g_string_append_len(out, g_bytes_get_data(delivery->octets, NULL),
                                (gssize)g_bytes_get_size(delivery->octets));
        else
            g_string_append(out, delivery->unreadable);
        g_ptr_array_add(all, delivery);
    }
    if (error != NULL)
        fail_msg("reading: %s", error->message);
    for (guint i = 0; settle && i < all->len; i++)
        if (!mailbox_settle(mailbox, g_ptr_array_index(all, i), OUTCOME_STORED, &error))
            fail_msg("settling: %s", error->message);
    return g_string_free(out, FALSE);
}

/* Fails with the label unless both texts are equal. */
SCRATCH_UNUSED static void
scratch_expect(const char *label, const char *got, const char *want)
{
    if (!g_str_equal(got, want))
        fail_msg("%s:\n got  %s\n want %s", label, got, want);
}
