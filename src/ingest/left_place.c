/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/left_place.h"

#include "ingest/examine.h"
#include "mailbox/mail_digest.h"

#define LEFT_WORDS "; it is left in its mailbox"

struct left_places {
    GPtrArray *rows;      /* of struct held_place * */
    GHashTable *by_place; /* GPtrArray of them; keys are theirs */
};

void
left_place_digest(const struct delivery *delivery, const char *unreadable,
                  unsigned char digest[DIGEST_OCTETS])
{
    g_autoptr(GString) place = g_string_new(NULL);
    g_string_printf(place, "%s\n%s\n%u", unreadable, delivery->where, delivery->uid_validity);
    if (delivery->mark != 0) /* another mail in that place of another mbox of that name */
        g_string_append_printf(place, "\n%" G_GINT64_MODIFIER "x", delivery->mark);
    mail_digest(span_of(place->str), digest);
}

char *
left_place_reason(const char *unreadable)
{
    return g_strconcat(unreadable, LEFT_WORDS, NULL);
}

bool
left_place_is(const struct held_place *held, const struct delivery *delivery)
{
    unsigned char digest[DIGEST_OCTETS];
    g_autofree char *unreadable = NULL;
    if (strcmp(held->place, delivery->where) != 0 || delivery->mark != 0 ||
        (delivery->uid == 0 && !g_path_is_absolute(delivery->where)) ||
        !g_str_has_suffix(held->reason, LEFT_WORDS))
        return false;
    unreadable = g_strndup(held->reason, strlen(held->reason) - strlen(LEFT_WORDS));
    left_place_digest(delivery, unreadable, digest);
    return memcmp(digest, held->digest, DIGEST_OCTETS) == 0;
}

static void
unref_list(gpointer list)
{
    g_ptr_array_unref(list);
}

struct left_places *
left_places_read(struct db *db, const char *feed, GError **error)
{
    GPtrArray *rows = held_place_read(db, HELD_LEFT, feed, error);
    struct left_places *places;
    if (rows == NULL)
        return NULL;
    places = g_new0(struct left_places, 1);
    places->rows = rows;
    places->by_place = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_list);
    for (guint i = 0; i < rows->len; i++) {
        struct held_place *held = g_ptr_array_index(rows, i);
        GPtrArray *list = g_hash_table_lookup(places->by_place, held->place);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(places->by_place, held->place, list);
        }
        g_ptr_array_add(list, held);
    }
    return places;
}

void
left_places_free(struct left_places *places)
{
    if (places == NULL)
        return;
    g_hash_table_unref(places->by_place);
    g_ptr_array_unref(places->rows);
    g_free(places);
}

bool
left_places_settle(struct left_places *places, struct db *db, const struct delivery *delivery,
                   unsigned *removed, GError **error)
{
    GPtrArray *list = g_hash_table_lookup(places->by_place, delivery->where);
    *removed = 0;
    for (guint i = list != NULL ? list->len : 0; i-- > 0;) {
        const struct held_place *held = g_ptr_array_index(list, i);
        if (!left_place_is(held, delivery))
            continue;
        if (!held_place_remove(db, held, error))
            return false;
        g_ptr_array_remove_index_fast(list, i);
        (*removed)++;
    }
    return true;
}
