/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gmime_border.h"

#include <errno.h>
#include <stdint.h>

#include "base/text.h"
#include "report/encoded_word.h"
#include "report/mime_guard.h"

#define CUT_KEY "lafayette-cut"

static GMimeParserOptions *parser_options;

/* Classes are made at first use; made here, threads only read them. */
static void
make_classes(void)
{
    const GType types[] = {
        GMIME_TYPE_MESSAGE,   GMIME_TYPE_MESSAGE_PART,        GMIME_TYPE_MESSAGE_PARTIAL,
        GMIME_TYPE_MULTIPART, GMIME_TYPE_MULTIPART_ENCRYPTED, GMIME_TYPE_MULTIPART_SIGNED,
        GMIME_TYPE_PART,      GMIME_TYPE_TEXT_PART,           GMIME_TYPE_APPLICATION_PKCS7_MIME,
        GMIME_TYPE_STREAM_MEM
    };
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        g_type_class_ref(types[i]);
}

void
gmime_border_open(void)
{
    static gsize opened;
    static const char *fallback[] = { "utf-8", "windows-1252", NULL };
    if (!g_once_init_enter(&opened))
        return;
    g_mime_init();
    make_classes();
    parser_options = g_mime_parser_options_new();
    g_mime_parser_options_set_fallback_charsets(parser_options, fallback);
    g_once_init_leave(&opened, 1);
}

GMimeMessage *
gmime_border_parse(struct span octets)
{
    /* A GByteArray that borrows: it lives as long as the stream, and the stream does not free what
     * it does not own. */
    GByteArray *borrowed = g_new0(GByteArray, 1);
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(borrowed);
    GBytes *guarded = mime_guard(octets);
    GMimeParser *parser;
    GMimeMessage *message;
    if (guarded != NULL) {
        octets = span_of_bytes(guarded);
        g_object_set_data_full(G_OBJECT(stream), CUT_KEY, guarded, (GDestroyNotify)g_bytes_unref);
    }
    borrowed->data = (guint8 *)(uintptr_t)octets.octets;
    borrowed->len = (guint)octets.len;
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_object_set_data_full(G_OBJECT(stream), "lafayette-borrowed", borrowed, g_free);
    parser = g_mime_parser_new_with_stream(stream);
    message = g_mime_parser_construct_message(parser, parser_options);
    if (message != NULL && guarded != NULL)
        g_object_set_data(G_OBJECT(message), CUT_KEY, stream);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

bool
gmime_border_was_cut(GMimeMessage *message)
{
    return g_object_get_data(G_OBJECT(message), CUT_KEY) != NULL;
}

struct span
gmime_border_content(GMimePart *part, GByteArray *scratch)
{
    GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
    GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
    GMimeContentEncoding encoding;
    GMimeEncoding state;
    GByteArray *whole;
    struct span raw;
    gint64 end;
    if (stream == NULL || !GMIME_IS_STREAM_MEM(stream))
        return (struct span){ NULL, 0 };
    whole = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    end = stream->bound_end < 0 ? (gint64)whole->len : MIN(stream->bound_end, (gint64)whole->len);
    if (stream->bound_start < 0 || end <= stream->bound_start)
        return (struct span){ NULL, 0 };
    raw.octets = (const char *)whole->data + stream->bound_start;
    raw.len = (size_t)(end - stream->bound_start);
    encoding = g_mime_data_wrapper_get_encoding(wrapper);
    if (encoding != GMIME_CONTENT_ENCODING_BASE64 &&
        encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
        encoding != GMIME_CONTENT_ENCODING_UUENCODE)
        return raw;
    g_mime_encoding_init_decode(&state, encoding);
    g_byte_array_set_size(scratch, (guint)g_mime_encoding_outlen(&state, raw.len) + 1);
    g_byte_array_set_size(
        scratch, (guint)g_mime_encoding_flush(&state, raw.octets, raw.len, (char *)scratch->data));
    return (struct span){ (const char *)scratch->data, scratch->len };
}

void
gmime_border_type(GMimeObject *object, GString *out)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *media = type != NULL ? g_mime_content_type_get_media_type(type) : NULL;
    const char *sub = type != NULL ? g_mime_content_type_get_media_subtype(type) : NULL;
    g_autoptr(GString) raw = g_string_new(media != NULL ? media : "text");
    g_string_append_c(raw, '/');
    g_string_append(raw, sub != NULL ? sub : "plain");
    g_string_ascii_down(raw);
    g_string_truncate(out, 0);
    text_append_utf8(out, (struct span){ raw->str, raw->len });
}

