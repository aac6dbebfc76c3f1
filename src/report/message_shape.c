/* SPDX-License-Identifier: Apache-2.0 */
#include "report/message_shape.h"

#include "base/limits.h"

enum leaf { LEAF_FEEDBACK, LEAF_MESSAGE, LEAF_HEADERS, LEAF_TEXT, LEAF_FILE };

static enum leaf
leaf_of(GMimeObject *object, GString *type)
{
    gmime_border_type(object, type);
    if (GMIME_IS_MESSAGE_PART(object) || strcmp(type->str, "message/rfc822") == 0 ||
        strcmp(type->str, "message/global") == 0)
        return LEAF_MESSAGE;
    if (strcmp(type->str, "message/feedback-report") == 0)
        return LEAF_FEEDBACK;
    if (g_str_has_suffix(type->str, "/rfc822-headers") ||
        g_str_has_suffix(type->str, "/rfc822-header") ||
        strcmp(type->str, "message/global-headers") == 0)
        return LEAF_HEADERS;
    return g_str_has_prefix(type->str, "text/") ? LEAF_TEXT : LEAF_FILE;
}

static void
add_pair(struct message_shape *shape, GMimePart *feedback, GMimeObject *original, bool headers_only)
{
    struct shape_pair pair = { feedback, original, headers_only };
    g_array_append_val(shape->pairs, pair);
}

/* The reported mail belongs to the last feedback part that has none yet; one that stands before
 * any feedback part waits for it. */
static void
add_original(struct message_shape *shape, GMimeObject *original, bool headers_only)
{
    struct shape_pair *last =
        shape->pairs->len > 0
            ? &g_array_index(shape->pairs, struct shape_pair, shape->pairs->len - 1)
            : NULL;
    if (last == NULL) {
        add_pair(shape, NULL, original, headers_only);
    } else if (last->original == NULL) {
        last->original = original;
        last->headers_only = headers_only;
    }
    /* A second one of the same report is passed over (its first is what counts). */
}

static void
add_feedback(struct message_shape *shape, GMimePart *feedback)
{
    struct shape_pair *first =
        shape->pairs->len == 1 ? &g_array_index(shape->pairs, struct shape_pair, 0) : NULL;
    if (first != NULL && first->feedback == NULL)
        first->feedback = feedback;
    else
        add_pair(shape, feedback, NULL, false);
}

static void
add_leaf(struct message_shape *shape, GMimeObject *object, GString *type)
{
    switch (leaf_of(object, type)) {
    case LEAF_FEEDBACK:
        add_feedback(shape, GMIME_PART(object));
        break;
    case LEAF_MESSAGE:
        g_ptr_array_add(shape->messages, object);
        add_original(shape, object, false);
        break;
    case LEAF_HEADERS:
        add_original(shape, object, true);
        break;
    case LEAF_TEXT:
        g_ptr_array_add(shape->texts, object);
        break;
    case LEAF_FILE:
        g_ptr_array_add(shape->files, object);
        break;
    }
}

struct place {
    GMimeObject *object;
    unsigned depth;
};

struct message_shape *
message_shape_of(GMimeMessage *message)
{
    struct message_shape *shape = g_new0(struct message_shape, 1);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(struct place));
    g_autoptr(GString) type = g_string_new(NULL);
    struct place place = { g_mime_message_get_mime_part(message), 0 };
    unsigned seen = 0;
    shape->pairs = g_array_new(FALSE, FALSE, sizeof(struct shape_pair));
    shape->messages = g_ptr_array_new();
    shape->texts = g_ptr_array_new();
    shape->files = g_ptr_array_new();
    if (place.object != NULL)
        g_array_append_val(stack, place);
    while (stack->len > 0) {
        place = g_array_index(stack, struct place, stack->len - 1);
        g_array_set_size(stack, stack->len - 1);
        if (++seen > LIMIT_PARTS || place.depth > LIMIT_MIME_DEPTH) {
            shape->truncated = true;
            continue;
        }
        if (!GMIME_IS_MULTIPART(place.object)) {
            add_leaf(shape, place.object, type);
            continue;
        }
        for (int i = g_mime_multipart_get_count(GMIME_MULTIPART(place.object)) - 1; i >= 0; i--) {
            struct place child = { g_mime_multipart_get_part(GMIME_MULTIPART(place.object), i),
                                   place.depth + 1 };
            g_array_append_val(stack, child);
        }
    }
    return shape;
}

void
message_shape_free(struct message_shape *shape)
{
    if (shape == NULL)
        return;
    g_array_free(shape->pairs, TRUE);
    g_ptr_array_free(shape->messages, TRUE);
    g_ptr_array_free(shape->texts, TRUE);
    g_ptr_array_free(shape->files, TRUE);
    g_free(shape);
}

bool
message_shape_has_feedback(const struct message_shape *shape)
{
    for (guint i = 0; i < shape->pairs->len; i++)
        if (g_array_index(shape->pairs, struct shape_pair, i).feedback != NULL)
            return true;
    return false;
}
