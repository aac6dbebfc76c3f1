/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_floor FOLDER - what reading a report through GMime costs at least, on one thread
 *
 * The work: GMime parses each file and all its parts are walked, those of nested messages too; text
 * parts are decoded to UTF-8, tags are cut out of HTML and the URLs of href and src noted, the rest
 * is searched for "://"; every part that is no text is decoded and gets MD5 and SHA-256. Left out:
 * everything that makes a report of it. Prints "files octets texts urls attachments".
 */
#include <gmime/gmime.h>
#include <inttypes.h>
#include <string.h>

#include "folder_read.h"

struct found {
    guint64 texts, urls, attachments;
    GString *visible;
};

static void
scan_text(const char *text, gsize len, struct found *found)
{
    const char *end = text + len;
    const char *at = text;
    while ((at = memchr(at, ':', (size_t)(end - at))) != NULL) {
        if (end - at > 3 && at[1] == '/' && at[2] == '/') {
            found->urls++;
            at += 3 + strcspn(at + 3, " \t\r\n<>\"'");
        } else {
            at++;
        }
    }
}

/* The values of href= and src= of one tag. */
static void
scan_tag(const char *tag, gsize len, struct found *found)
{
    static const char *const names[] = { "href=\"", "src=\"" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_strstr_len(tag, (gssize)len, names[i]);
        if (value != NULL)
            scan_text(value, len - (gsize)(value - tag), found);
    }
}

static void
scan_html(const char *text, gsize len, struct found *found)
{
    const char *end = text + len;
    g_string_truncate(found->visible, 0);
    for (const char *at = text; at < end;) {
        const char *open = memchr(at, '<', (size_t)(end - at));
        const char *close = open != NULL ? memchr(open, '>', (size_t)(end - open)) : NULL;
        g_string_append_len(found->visible, at, (open != NULL ? open : end) - at);
        if (close == NULL)
            break;
        scan_tag(open, (gsize)(close - open), found);
        at = close + 1;
    }
    scan_text(found->visible->str, found->visible->len, found);
}

static void
hash_part(GMimePart *part, struct found *found)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = g_mime_stream_mem_new();
    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, stream);
    GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    g_free(g_compute_checksum_for_data(G_CHECKSUM_MD5, octets->data, octets->len));
    g_free(g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets->data, octets->len));
    g_object_unref(stream);
    found->attachments++;
}

static void
visit(GMimeObject *object, struct found *found)
{
    if (GMIME_IS_TEXT_PART(object)) {
        g_autofree char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
        found->texts++;
        if (text == NULL)
            return;
        if (g_mime_content_type_is_type(g_mime_object_get_content_type(object), "text", "html"))
            scan_html(text, strlen(text), found);
        else
            scan_text(text, strlen(text), found);
    } else if (GMIME_IS_PART(object)) {
        hash_part(GMIME_PART(object), found);
    }
}

static void
parse(const char *octets, gsize len, void *self)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(octets, len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message != NULL) {
        GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(message));
        do {
            GMimeObject *object = g_mime_part_iter_get_current(iter);
            if (object != NULL)
                visit(object, self);
        } while (g_mime_part_iter_next(iter));
        g_mime_part_iter_free(iter);
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}

int
main(int argc, char **argv)
{
    struct found found = { .visible = NULL };
    if (argc != 2)
        return 64;
    g_mime_init();
    found.visible = g_string_new(NULL);
    struct folder_total total = folder_read(argv[1], parse, &found);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", total.files,
           total.octets, found.texts, found.urls, found.attachments);
    g_string_free(found.visible, TRUE);
    return 0;
}
