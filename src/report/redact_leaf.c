/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact_leaf.h"

#include "report/transfer.h"

#define COLUMNS_MAX 998
#define LEFT_OUT "[left out: its encoding can't be searched for recipients]\r\n"

static bool
is_text(const struct entity *entity)
{
    return g_str_has_prefix(entity->type, "text/") || g_str_has_prefix(entity->type, "message/");
}

GString *
leaf_decoded(const struct entity *entity, struct span body)
{
    bool canonical;
    switch (entity->coding) {
    case CODING_BASE64:
        return transfer_base64_decoded(body, &canonical);
    case CODING_QUOTED:
        return transfer_quoted_decoded(body);
    default:
        return NULL;
    }
}

static void
append_header(GString *out, const struct entity *entity, const struct conceal *conceal,
              const char *coding)
{
    entity_append(out, entity, conceal, coding, NULL);
    g_string_append(out, "\r\n");
}

/* Text with few other octets stays readable. */
static bool
is_mostly_plain(struct span octets)
{
    size_t others = 0;
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char octet = (unsigned char)octets.octets[i];
        others += (octet < 0x20 && octet != '\t' && octet != '\r' && octet != '\n') ||
                  octet >= 0x7F || octet == '=';
    }
    return others < octets.len / 6 + 8;
}

/* Quoted-printable would make CRLF of a bare CR or LF in it. */
static bool
has_text_lines(struct span octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        if (octets.octets[i] == '\n')
            return false;
        if (octets.octets[i] == '\r') {
            if (i + 1 == octets.len || octets.octets[i + 1] != '\n')
                return false;
            i++;
        }
    }
    return true;
}

static void
append_coded(GString *out, const struct entity *entity, const struct conceal *conceal,
             struct span octets)
{
    bool quoted = (is_text(entity) || entity->coding == CODING_QUOTED) && is_mostly_plain(octets) &&
                  has_text_lines(octets);
    append_header(out, entity, conceal, quoted ? "quoted-printable" : "base64");
    if (quoted)
        transfer_append_quoted(out, octets);
    else
        transfer_append_base64(out, octets);
}

static struct span
span_of_string(const GString *string)
{
    return (struct span){ string->str, string->len };
}

static void
append_base64(GString *out, const struct entity *entity, const struct conceal *conceal,
              struct span body, unsigned flags)
{
    bool canonical;
    g_autoptr(GString) decoded = transfer_base64_decoded(body, &canonical);
    g_autoptr(GString) changed = conceal_text(conceal, span_of_string(decoded), flags);
    append_header(out, entity, conceal, "base64");
    if (changed == NULL && canonical && transfer_is_plain(body, COLUMNS_MAX))
        g_string_append_len(out, body.octets, (gssize)body.len);
    else
        transfer_append_base64(out, span_of_string(changed != NULL ? changed : decoded));
}

static void
append_quoted(GString *out, const struct entity *entity, const struct conceal *conceal,
              struct span body, unsigned flags)
{
    g_autoptr(GString) decoded = transfer_quoted_decoded(body);
    g_autoptr(GString) changed = conceal_text(conceal, span_of_string(decoded), flags);
    g_autoptr(GString) raw = NULL;
    if (changed == NULL && transfer_is_plain(body, COLUMNS_MAX)) {
        raw = conceal_text(conceal, body, CONCEAL_PLAIN); /* for who does not decode */
        if (raw == NULL) {
            append_header(out, entity, conceal, "quoted-printable");
            g_string_append_len(out, body.octets, (gssize)body.len);
            return;
        }
        g_string_free(decoded, TRUE);
        decoded = transfer_quoted_decoded(span_of_string(raw));
    }
    append_coded(out, entity, conceal, span_of_string(changed != NULL ? changed : decoded));
}

void
leaf_append(GString *out, const struct entity *entity, const struct conceal *conceal,
            struct span body)
{
    unsigned flags = is_text(entity) ? CONCEAL_WORDS : 0u;
    g_autoptr(GString) changed = NULL;
    switch (entity->coding) {
    case CODING_BASE64:
        append_base64(out, entity, conceal, body, flags);
        return;
    case CODING_QUOTED:
        append_quoted(out, entity, conceal, body, flags);
        return;
    case CODING_UNREADABLE:
        append_header(out, entity, conceal, "7bit");
        g_string_append(out, LEFT_OUT);
        return;
    case CODING_NONE:
        break;
    }
    changed = conceal_text(conceal, body, flags);
    if (changed != NULL)
        body = span_of_string(changed);
    if (!transfer_is_plain(body, COLUMNS_MAX)) {
        append_coded(out, entity, conceal, body);
        return;
    }
    append_header(out, entity, conceal, entity->plain_coding ? NULL : "7bit");
    g_string_append_len(out, body.octets, (gssize)body.len);
}

/* Printable ASCII in lines that are short enough. */
static GString *
fitted_around(struct span text)
{
    GString *fitted = g_string_sized_new(text.len);
    size_t column = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char octet = (unsigned char)text.octets[i];
        if (octet == '\r' || octet == '\n')
            column = 0;
        else if (++column > COLUMNS_MAX)
            continue;
        else if ((octet < 0x20 && octet != '\t') || octet >= 0x7F)
            octet = '*'; /* never in a boundary of ours */
        g_string_append_c(fitted, (char)octet);
    }
    return fitted;
}

void
leaf_append_around(GString *out, const struct conceal *conceal, struct span text)
{
    g_autoptr(GString) changed = conceal_text(conceal, text, CONCEAL_WORDS);
    g_autoptr(GString) fitted = fitted_around(changed != NULL ? span_of_string(changed) : text);
    /* A letter that was taken away may have hidden a word. */
    g_autoptr(GString) again = conceal_text(conceal, span_of_string(fitted), CONCEAL_WORDS);
    g_autoptr(GString) last = again != NULL ? fitted_around(span_of_string(again)) : NULL;
    const GString *text_out = last != NULL ? last : fitted;
    g_string_append_len(out, text_out->str, (gssize)text_out->len);
}
