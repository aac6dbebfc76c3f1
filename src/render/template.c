/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/fault.h"
#include "render/escape.h"
#include "render/template_node.h"

/* What is being rendered inside what: a template, a section, or a partial. */
struct frame {
    const struct template *template;
    guint32 at, begin, end; /* nodes */
    const json_t *list;     /* of a section over a list; NULL for none */
    size_t item;
    size_t indent; /* octets of indentation outside it */
    bool scope;    /* it has put a value on the stack of values */
};

struct rendering {
    const struct template_set *set;
    GString *out;
    size_t out_begin;
    GString *indent;
    struct frame frames[TEMPLATE_DEPTH_MAX];
    size_t depth;
    const json_t *values[TEMPLATE_DEPTH_MAX + 1];
    size_t value_count;
    size_t steps;
    GError **error;
};

struct template_set *
template_set_new(const char *const *raw_names)
{
    struct template_set *set = g_new0(struct template_set, 1);
    set->templates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                           (GDestroyNotify)(void (*)(void))template_free);
    if (raw_names != NULL)
        set->raw = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; raw_names != NULL && *raw_names != NULL; raw_names++)
        g_hash_table_add(set->raw, g_strdup(*raw_names));
    return set;
}

void
template_set_free(struct template_set *set)
{
    if (set == NULL)
        return;
    g_hash_table_destroy(set->templates);
    g_clear_pointer(&set->raw, g_hash_table_destroy);
    g_free(set);
}

bool
template_set_add(struct template_set *set, const char *name, struct span text, GError **error)
{
    struct template *template = template_parse(name, text, set->raw, error);
    if (template == NULL)
        return false;
    g_hash_table_replace(set->templates, (gpointer)(uintptr_t) template->name, template);
    return true;
}

bool
template_set_has(const struct template_set *set, const char *name)
{
    return g_hash_table_contains(set->templates, name);
}

bool
template_set_check(const struct template_set *set, GError **error)
{
    GHashTableIter each;
    gpointer value;
    g_hash_table_iter_init(&each, set->templates);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct template *template = value;
        for (guint i = 0; i < template->nodes->len; i++) {
            const struct node *node = &g_array_index(template->nodes, struct node, i);
            if (node->kind != NODE_PARTIAL || template_set_has(set, node->name))
                continue;
            g_set_error(error, FAULT, FAULT_OPERATOR, "template %s, line %u: no partial %s",
                        template->name, node->line, node->name);
            return false;
        }
    }
    return true;
}

/* The first piece is looked for from the innermost value outwards, the others inside what it is. */
static const json_t *
look_up(const struct rendering *run, const struct node *node)
{
    const json_t *found = NULL;
    if (node->pieces == 0)
        return run->values[run->value_count - 1];
    for (size_t i = run->value_count; i > 0 && found == NULL; i--)
        found = json_object_get(run->values[i - 1], node->path[0]);
    for (guint32 i = 1; i < node->pieces && found != NULL; i++)
        found = json_object_get(found, node->path[i]);
    return found;
}

static bool
is_true(const json_t *value)
{
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_STRING:
        return json_string_length(value) > 0;
    default:
        return true;
    }
}

/* The shortest decimals that read back as the same number. */
static void
append_real(GString *out, double real)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(text, sizeof(text), formats[i], real);
        double back = g_ascii_strtod(text, NULL);
        if (!(back < real) && !(back > real))
            break;
    }
    g_string_append(out, text);
}

static void
append_value(struct rendering *run, const struct node *node)
{
    const json_t *value = look_up(run, node);
    struct span text;
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_STRING:
        text = (struct span){ json_string_value(value), json_string_length(value) };
        if (node->kind == NODE_RAW)
            g_string_append_len(run->out, text.octets, (gssize)text.len);
        else if (node->kind == NODE_URL)
            escape_append_url(run->out, text);
        else
            escape_append_html(run->out, text);
        return;
    case JSON_INTEGER:
        g_string_append_printf(run->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return;
    case JSON_REAL:
        append_real(run->out, json_real_value(value));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        g_string_append(run->out, json_is_true(value) ? "true" : "false");
        return;
    default:
        return;
    }
}

