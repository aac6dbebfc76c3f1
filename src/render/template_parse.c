/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"
#include "render/template_node.h"

struct parser {
    struct template *template;
    struct span source;
    GHashTable *raw;
    size_t at;
    guint32 line;                      /* of `at` */
    guint32 tag_line;                  /* of the tag that is being read */
    bool fresh_line;                   /* no text and no tag stand before `at` in its line */
    struct span open_mark, close_mark; /* delimiters */
    guint32 open[TEMPLATE_DEPTH_MAX];  /* sections that wait for their end */
    size_t depth;
    GError **error;
};

struct tag {
    char sigil;          /* 0 for a plain value */
    struct span content; /* trimmed */
    size_t begin, end;   /* in the source, delimiters included */
    struct span indent;  /* of a standalone tag */
};

static bool
refuse(struct parser *parser, const char *why, struct span what)
{
    g_set_error(parser->error, FAULT, FAULT_OPERATOR, "template %s, line %u: %s%s%.*s",
                parser->template->name, parser->tag_line, why, what.len > 0 ? " " : "",
                (int)MIN(what.len, 60), what.len > 0 ? what.octets : "");
    return false;
}

static void
advance(struct parser *parser, size_t to)
{
    for (; parser->at < to; parser->at++)
        if (parser->source.octets[parser->at] == '\n')
            parser->line++;
}

static guint32
line_of(const struct parser *parser, size_t at)
{
    guint32 line = parser->line;
    for (size_t i = parser->at; i < at; i++)
        line += parser->source.octets[i] == '\n';
    return line;
}

static struct node *
add_node(struct parser *parser, enum node_kind kind)
{
    struct node node = { .kind = kind, .line = parser->line };
    GArray *nodes = parser->template->nodes;
    g_array_append_val(nodes, node);
    return &g_array_index(nodes, struct node, nodes->len - 1);
}

/* Text up to `to`, one node a line. */
static void
add_text(struct parser *parser, size_t to)
{
    while (parser->at < to) {
        struct span rest = { parser->source.octets + parser->at, to - parser->at };
        ptrdiff_t eol = span_find(rest, '\n');
        struct node *node = add_node(parser, NODE_TEXT);
        node->text = eol >= 0 ? span_head(rest, (size_t)eol + 1) : rest;
        node->begins_line = parser->fresh_line;
        parser->fresh_line = eol >= 0;
        advance(parser, parser->at + node->text.len);
    }
}

static bool
is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* Alone on its lines, but for blanks? Then the line goes with the tag: *from and *to are its
 * ends. */
static bool
is_standalone(const struct parser *parser, struct tag *tag, size_t *from, size_t *to)
{
    const char *octets = parser->source.octets;
    if (tag->sigil == '\0' || strchr("#^/!>=", tag->sigil) == NULL)
        return false;
    *from = tag->begin;
    while (*from > parser->at && is_blank(octets[*from - 1]))
        --*from;
    if (*from > parser->at ? octets[*from - 1] != '\n' : !parser->fresh_line)
        return false;
    *to = tag->end;
    while (*to < parser->source.len && is_blank(octets[*to]))
        ++*to;
    if (*to + 1 < parser->source.len && octets[*to] == '\r' && octets[*to + 1] == '\n')
        ++*to;
    if (*to < parser->source.len && octets[*to] != '\n')
        return false;
    *to += *to < parser->source.len;
    tag->indent = (struct span){ octets + *from, tag->begin - *from };
    return true;
}

static bool
has_space(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (g_ascii_isspace(text.octets[i]) || text.octets[i] == '\0')
            return true;
    return false;
}

/* The tag at `begin`. */
static bool
read_tag(struct parser *parser, size_t begin, struct tag *tag)
{
    struct span rest = span_from(parser->source, begin + parser->open_mark.len);
    char closing[TEMPLATE_DELIMITER_MAX + 2] = "";
    size_t mark = 0;
    *tag = (struct tag){ .begin = begin };
    if (rest.len > 0 && strchr("#^/!>=&{@", *rest.octets) != NULL && *rest.octets != '\0')
        tag->sigil = *rest.octets;
    rest = span_from(rest, tag->sigil != '\0');
    if (tag->sigil == '{' || tag->sigil == '=')
        closing[mark++] = tag->sigil == '{' ? '}' : '=';
    memcpy(closing + mark, parser->close_mark.octets, parser->close_mark.len);
    ptrdiff_t end = span_find_string(rest, closing);
    if (end < 0)
        return refuse(parser, "a tag without its end:", span_head(rest, 20));
    tag->content = span_trim(span_head(rest, (size_t)end));
    tag->end = (size_t)(rest.octets - parser->source.octets) + (size_t)end + strlen(closing);
    if (tag->sigil != '!' && tag->content.len == 0)
        return refuse(parser, "a tag without a name", (struct span){ NULL, 0 });
    if (tag->sigil != '!' && tag->sigil != '=' && has_space(tag->content))
        return refuse(parser, "white space in a name:", tag->content);
    return true;
}

static bool
set_delimiters(struct parser *parser, struct span content)
{
    size_t first = 0;
    while (first < content.len && !g_ascii_isspace(content.octets[first]))
        first++;
    struct span open_mark = span_head(content, first);
    struct span close_mark = span_trim(span_from(content, first));
    if (close_mark.len == 0 || has_space(close_mark) || span_find(content, '=') >= 0 ||
        has_space(open_mark) || MAX(open_mark.len, close_mark.len) > TEMPLATE_DELIMITER_MAX)
        return refuse(parser, "these are no two delimiters:", content);
    parser->open_mark = open_mark;
    parser->close_mark = close_mark;
    return true;
}

