/* SPDX-License-Identifier: Apache-2.0 */
#include "select/search_probe.h"

#include <string.h>

#include "select/read.h"
#include "select/selection_sql.h"

struct search_probe {
    struct db *db;
    enum search_kind kind;
    GString *blocks, *others; /* conditions on a block; on its lines that are not plain */
    GPtrArray *pieces;        /* of char *, NULL: no plain line can match */
    GPtrArray *values;        /* of char *, one for each text: of the condition itself, if asked */
    bool masked;
    bool blind; /* a text about which blocks tell nothing */
};

struct search_probe *
search_probe_new(struct db *db, enum search_kind kind, bool masked)
{
    struct search_probe *probe = g_new0(struct search_probe, 1);
    probe->db = db;
    probe->kind = kind;
    probe->masked = masked;
    probe->blocks = g_string_new(NULL);
    probe->others = g_string_new("1 = 1");
    probe->pieces = g_ptr_array_new_with_free_func(g_free);
    probe->values = g_ptr_array_new_with_free_func(g_free);
    return probe;
}

void
search_probe_free(struct search_probe *probe)
{
    if (probe == NULL)
        return;
    g_string_free(probe->blocks, TRUE);
    g_string_free(probe->others, TRUE);
    g_ptr_array_unref(probe->pieces);
    g_ptr_array_unref(probe->values);
    g_free(probe);
}

/* Lines stand side by side in a block, and have no line feeds of their own. */
static bool
is_blind(enum match_form form, const char *text)
{
    unsigned escapes = 0;
    for (const char *at = text; *at != '\0'; at++) {
        escapes = *at == '\\' ? escapes + 1 : 0;
        if ((unsigned char)*at < 0x20)
            return true;
    }
    return form == MATCH_WHOLE || (form == MATCH_LIKE && escapes % 2 == 1);
}

void
search_probe_add(struct search_probe *probe, enum match_form form, const char *text)
{
    bool regexp = read_is_mariadb(probe->db);
    char *piece = match_piece(form, text, regexp);
    g_autofree char *within = form == MATCH_LIKE ? g_strconcat("%", text, "%", NULL) : NULL;
    g_autoptr(GString) condition = g_string_new(NULL);
    char *value = NULL;
    if (probe->masked)
        g_string_append(condition, "b.other <> ''");
    else
        value = match_text(condition, "b.other", form, within != NULL ? within : text, regexp);
    probe->blind = probe->blind || is_blind(form, text) || (piece != NULL && *piece == '\0') ||
                   2 * probe->values->len + 2 > SELECTION_VALUES_MAX;
    g_ptr_array_add(probe->values, value);
    g_ptr_array_add(probe->pieces, piece);
    g_string_append_printf(probe->others, " AND %s", condition->str);
    if (piece == NULL)
        g_string_append_printf(probe->blocks, " AND %s", condition->str);
    else
        g_string_append_printf(probe->blocks, " AND (LOCATE(?, b.plain) > 0 OR %s)",
                               condition->str);
}

/* Ids of the blocks that may have the texts, the newest first; one more than wanted when many. */
static struct query *
find_blocks(struct search_probe *probe, int64_t from, int64_t to, GError **error)
{
    struct value values[SELECTION_VALUES_MAX];
    size_t count = 0;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql,
                           "SELECT b.blockId FROM searchBlock b FORCE INDEX (kindDate) WHERE "
                           "b.kind = '%s'",
                           search_kind_word(probe->kind));
    if (probe->kind == SEARCH_SUBJECT) {
        selection_sql_dates(sql, "b.lastDate", from, CLOCK_MAX);
        selection_sql_dates(sql, "b.firstDate", CLOCK_MIN, to);
    }
    g_string_append(sql, probe->blocks->str);
    for (guint i = 0; i < probe->values->len; i++) {
        if (probe->pieces->pdata[i] != NULL)
            values[count++] = value_text(probe->pieces->pdata[i]);
        if (probe->values->pdata[i] != NULL)
            values[count++] = value_text(probe->values->pdata[i]);
    }
    g_string_append_printf(sql, " LIMIT %d", PROBE_BLOCKS_MAX + 1);
    return read_rows(probe->db, READ_LIST_MS, sql->str, values, count, error);
}

