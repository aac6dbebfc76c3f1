/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/fault.h"

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_write_free)
typedef struct archive_entry ArchiveEntry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArchiveEntry, archive_entry_free)

static bool
name_is_good(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > ZIP_NAME_MAX || name[0] == '.')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!g_ascii_isprint(name[i]) || name[i] == '/' || name[i] == '\\')
            return false;
    return true;
}

static la_ssize_t
take(struct archive *archive, void *closure, const void *octets, size_t len)
{
    (void)archive;
    g_byte_array_append(closure, octets, (guint)len);
    return (la_ssize_t)len;
}

static bool
write_file(struct archive *archive, const char *name, struct span octets)
{
    g_autoptr(ArchiveEntry) entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)octets.len);
    return archive_write_header(archive, entry) == ARCHIVE_OK &&
           (octets.len == 0 ||
            archive_write_data(archive, octets.octets, octets.len) == (la_ssize_t)octets.len);
}

GBytes *
zip_one(const char *name, struct span octets, const char *password, enum zip_encryption encryption,
        GError **error)
{
    g_autoptr(Archive) archive = NULL;
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (!name_is_good(name) || password == NULL || password[0] == '\0' ||
        octets.len > ZIP_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "a zip takes a plain file name, a password and at most %d octets",
                    ZIP_OCTETS_MAX);
        return NULL;
    }
    archive = archive_write_new();
    if (archive_write_set_format_zip(archive) == ARCHIVE_OK &&
        archive_write_set_options(archive, encryption == ZIP_AES256
                                               ? "zip:encryption=aes256"
                                               : "zip:encryption=zipcrypt") == ARCHIVE_OK &&
        archive_write_set_passphrase(archive, password) == ARCHIVE_OK &&
        archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
        archive_write_open(archive, out, NULL, take, NULL) == ARCHIVE_OK &&
        write_file(archive, name, octets) && archive_write_close(archive) == ARCHIVE_OK)
        return g_byte_array_free_to_bytes(g_steal_pointer(&out));
    g_set_error(error, FAULT, FAULT_OPERATOR, "zip: %s",
                archive_error_string(archive) != NULL ? archive_error_string(archive)
                                                      : "libarchive failed");
    return NULL;
}