static bool
set_name(struct parser *parser, struct node *node, struct span name)
{
    GStringChunk *strings = parser->template->strings;
    const char *path[TEMPLATE_NAME_PIECES_MAX];
    struct span rest = name;
    struct span piece;
    bool spent = false;
    node->name = g_string_chunk_insert_len(strings, name.octets, (gssize)name.len);
    if (span_equals(name, ".") || node->kind == NODE_PARTIAL)
        return true;
    while (span_cut(&rest, '.', &piece, &spent)) {
        if (piece.len == 0 || node->pieces == TEMPLATE_NAME_PIECES_MAX)
            return refuse(parser, "a bad dotted name:", name);
        path[node->pieces++] = g_string_chunk_insert_len(strings, piece.octets, (gssize)piece.len);
    }
    node->path = g_memdup2(path, node->pieces * sizeof(*path));
    return true;
}

static bool
open_section(struct parser *parser)
{
    if (parser->depth == TEMPLATE_DEPTH_MAX)
        return refuse(parser, "sections too deep", (struct span){ NULL, 0 });
    parser->open[parser->depth++] = parser->template->nodes->len - 1;
    return true;
}

static bool
close_section(struct parser *parser, struct span name)
{
    GArray *nodes = parser->template->nodes;
    if (parser->depth == 0)
        return refuse(parser, "the end of a section that is not open:", name);
    struct node *opened = &g_array_index(nodes, struct node, parser->open[--parser->depth]);
    if (!span_equals(name, opened->name))
        return refuse(parser, "the end of another section than the open one:", name);
    opened->end = nodes->len;
    add_node(parser, NODE_END);
    return true;
}

static enum node_kind
kind_of(char sigil)
{
    switch (sigil) {
    case '#':
        return NODE_SECTION;
    case '^':
        return NODE_INVERTED;
    case '>':
        return NODE_PARTIAL;
    case '&':
    case '{':
        return NODE_RAW;
    case '@':
        return NODE_URL;
    default:
        return NODE_VALUE;
    }
}

static bool
add_tag(struct parser *parser, const struct tag *tag)
{
    if (tag->sigil == '!')
        return true;
    if (tag->sigil == '=')
        return set_delimiters(parser, tag->content);
    if (tag->sigil == '/')
        return close_section(parser, tag->content);
    struct node *node = add_node(parser, kind_of(tag->sigil));
    node->text = tag->indent;
    if (!set_name(parser, node, tag->content))
        return false;
    if (node->kind == NODE_RAW && parser->raw != NULL &&
        !g_hash_table_contains(parser->raw, node->name))
        return refuse(parser, "not a name that may be raw:", tag->content);
    return (node->kind != NODE_SECTION && node->kind != NODE_INVERTED) || open_section(parser);
}

/* The text before the next tag, and the tag. False at an error; *more is false at the end. */
static bool
parse_step(struct parser *parser, bool *more)
{
    struct span rest = span_from(parser->source, parser->at);
    g_autofree char *mark = span_dup(parser->open_mark);
    ptrdiff_t found = span_find_string(rest, mark);
    struct tag tag;
    size_t from = 0;
    size_t to = 0;
    *more = found >= 0;
    parser->tag_line = line_of(parser, *more ? parser->at + (size_t)found : parser->source.len);
    if (!*more) {
        add_text(parser, parser->source.len);
        return parser->depth == 0 ||
               refuse(parser, "a section without its end:",
                      span_of(g_array_index(parser->template->nodes, struct node,
                                            parser->open[parser->depth - 1])
                                  .name));
    }
    if (!read_tag(parser, parser->at + (size_t)found, &tag))
        return false;
    if (is_standalone(parser, &tag, &from, &to)) {
        add_text(parser, from);
        if (!add_tag(parser, &tag))
            return false;
        advance(parser, to);
        parser->fresh_line = true;
        return true;
    }
    add_text(parser, tag.begin);
    if (parser->fresh_line)
        add_node(parser, NODE_TEXT)->begins_line = true;
    parser->fresh_line = false;
    if (!add_tag(parser, &tag))
        return false;
    advance(parser, tag.end);
    return true;
}

void
template_free(struct template *template)
{
    if (template == NULL)
        return;
    for (guint i = 0; i < template->nodes->len; i++)
        g_free(g_array_index(template->nodes, struct node, i).path);
    g_array_unref(template->nodes);
    g_string_chunk_free(template->strings);
    g_free(template->source);
    g_free(template);
}

struct template *
template_parse(const char *name, struct span text, GHashTable *raw, GError **error)
{
    struct template *template = g_new0(struct template, 1);
    template->strings = g_string_chunk_new(256);
    template->name = g_string_chunk_insert(template->strings, name);
    template->source = span_dup(text);
    template->nodes = g_array_new(FALSE, FALSE, sizeof(struct node));
    struct parser parser = {
        .template = template,
        .source = { template->source, text.len },
        .raw = raw,
        .line = 1,
        .tag_line = 1,
        .fresh_line = true,
        .open_mark = { "{{", 2 },
        .close_mark = { "}}", 2 },
        .error = error,
    };
    bool more = true;
    bool good = text.len <= TEMPLATE_OCTETS_MAX ||
                refuse(&parser, "too long a template", (struct span){ NULL, 0 });
    while (good && more)
        good = parse_step(&parser, &more);
    if (!good)
        g_clear_pointer(&template, template_free);
    return template;
}