static bool
has_pieces(const struct search_probe *probe, const char *line, size_t len)
{
    for (guint i = 0; i < probe->pieces->len; i++) {
        const char *piece = probe->pieces->pdata[i];
        if (piece == NULL || g_strstr_len(line, (gssize)len, piece) == NULL)
            return false;
    }
    return true;
}

static void
add_id(GString *list, size_t *found, const char *id, size_t len)
{
    g_string_append(list, list->len > 0 ? "," : "");
    g_string_append_len(list, id, (gssize)len);
    (*found)++;
}

/* The ids of a text "7,8,12" whose line has the pieces; of all without lines. */
static void
take_ids(const struct search_probe *probe, const char *ids, const char *lines, GString *list,
         size_t *found)
{
    while (*ids != '\0') {
        size_t id_len = strcspn(ids, ",");
        size_t len = lines != NULL ? strcspn(lines, "\n") : 0;
        if (lines == NULL || has_pieces(probe, lines, len))
            add_id(list, found, ids, id_len);
        ids += id_len + (ids[id_len] != '\0');
        if (lines != NULL)
            lines += len + (lines[len] != '\0');
    }
}

/* Columns of read_blocks(). */
enum { PLAIN_IDS, PLAIN, OTHER_IDS, OTHER_MATCHES };

static struct query *
read_blocks(struct search_probe *probe, struct query *blocks, GError **error)
{
    struct value values[SELECTION_VALUES_MAX];
    size_t count = 0;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql,
                           "SELECT b.plainIds, b.plain, b.otherIds, %s FROM searchBlock b WHERE "
                           "b.blockId IN (",
                           probe->others->str);
    for (guint i = 0; i < probe->values->len; i++)
        if (probe->values->pdata[i] != NULL)
            values[count++] = value_text(probe->values->pdata[i]);
    for (bool first = true; query_next(blocks); first = false)
        g_string_append_printf(sql, "%s%s", first ? "" : ",", query_text(blocks, 0));
    g_string_append_c(sql, ')');
    return read_rows(probe->db, READ_LIST_MS, sql->str, values, count, error);
}

enum where_found
search_probe_run(struct search_probe *probe, int64_t from, int64_t to, char **list, GError **error)
{
    if (probe->blind || probe->values->len == 0)
        return WHERE_WALK;
    g_autoptr(Query) found = find_blocks(probe, from, to, error);
    if (found == NULL)
        return WHERE_FAILED;
    if (query_rows(found) > PROBE_BLOCKS_MAX)
        return WHERE_WALK;
    g_autoptr(GString) ids = g_string_new(NULL);
    size_t count = 0;
    g_autoptr(Query) blocks = query_rows(found) > 0 ? read_blocks(probe, found, error) : NULL;
    if (query_rows(found) > 0 && blocks == NULL)
        return WHERE_FAILED;
    /* A block that was made anew meanwhile has another id. */
    if (blocks != NULL && query_rows(blocks) < query_rows(found))
        return WHERE_WALK;
    while (blocks != NULL && count <= PROBE_IDS_MAX && query_next(blocks)) {
        take_ids(probe, query_text(blocks, PLAIN_IDS), query_text(blocks, PLAIN), ids, &count);
        if (query_number(blocks, OTHER_MATCHES) != 0)
            take_ids(probe, query_text(blocks, OTHER_IDS), NULL, ids, &count);
    }
    if (count > PROBE_IDS_MAX)
        return WHERE_WALK;
    *list = g_strdup(count > 0 ? ids->str : "NULL");
    return WHERE_FEW;
}
