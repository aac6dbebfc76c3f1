/* SPDX-License-Identifier: Apache-2.0 */
#include "report/needle.h"

/* Children of a node are a list: texts of mail leave the root seldom, and the root has a table. */
struct node {
    uint32_t child, sibling; /* 0: none */
    uint32_t fail;           /* the longest proper suffix that is a node */
    uint32_t next;           /* the next suffix that ends a needle; 0: none */
    uint32_t needle;         /* 1 + its number; 0: none ends here */
    unsigned char octet;
};

struct needles {
    GArray *nodes;   /* of struct node; 0 is the root */
    GArray *needles; /* of struct needle */
    uint32_t from_root[256];
};

static unsigned char
folded(char octet)
{
    return (unsigned char)g_ascii_tolower(octet);
}

static struct node *
node_at(const struct needles *needles, uint32_t index)
{
    return &g_array_index(needles->nodes, struct node, index);
}

struct needles *
needles_new(void)
{
    struct needles *needles = g_new0(struct needles, 1);
    struct node root = { 0 };
    needles->nodes = g_array_new(FALSE, FALSE, sizeof(struct node));
    needles->needles = g_array_new(FALSE, FALSE, sizeof(struct needle));
    g_array_append_val(needles->nodes, root);
    return needles;
}

void
needles_free(struct needles *needles)
{
    if (needles == NULL)
        return;
    g_array_unref(needles->nodes);
    g_array_unref(needles->needles);
    g_free(needles);
}

/* 0: none. */
static uint32_t
child_of(const struct needles *needles, uint32_t parent, unsigned char octet)
{
    uint32_t child;
    if (parent == 0)
        return needles->from_root[octet];
    child = node_at(needles, parent)->child;
    while (child != 0 && node_at(needles, child)->octet != octet)
        child = node_at(needles, child)->sibling;
    return child;
}

static uint32_t
add_child(struct needles *needles, uint32_t parent, unsigned char octet)
{
    struct node node = { .sibling = node_at(needles, parent)->child, .octet = octet };
    uint32_t index = needles->nodes->len;
    g_array_append_val(needles->nodes, node);
    node_at(needles, parent)->child = index;
    if (parent == 0)
        needles->from_root[octet] = index;
    return index;
}

bool
needles_add(struct needles *needles, struct span text, struct needle needle)
{
    uint32_t at = 0;
    if (text.len == 0 || text.len > NEEDLE_OCTETS_MAX || needles->needles->len >= NEEDLES_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint32_t child = child_of(needles, at, folded(text.octets[i]));
        at = child != 0 ? child : add_child(needles, at, folded(text.octets[i]));
    }
    if (node_at(needles, at)->needle != 0)
        return true;
    needle.len = (uint16_t)text.len;
    g_array_append_val(needles->needles, needle);
    node_at(needles, at)->needle = needles->needles->len;
    return true;
}

void
needles_close(struct needles *needles)
{
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t first = 0;
    g_array_append_val(queue, first);
    for (guint i = 0; i < queue->len; i++) {
        uint32_t parent = g_array_index(queue, uint32_t, i);
        for (uint32_t at = node_at(needles, parent)->child; at != 0;
             at = node_at(needles, at)->sibling) {
            struct node *node = node_at(needles, at);
            if (parent != 0)
                node->fail =
                    needles_step(needles, node_at(needles, parent)->fail, (char)node->octet);
            node->next = node_at(needles, node->fail)->needle != 0
                             ? node->fail
                             : node_at(needles, node->fail)->next;
            g_array_append_val(queue, at);
        }
    }
}

uint32_t
needles_step(const struct needles *needles, uint32_t state, char octet)
{
    unsigned char fold = folded(octet);
    uint32_t child = child_of(needles, state, fold);
    while (child == 0 && state != 0) {
        state = node_at(needles, state)->fail;
        child = child_of(needles, state, fold);
    }
    return child;
}

const struct needle *
needles_ending(const struct needles *needles, uint32_t *cursor)
{
    uint32_t at = *cursor;
    if (at == 0)
        return NULL;
    if (node_at(needles, at)->needle == 0)
        at = node_at(needles, at)->next;
    if (at == 0)
        return NULL;
    *cursor = node_at(needles, at)->next;
    return &g_array_index(needles->needles, struct needle, node_at(needles, at)->needle - 1);
}
