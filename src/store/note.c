/* SPDX-License-Identifier: Apache-2.0 */
#include "store/note.h"

#include "base/clock.h"
#include "base/fault.h"
#include "store/id_block.h"
#include "store/query.h"
#include "store/statement.h"

static void
note_free(void *closure)
{
    struct note *note = closure;
    g_free(note->who);
    g_free(note->at);
    g_free(note->text);
    g_free(note);
}

bool
note_add(struct db *db, int64_t email_id, const char *who, const char *text, GError **error)
{
    struct id_block ids = { .name = "emailNote" };
    char now[CLOCK_TEXT_MAX];
    g_autoptr(GString) lines = g_string_new(text);
    g_string_replace(lines, "\r\n", "\n", 0);
    if (!g_utf8_validate(lines->str, -1, NULL) || g_utf8_strlen(lines->str, -1) > NOTE_CHARS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "a note has at most %d characters", NOTE_CHARS_MAX);
        return false;
    }
    if (!id_block_reserve_few(db, &ids, 1, error))
        return false;
    struct value values[] = { value_number(id_block_next(&ids)), value_number(email_id),
                              value_text(who), value_text(clock_sql(clock_now(), now)),
                              value_text(lines->str) };
    return statement_run(db,
                         "INSERT INTO emailNote (noteId, emailId, who, at, note) VALUES (?, ?, "
                         "LEFT(?, 64), ?, ?)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

GPtrArray *
note_list(struct db *db, int64_t email_id, GError **error)
{
    struct value value = value_number(email_id);
    g_autoptr(Query) query = query_run(
        db,
        "SELECT who, at, note FROM (SELECT noteId, who, at, note FROM emailNote WHERE emailId = ? "
        "ORDER BY noteId DESC LIMIT " G_STRINGIFY(NOTES_MAX) ") newest ORDER BY noteId",
        &value, 1, error);
    GPtrArray *notes;
    if (query == NULL)
        return NULL;
    notes = g_ptr_array_new_with_free_func(note_free);
    while (query_next(query)) {
        struct note *note = g_new0(struct note, 1);
        note->who = g_strdup(query_text(query, 0));
        note->at = g_strdup(query_text(query, 1));
        note->text = g_strdup(query_text(query, 2));
        g_ptr_array_add(notes, note);
    }
    return notes;
}