static bool
refuse(struct rendering *run, const struct frame *frame, const struct node *node, const char *why)
{
    g_set_error(run->error, FAULT, FAULT_OPERATOR, "template %s, line %u: %s",
                frame->template->name, node->line, why);
    return false;
}

static struct frame *
push(struct rendering *run, const struct template *template, guint32 begin, guint32 end)
{
    struct frame *frame = &run->frames[run->depth++];
    *frame = (struct frame){
        .template = template, .at = begin, .begin = begin, .end = end, .indent = run->indent->len
    };
    return frame;
}

static void
push_section(struct rendering *run, const struct frame *outer, const struct node *node,
             guint32 begin)
{
    const json_t *value = look_up(run, node);
    if (is_true(value) == (node->kind == NODE_INVERTED))
        return;
    struct frame *frame = push(run, outer->template, begin, node->end);
    if (node->kind == NODE_INVERTED)
        return;
    frame->list = json_is_array(value) ? value : NULL;
    frame->scope = true;
    run->values[run->value_count++] = frame->list != NULL ? json_array_get(value, 0) : value;
}

static void
push_partial(struct rendering *run, const struct node *node)
{
    const struct template *partial = g_hash_table_lookup(run->set->templates, node->name);
    if (partial == NULL)
        return;
    push(run, partial, 0, partial->nodes->len);
    g_string_append_len(run->indent, node->text.octets, (gssize)node->text.len);
}

/* A frame has come to its end: the next item of its list, or back to what is outside. */
static void
end_frame(struct rendering *run, struct frame *frame)
{
    if (frame->list != NULL && ++frame->item < json_array_size(frame->list)) {
        run->values[run->value_count - 1] = json_array_get(frame->list, frame->item);
        frame->at = frame->begin;
        return;
    }
    run->value_count -= frame->scope;
    g_string_truncate(run->indent, frame->indent);
    run->depth--;
}

static bool
render_node(struct rendering *run, struct frame *frame, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        if (node->begins_line)
            g_string_append_len(run->out, run->indent->str, (gssize)run->indent->len);
        g_string_append_len(run->out, node->text.octets, (gssize)node->text.len);
        break;
    case NODE_VALUE:
    case NODE_RAW:
    case NODE_URL:
        append_value(run, node);
        break;
    case NODE_SECTION:
    case NODE_INVERTED:
    case NODE_PARTIAL:
        if (run->depth == TEMPLATE_DEPTH_MAX)
            return refuse(run, frame, node, "sections and partials too deep");
        if (node->kind == NODE_PARTIAL) {
            push_partial(run, node);
            break;
        }
        push_section(run, frame, node, frame->at);
        frame->at = node->end;
        break;
    case NODE_END:
        break;
    }
    if (++run->steps > TEMPLATE_STEPS_MAX || run->indent->len > TEMPLATE_OCTETS_MAX ||
        run->out->len - run->out_begin > TEMPLATE_OUTPUT_MAX)
        return refuse(run, frame, node, "the page becomes too large");
    return true;
}

bool
template_render(const struct template_set *set, const char *name, const json_t *view, GString *out,
                GError **error)
{
    g_autoptr(GString) indent = g_string_new(NULL);
    const struct template *template = g_hash_table_lookup(set->templates, name);
    struct rendering run = { .set = set,
                             .out = out,
                             .out_begin = out->len,
                             .indent = indent,
                             .values = { view },
                             .value_count = 1,
                             .error = error };
    if (template == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "template %s: there is none", name);
        return false;
    }
    push(&run, template, 0, template->nodes->len);
    while (run.depth > 0) {
        struct frame *frame = &run.frames[run.depth - 1];
        if (frame->at >= frame->end) {
            end_frame(&run, frame);
            continue;
        }
        const struct node *node = &g_array_index(frame->template->nodes, struct node, frame->at);
        frame->at++;
        if (!render_node(&run, frame, node)) {
            g_string_truncate(out, run.out_begin);
            return false;
        }
    }
    return true;
}
