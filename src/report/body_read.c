/* SPDX-License-Identifier: Apache-2.0 */
#include "report/body_read.h"

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"

struct node {
    GMimeObject *object; /* borrowed from a message that `kept` holds */
    unsigned depth;
    unsigned message;
};

struct walk {
    struct mail_reader *reader;
    enum mail_extent extent;
    GArray *stack;   /* of struct node; the last is next */
    GArray *parts;   /* of struct mail_part */
    GPtrArray *kept; /* messages parsed here; they hold their octets */
    GByteArray *scratch;
    GString *type; /* of the node in hand */
    GString *utf8; /* of the text in hand */
    GString *text; /* of the mail */
    const char *delivery_status;
    size_t text_octets;
};

static void
push(struct walk *walk, GMimeObject *object, unsigned depth, unsigned message)
{
    struct node node = { object, depth, message };
    if (object == NULL)
        return;
    if (depth > LIMIT_MIME_DEPTH || message > LIMIT_NESTED_MESSAGES)
        walk->reader->truncated = true;
    else
        g_array_append_val(walk->stack, node);
}

static void
push_children(struct walk *walk, const struct node *node)
{
    GMimeMultipart *multipart = GMIME_MULTIPART(node->object);
    int count = g_mime_multipart_get_count(multipart);
    for (int i = MIN(count, LIMIT_PARTS) - 1; i >= 0; i--)
        push(walk, g_mime_multipart_get_part(multipart, i), node->depth + 1, node->message);
    walk->reader->truncated |= count > LIMIT_PARTS;
}

static const char *
lower_parameter(struct walk *walk, GMimeObject *object, const char *name)
{
    const char *value = g_mime_object_get_content_type_parameter(object, name);
    g_autofree char *utf8 = value != NULL ? text_utf8(span_of(value)) : NULL;
    g_autofree char *lower = utf8 != NULL ? g_ascii_strdown(utf8, -1) : NULL;
    return lower != NULL ? g_string_chunk_insert(walk->reader->arena, lower) : NULL;
}

static void
note_part(struct walk *walk, const struct node *node)
{
    struct mail_part part = {
        .type = g_string_chunk_insert_const(walk->reader->arena, walk->type->str),
        .report_type = GMIME_IS_MULTIPART(node->object)
                           ? lower_parameter(walk, node->object, "report-type")
                           : NULL,
        .depth = node->depth,
        .message = node->message,
    };
    g_array_append_val(walk->parts, part);
}

/* A message/rfc822 that came in base64 or quoted-printable, which GMime leaves as it is. */
static void
push_coded_message(struct walk *walk, const struct node *node)
{
    struct span content = gmime_border_content(GMIME_PART(node->object), walk->scratch);
    GBytes *octets = g_bytes_new(content.octets, content.len);
    GMimeMessage *message = gmime_border_parse(span_of_bytes(octets));
    if (message == NULL) {
        g_bytes_unref(octets);
        return;
    }
    g_object_set_data_full(G_OBJECT(message), "lafayette-octets", octets,
                           (GDestroyNotify)g_bytes_unref);
    g_ptr_array_add(walk->kept, message);
    push(walk, g_mime_message_get_mime_part(message), node->depth + 1, node->message + 1);
}

static enum text_flow
flow_of(GMimeObject *part)
{
    const char *format = g_mime_object_get_content_type_parameter(part, "format");
    const char *delsp = g_mime_object_get_content_type_parameter(part, "delsp");
    if (format == NULL || g_ascii_strcasecmp(format, "flowed") != 0)
        return TEXT_FIXED;
    return delsp != NULL && g_ascii_strcasecmp(delsp, "yes") == 0 ? TEXT_FLOWED_DELSP : TEXT_FLOWED;
}

static void
append_text(struct walk *walk, const char *text, size_t len)
{
    size_t room = MAIL_TEXT_OCTETS - MIN(walk->text->len, MAIL_TEXT_OCTETS);
    g_string_append_len(walk->text, text, (gssize)text_cut_octets(text, len, room));
    if (walk->text->len > 0 && walk->text->len < MAIL_TEXT_OCTETS)
        g_string_append_c(walk->text, '\n');
}

/* Links of a text part; what is body text of the mail itself is kept for the classifier. */
static void
read_text(struct walk *walk, const struct node *node, struct span content, bool is_body)
{
    const char *charset = g_mime_object_get_content_type_parameter(node->object, "charset");
    bool html = strcmp(walk->type->str, "text/html") == 0;
    bool keep = is_body && node->message == 0;
    struct span utf8;
    if (walk->text_octets + content.len > LIMIT_TEXT_OCTETS) {
        walk->reader->truncated = true;
        return;
    }
    g_string_truncate(walk->utf8, 0);
    gmime_border_text(content, charset, walk->utf8);
    if (walk->utf8->len >
        LIMIT_TEXT_OCTETS - walk->text_octets) { /* it may be three times longer */
        size_t room = LIMIT_TEXT_OCTETS - walk->text_octets;
        g_string_truncate(walk->utf8, text_cut_octets(walk->utf8->str, walk->utf8->len, room));
        walk->reader->truncated = true;
    }
    walk->text_octets += walk->utf8->len;
    utf8 = (struct span){ walk->utf8->str, walk->utf8->len };
    if (html) {
        g_autoptr(GString) visible = g_string_new(NULL);
        link_scan_html(walk->reader->links, utf8, visible);
        if (keep)
            append_text(walk, visible->str, visible->len);
    } else {
        link_scan_text(walk->reader->links, utf8, flow_of(node->object));
        if (keep)
            append_text(walk, utf8.octets, utf8.len);
    }
}