static bool
is_plain_ascii(struct span raw)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= raw.len; i += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, raw.octets + i, sizeof eight);
        if (((eight | (eight - ones)) & highs) != 0) /* an octet is 0, or 0x80 and more */
            return false;
    }
    for (; i < raw.len; i++)
        if ((unsigned char)raw.octets[i] >= 0x80 || raw.octets[i] == '\0')
            return false;
    return true;
}

static bool
has_encoded_word(struct span raw)
{
    while (raw.len > 1) {
        const char *mark = memchr(raw.octets, '=', raw.len - 1);
        if (mark == NULL)
            return false;
        if (mark[1] == '?')
            return true;
        raw = span_from(raw, (size_t)(mark - raw.octets) + 1);
    }
    return false;
}

void
gmime_border_header(struct span raw, GString *out)
{
    g_autoptr(GString) unfolded = NULL;
    g_autoptr(GString) decoded = NULL;
    bool plain = is_plain_ascii(raw);
    g_string_truncate(out, 0);
    if (plain && !has_encoded_word(raw)) {
        text_append_unfolded(out, raw);
        return;
    }
    unfolded = g_string_sized_new(raw.len + 1);
    text_append_unfolded(unfolded, raw);
    if (!plain) {
        g_autoptr(GString) text = g_string_sized_new(unfolded->len + 1);
        gmime_border_text((struct span){ unfolded->str, unfolded->len }, NULL, text);
        g_string_assign(unfolded, text->str); /* no NUL is left in it */
    }
    if (strstr(unfolded->str, "=?") == NULL) {
        g_string_assign(out, unfolded->str);
        return;
    }
    decoded = g_string_sized_new(unfolded->len + 1);
    encoded_words_decode((struct span){ unfolded->str, unfolded->len }, decoded);
    text_append_unfolded(out, (struct span){ decoded->str, decoded->len }); /* it may hold breaks */
}

/* What senders call these charsets holds more than the standard of that name (WHATWG Encoding). */
static const char *
iconv_name(const char *charset)
{
    static const char *const wider[][2] = {
        { "iso-8859-1", "windows-1252" }, { "latin1", "windows-1252" },
        { "us-ascii", "windows-1252" },   { "ascii", "windows-1252" },
        { "gb2312", "gb18030" },          { "gbk", "gb18030" },
        { "ks_c_5601-1987", "cp949" },    { "euc-kr", "cp949" },
        { "shift_jis", "cp932" },         { "shift-jis", "cp932" },
        { "iso-8859-9", "windows-1254" }, { "tis-620", "windows-874" },
        { "iso-8859-8-i", "iso-8859-8" }, { "utf8", "utf-8" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(wider); i++)
        if (g_ascii_strcasecmp(charset, wider[i][0]) == 0)
            return wider[i][1];
    return charset;
}

/* ASCII octets are the same characters in it. */
static bool
extends_ascii(const char *charset)
{
    return g_ascii_strncasecmp(charset, "iso-8859-", 9) == 0 ||
           g_ascii_strncasecmp(charset, "windows-125", 11) == 0 ||
           g_ascii_strcasecmp(charset, "us-ascii") == 0;
}

/* The name comes from mail and goes to a loader of modules: only what charset names are made of. */
static bool
is_charset_name(const char *charset)
{
    size_t len =
        strspn(charset, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");
    return charset[len] == '\0' && len > 0 && len <= 40;
}

static void
close_converter(gpointer converter)
{
    g_iconv_close(converter);
}

static void
close_all(gpointer table)
{
    g_hash_table_unref(table);
}

/* Those that look for a byte order mark do so once: glibc's iconv() resets all but that. */
static bool
looks_for_mark(const char *name)
{
    static const char *const prefixes[] = { "utf-16", "utf16",   "utf-32",    "utf32",
                                            "ucs",    "unicode", "csunicode", "iso-10646" };
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(name, prefixes[i]))
            return true;
    return false;
}

/* Opening a converter may load a module, and a header may change its charset twenty thousand times:
 * each thread keeps what it opened, at most one for each name that the C library knows. */
static GHashTable *
converters_of_thread(void)
{
    static GPrivate opened = G_PRIVATE_INIT(close_all);
    GHashTable *table = g_private_get(&opened);
    if (table == NULL) {
        table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, close_converter);
        g_private_set(&opened, table);
    }
    return table;
}

