/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_mail.h"

#include <stdlib.h>

#include "report/report.h"
#include "store/bulk.h"
#include "store/upgrade_mail_row.h"
#include "store/upgrade_read.h"

#define CHUNK_MAILS 500
#define CHUNK_OCTETS (8 * 1024 * 1024)

enum { URL_EMAIL, URL_ID, URL_POSITION, URL_FLAGS };
static const struct column url_columns[] = {
    [URL_EMAIL] = { "emailId", CELL_NUMBER },
    [URL_ID] = { "urlId", CELL_NUMBER },
    [URL_POSITION] = { "position", CELL_NUMBER },
    [URL_FLAGS] = { "flags", CELL_NUMBER },
};

enum { FILE_EMAIL, FILE_ID, FILE_POSITION, FILE_NAME };
static const struct column file_columns[] = {
    [FILE_EMAIL] = { "emailId", CELL_NUMBER },
    [FILE_ID] = { "fileId", CELL_NUMBER },
    [FILE_POSITION] = { "position", CELL_NUMBER },
    [FILE_NAME] = { "filename", CELL_TEXT },
};

struct upgrade_mail {
    const struct upgrade_mail_shared *shared;
    struct upgrade_mail_rows mails;
    struct rows *urls, *files;
    char *select_mails, *select_urls, *select_files; /* up to the range of mails */
    unsigned limit; /* mails to ask for: fewer while they are large */
};

struct upgrade_mail *
upgrade_mail_new(const struct upgrade_mail_shared *shared)
{
    struct upgrade_mail *mail = g_new0(struct upgrade_mail, 1);
    mail->shared = shared;
    mail->limit = CHUNK_MAILS;
    upgrade_mail_rows_init(&mail->mails);
    mail->urls = rows_new("INSERT INTO emailUrl", url_columns, G_N_ELEMENTS(url_columns));
    mail->files = rows_new("INSERT INTO emailFile", file_columns, G_N_ELEMENTS(file_columns));
    mail->select_mails = upgrade_mail_row_select(shared->source);
    if (upgrade_source_has(shared->source, "emailUrl"))
        mail->select_urls = g_strdup_printf(
            "SELECT l.emailId, l.urlId, IF(u.url LIKE 'http://%%' OR u.url LIKE 'https://%%' OR "
            "u.url LIKE 'ftp://%%', 0, %d) FROM original_emailUrl l JOIN original_url u "
            "ON u.urlId = l.urlId WHERE l.emailId",
            LINK_NO_SCHEME);
    if (upgrade_source_has(shared->source, "emailFile"))
        mail->select_files = g_strdup("SELECT l.emailId, l.fileId, COALESCE(f.filename, '') FROM "
                                      "original_emailFile l JOIN original_file f "
                                      "ON f.fileId = l.fileId WHERE l.emailId");
    return mail;
}

void
upgrade_mail_free(struct upgrade_mail *mail)
{
    if (mail == NULL)
        return;
    upgrade_mail_rows_done(&mail->mails);
    rows_free(mail->urls);
    rows_free(mail->files);
    g_free(mail->select_mails);
    g_free(mail->select_urls);
    g_free(mail->select_files);
    g_free(mail);
}

/* Reads up to the limits. What is behind them is read off unseen, so the next chunk asks for as
 * many as these were. */
static bool
read_mails(struct upgrade_mail *mail, struct db *db, const struct upgrade_part *part, int64_t *next,
           GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "%s >= %" G_GINT64_FORMAT " AND o.emailId < %" G_GINT64_FORMAT " ORDER BY o.emailId "
        "LIMIT %u",
        mail->select_mails, part->next, part->end, mail->limit);
    struct upgrade_rows *rows = upgrade_rows_open(db, sql, error);
    const struct span *cells;
    const GArray *ids = mail->mails.ids;
    while (rows != NULL && mail->mails.octets < CHUNK_OCTETS &&
           (cells = upgrade_rows_next(rows)) != NULL)
        upgrade_mail_row_add(&mail->mails, cells, mail->shared);
    if (rows == NULL || !upgrade_rows_end(rows, error))
        return false;
    bool full = mail->mails.octets >= CHUNK_OCTETS || ids->len == mail->limit;
    *next = full ? g_array_index(ids, int64_t, ids->len - 1) + 1 : part->end;
    mail->limit = mail->mails.octets >= CHUNK_OCTETS ? ids->len : MIN(mail->limit * 2, CHUNK_MAILS);
    return true;
}