static void
read_attachment(struct walk *walk, GMimePart *part, struct span content)
{
    struct attachment attachment = { .size = content.len };
    const char *name = g_mime_part_get_filename(part);
    GStringChunk *arena = walk->reader->arena;
    g_autofree char *md5 = NULL;
    if (walk->reader->attachments->len >= LIMIT_ATTACHMENTS) {
        walk->reader->truncated = true;
        return;
    }
    if (name != NULL && name[0] != '\0') {
        g_autofree char *utf8 = text_utf8(span_of(name));
        size_t len = strlen(utf8);
        size_t kept = text_cut_chars(utf8, len, LIMIT_FILENAME_CHARS);
        attachment.filename = g_string_chunk_insert_len(arena, utf8, (gssize)kept);
        walk->reader->truncated |= kept < len;
    }
    attachment.type = g_string_chunk_insert_const(arena, walk->type->str);
    md5 = g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)content.octets, content.len);
    g_strlcpy(attachment.md5, md5, sizeof attachment.md5);
    sha256_hex(content, attachment.sha256);
    g_array_append_val(walk->reader->attachments, attachment);
}

static bool
is_body_text(struct walk *walk, GMimePart *part)
{
    const char *disposition = g_mime_object_get_disposition(GMIME_OBJECT(part));
    bool text = strcmp(walk->type->str, "text/plain") == 0 ||
                strcmp(walk->type->str, "text/html") == 0 ||
                g_str_has_prefix(walk->type->str, "text/rfc822-header");
    return text && (disposition == NULL || g_ascii_strcasecmp(disposition, "attachment") != 0) &&
           g_mime_part_get_filename(part) == NULL;
}

static void
read_leaf(struct walk *walk, const struct node *node)
{
    GMimePart *part = GMIME_PART(node->object);
    bool is_text = g_str_has_prefix(walk->type->str, "text/");
    bool is_message = g_str_has_prefix(walk->type->str, "message/");
    bool is_body = is_body_text(walk, part);
    struct span content = gmime_border_content(part, walk->scratch);
    if (g_str_has_suffix(walk->type->str, "/delivery-status") ||
        g_str_has_suffix(walk->type->str, "/global-delivery-status")) {
        if (walk->delivery_status == NULL) {
            g_autofree char *utf8 = text_utf8(span_head(content, MAIL_STATUS_OCTETS));
            walk->delivery_status = g_string_chunk_insert(walk->reader->arena, utf8);
        }
        return;
    }
    if (is_text)
        read_text(walk, node, content, is_body);
    if (!is_body && !is_message)
        read_attachment(walk, part, content);
}

static void
visit(struct walk *walk, const struct node *node)
{
    gmime_border_type(node->object, walk->type);
    note_part(walk, node);
    if (GMIME_IS_MULTIPART(node->object)) {
        push_children(walk, node);
    } else if (walk->extent == MAIL_HEADER) {
        return; /* an attached mail counts for itself */
    } else if (GMIME_IS_MESSAGE_PART(node->object)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(node->object));
        if (message != NULL)
            push(walk, g_mime_message_get_mime_part(message), node->depth + 1, node->message + 1);
    } else if (GMIME_IS_PART(node->object)) {
        if (strcmp(walk->type->str, "message/rfc822") == 0)
            push_coded_message(walk, node);
        else
            read_leaf(walk, node);
    }
}

void
body_read(struct mail_reader *reader, struct mail *mail, GMimeMessage *message,
          enum mail_extent extent)
{
    struct walk walk = {
        .reader = reader,
        .extent = extent,
        .stack = g_array_new(FALSE, FALSE, sizeof(struct node)),
        .parts = g_array_new(FALSE, FALSE, sizeof(struct mail_part)),
        .kept = g_ptr_array_new_with_free_func(g_object_unref),
        .scratch = g_byte_array_new(),
        .type = g_string_new(NULL),
        .utf8 = g_string_new(NULL),
        .text = g_string_new(NULL),
    };
    push(&walk, g_mime_message_get_mime_part(message), 0, 0);
    while (walk.stack->len > 0) {
        struct node node = g_array_index(walk.stack, struct node, walk.stack->len - 1);
        g_array_set_size(walk.stack, walk.stack->len - 1);
        if (walk.parts->len >= LIMIT_PARTS) {
            reader->truncated = true;
            break;
        }
        visit(&walk, &node);
    }
    mail->text = g_string_chunk_insert_len(reader->arena, walk.text->str, (gssize)walk.text->len);
    mail->text_len = walk.text->len;
    mail->delivery_status = walk.delivery_status;
    mail->part_count = walk.parts->len;
    mail->parts = (struct mail_part *)g_array_free(walk.parts, FALSE);
    g_array_free(walk.stack, TRUE);
    g_ptr_array_free(walk.kept, TRUE);
    g_byte_array_free(walk.scratch, TRUE);
    g_string_free(walk.type, TRUE);
    g_string_free(walk.utf8, TRUE);
    g_string_free(walk.text, TRUE);
}