/* A converter to UTF-8, borrowed, in its first state; (GIConv)-1: no such charset. */
static GIConv
converter_of(const char *charset)
{
    GHashTable *table = converters_of_thread();
    g_autofree char *name = g_ascii_strdown(charset, -1);
    GIConv converter;
    if (!is_charset_name(name))
        return (GIConv)-1;
    if (looks_for_mark(name))
        g_hash_table_remove(table, name);
    converter = g_hash_table_lookup(table, name);
    if (converter != NULL) {
        g_iconv(converter, NULL, NULL, NULL, NULL);
        return converter;
    }
    converter = g_iconv_open("UTF-8", iconv_name(name));
    if (converter != (GIConv)-1)
        g_hash_table_insert(table, g_steal_pointer(&name), converter);
    return converter;
}

/* Converts all of it; what does not convert becomes U+FFFD. False: no such charset. */
static bool
convert(struct span octets, const char *charset, GString *out)
{
    GIConv converter = converter_of(charset);
    gchar *in = (gchar *)(uintptr_t)octets.octets;
    gsize left = octets.len;
    if (converter == (GIConv)-1)
        return false;
    while (left > 0) {
        char room[4096];
        gchar *to = room;
        gsize free_octets = sizeof room;
        gsize got = g_iconv(converter, &in, &left, &to, &free_octets);
        int cause = errno;
        /* Whole characters, and a decoded NUL goes too. */
        text_append_utf8(out, (struct span){ room, (size_t)(to - room) });
        if (got == (gsize)-1 && cause != E2BIG) {
            g_string_append(out, "\xEF\xBF\xBD");
            in++;
            left--;
        }
    }
    return true;
}

void
gmime_border_text(struct span octets, const char *charset, GString *out)
{
    bool unicode = charset == NULL || g_ascii_strcasecmp(charset, "utf-8") == 0 ||
                   g_ascii_strcasecmp(charset, "us-ascii") == 0 ||
                   g_ascii_strcasecmp(charset, "utf8") == 0;
    if (octets.len == 0)
        return;
    if (unicode && g_utf8_validate_len(octets.octets, octets.len, NULL)) {
        g_string_append_len(out, octets.octets, (gssize)octets.len);
        return;
    }
    if (charset != NULL && extends_ascii(charset) && is_plain_ascii(octets)) {
        g_string_append_len(out, octets.octets, (gssize)octets.len);
        return;
    }
    if (charset != NULL && g_ascii_strncasecmp(charset, "utf-7", 5) != 0 &&
        g_ascii_strcasecmp(charset, "utf-8") != 0 && convert(octets, charset, out))
        return;
    if (charset != NULL && g_ascii_strcasecmp(charset, "utf-8") == 0)
        text_append_utf8(out, octets); /* a few bad octets in what says to be UTF-8 */
    else if (g_utf8_validate_len(octets.octets, octets.len, NULL))
        g_string_append_len(out, octets.octets, (gssize)octets.len);
    else
        convert(octets, "windows-1252", out);
}
