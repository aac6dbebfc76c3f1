/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template_node - a parsed template: a flat list of nodes; of the template modules alone
 *
 * Texts are cut at line ends, so that a partial's indentation can be written before each line.
 */
#pragma once

#include "render/template.h"

enum node_kind {
    NODE_TEXT,
    NODE_VALUE,
    NODE_RAW,
    NODE_URL,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_END,
    NODE_PARTIAL
};

struct node {
    enum node_kind kind;
    bool begins_line;  /* TEXT: it may be empty, in front of a tag in column 1 */
    guint32 line;      /* from 1 */
    guint32 end;       /* SECTION, INVERTED: index of their END */
    guint32 pieces;    /* of a name; 0 is the implicit iterator "." */
    struct span text;  /* TEXT: octets; PARTIAL: white space to put before each line */
    const char *name;  /* all but TEXT and END; owned by the template */
    const char **path; /* the name's pieces, `pieces` of them */
};

struct template
{
    const char *name;
    GStringChunk *strings;
    char *source;
    GArray *nodes; /* struct node */
};

struct template_set {
    GHashTable *templates; /* name to struct template */
    GHashTable *raw;       /* set of names; NULL: all */
};

/* Caller frees with template_free(). `raw` as in the set. */
struct template *template_parse(const char *name, struct span text, GHashTable *raw,
                                GError **error);
void template_free(struct template *template); /* NULL is allowed */