static int
by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool
is_copied(const struct upgrade_mail *mail, int64_t id)
{
    const GArray *ids = mail->mails.ids;
    return bsearch(&id, ids->data, ids->len, sizeof id, by_number) != NULL;
}

/* Links of a mail are numbered in the order of their own ids; a pair that repeats is one. */
struct links {
    const struct upgrade_map *map;
    struct rows *rows;
    void (*fill)(struct upgrade_mail *mail, const struct span *cells);
    const char *link_id;
};

static bool
read_links(struct upgrade_mail *mail, struct db *db, const char *select, const struct links *links,
           GError **error)
{
    const GArray *ids = mail->mails.ids;
    if (select == NULL || ids->len == 0)
        return true;
    g_autofree char *sql = g_strdup_printf(
        "%s >= %" G_GINT64_FORMAT " AND l.emailId <= %" G_GINT64_FORMAT " ORDER BY l.emailId, l.%s",
        select, g_array_index(ids, int64_t, 0), g_array_index(ids, int64_t, ids->len - 1),
        links->link_id);
    struct upgrade_rows *rows = upgrade_rows_open(db, sql, error);
    const struct span *cells;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    int64_t email = 0, position = 0;
    while (rows != NULL && (cells = upgrade_rows_next(rows)) != NULL) {
        int64_t of = upgrade_number(cells[0], 0);
        int64_t id = upgrade_map_id(links->map, upgrade_number(cells[1], 0));
        if (of != email) {
            g_hash_table_remove_all(seen);
            email = of;
            position = 0;
        }
        if (!is_copied(mail, of) || !g_hash_table_add(seen, GSIZE_TO_POINTER((gsize)id)))
            continue;
        rows_begin(links->rows);
        rows_number(links->rows, URL_EMAIL, of);
        rows_number(links->rows, URL_ID, id);
        position = MIN(position + 1, G_MAXUINT16);
        rows_number(links->rows, URL_POSITION, position);
        links->fill(mail, cells);
    }
    return rows != NULL && upgrade_rows_end(rows, error);
}

static void
fill_url(struct upgrade_mail *mail, const struct span *cells)
{
    rows_number(mail->urls, URL_FLAGS, upgrade_number(cells[2], 0));
}

static void
fill_file(struct upgrade_mail *mail, const struct span *cells)
{
    const char *kept =
        g_string_chunk_insert_len(mail->mails.texts, cells[2].octets, (gssize)cells[2].len);
    rows_text(mail->files, FILE_NAME, kept, cells[2].len);
}

static bool
write_chunk(struct upgrade_mail *mail, struct db *db, const struct upgrade_part *part, int64_t next,
            GError **error)
{
    return db_begin(db, error) && upgrade_step_move(db, part, next, error) &&
           bulk_run(db, mail->mails.emails, "arfEmail", error) &&
           bulk_run(db, mail->mails.raws, "rawMessage", error) &&
           bulk_run(db, mail->urls, "emailUrl", error) &&
           bulk_run(db, mail->files, "emailFile", error) && db_commit(db, error);
}

struct chunk {
    struct upgrade_mail *mail;
    struct upgrade_part *part;
};

static bool
copy_chunk(struct db *db, void *self, GError **error)
{
    const struct chunk *chunk = self;
    struct upgrade_mail *mail = chunk->mail;
    const struct links urls = { mail->shared->urls, mail->urls, fill_url, "emailUrlId" };
    const struct links files = { mail->shared->files, mail->files, fill_file, "emailFileId" };
    int64_t next;
    upgrade_mail_rows_clear(&mail->mails);
    rows_clear(mail->urls);
    rows_clear(mail->files);
    if (!upgrade_step_read(db, chunk->part, error) ||
        !read_mails(mail, db, chunk->part, &next, error) ||
        !read_links(mail, db, mail->select_urls, &urls, error) ||
        !read_links(mail, db, mail->select_files, &files, error) ||
        !write_chunk(mail, db, chunk->part, next, error))
        return false;
    chunk->part->next = next;
    return true;
}

bool
upgrade_mail_chunk(struct upgrade_mail *mail, struct db *db, struct upgrade_part *part,
                   unsigned *mails, GError **error)
{
    struct chunk chunk = { mail, part };
    if (!upgrade_try(db, copy_chunk, &chunk, error))
        return false;
    *mails = mail->mails.ids->len;
    return true;
}
