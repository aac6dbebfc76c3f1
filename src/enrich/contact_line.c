/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact_line.h"

#include "enrich/contact.h"
#include "enrich/contact_address.h"

struct fields {
    struct span items[CONTACT_FIELDS_MAX];
    size_t count;
};

static struct span
unquoted(struct span field)
{
    field = span_trim(field);
    if (field.len > 1 && field.octets[0] == '"' && field.octets[field.len - 1] == '"')
        field = (struct span){ field.octets + 1, field.len - 2 };
    return span_trim(field);
}

/* Cuts at the mark, but not inside of quotes. False: too many. */
static bool
cut(struct span text, char mark, struct fields *fields)
{
    bool quoted = false;
    size_t from = 0;
    fields->count = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.octets[i] == '"')
            quoted = !quoted;
        if (i < text.len && (quoted || text.octets[i] != mark))
            continue;
        if (fields->count == CONTACT_FIELDS_MAX)
            return false;
        fields->items[fields->count++] = unquoted(span_head(span_from(text, from), i - from));
        from = i + 1;
    }
    return true;
}

static enum contact_role
role_of(struct span name)
{
    static const struct {
        const char *name;
        enum contact_role role;
    } names[] = {
        { "asn", CONTACT_COLUMN_ASN },
        { "as", CONTACT_COLUMN_ASN },
        { "prefix", CONTACT_COLUMN_PREFIX },
        { "network", CONTACT_COLUMN_PREFIX },
        { "cidr", CONTACT_COLUMN_PREFIX },
        { "ip", CONTACT_COLUMN_PREFIX },
        { "abuse", CONTACT_COLUMN_ADDRESS },
        { "email", CONTACT_COLUMN_ADDRESS },
        { "emails", CONTACT_COLUMN_ADDRESS },
        { "mail", CONTACT_COLUMN_ADDRESS },
        { "address", CONTACT_COLUMN_ADDRESS },
        { "addresses", CONTACT_COLUMN_ADDRESS },
        { "contact", CONTACT_COLUMN_ADDRESS },
        { "contacts", CONTACT_COLUMN_ADDRESS },
        { "abuse-mailbox", CONTACT_COLUMN_ADDRESS },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (span_equals_nocase(name, names[i].name))
            return names[i].role;
    return CONTACT_COLUMN_OTHER;
}

/* A header names a key and an address column. */
static bool
is_header(struct contact_reader *reader, const struct fields *fields)
{
    bool key = false, address = false;
    for (size_t i = 0; i < fields->count; i++) {
        reader->roles[i] = role_of(fields->items[i]);
        key = key || reader->roles[i] == CONTACT_COLUMN_ASN ||
              reader->roles[i] == CONTACT_COLUMN_PREFIX;
        address = address || reader->roles[i] == CONTACT_COLUMN_ADDRESS;
    }
    return key && address;
}

static bool
read_asn(struct span text, uint32_t *asn)
{
    guint32 number = 0;
    if (span_starts_nocase(text, "AS"))
        text = span_from(text, 2);
    if (!span_to_u32(text, &number) || number == 0)
        return false;
    *asn = number;
    return true;
}

static const char *
take_prefix(struct span text, struct contact_line *line)
{
    struct ip_range range;
    if (!ip_range_parse(text, &range))
        return "no prefix";
    if (range.prefix < (range.base.len == 4 ? CONTACT_PREFIX_V4_MIN : CONTACT_PREFIX_V6_MIN))
        return "a prefix that is too wide";
    line->prefix = range;
    line->kind = CONTACT_LINE_PREFIX;
    return NULL;
}

static const char *
take_asn(struct span text, struct contact_line *line)
{
    if (!read_asn(text, &line->asn))
        return "no AS number";
    if (line->kind != CONTACT_LINE_PREFIX)
        line->kind = CONTACT_LINE_ASN;
    return NULL;
}

static const char *
take_key(struct span text, struct contact_line *line)
{
    if (read_asn(text, &line->asn)) {
        line->kind = CONTACT_LINE_ASN;
        return NULL;
    }
    return take_prefix(text, line) == NULL ? NULL : "neither an AS number nor a prefix";
}

static const char *
take_field(const struct contact_reader *reader, size_t place, struct span text,
           struct contact_line *line)
{
    enum contact_role role = place < reader->columns ? reader->roles[place] : CONTACT_COLUMN_OTHER;
    if (reader->columns == 0)
        return place == 0 ? take_key(text, line)
                          : contact_list_add(line->addresses, text, reader->own);
    if (text.len == 0)
        return NULL;
    switch (role) {
    case CONTACT_COLUMN_ASN:
        return take_asn(text, line);
    case CONTACT_COLUMN_PREFIX:
        return take_prefix(text, line);
    case CONTACT_COLUMN_ADDRESS:
        return contact_list_add(line->addresses, text, reader->own);
    case CONTACT_COLUMN_OTHER:
        break;
    }
    return NULL;
}

static const char *
read_fields(struct contact_reader *reader, const struct fields *fields, struct contact_line *line)
{
    const char *fault = NULL;
    if (reader->columns > 0 && fields->count > reader->columns)
        return "more fields than columns";
    for (size_t i = 0; i < fields->count && fault == NULL; i++)
        fault = take_field(reader, i, fields->items[i], line);
    if (fault == NULL && line->addresses->len == 0 && reader->columns == 0)
        fault = "no address";
    if (fault == NULL && line->addresses->len > 0 && line->kind == CONTACT_LINE_NOTHING)
        fault = "neither an AS number nor a prefix";
    return fault;
}

/* "64496 abuse@example.com": the first blank is the mark. */
static void
cut_at_blank(struct span text, struct fields *fields)
{
    size_t at = 0;
    while (at < text.len && text.octets[at] != ' ')
        at++;
    if (fields->count == 0 || span_find(fields->items[0], ' ') < 0 || at == text.len)
        return;
    fields->items[0] = span_head(text, at);
    fields->items[1] = unquoted(span_from(text, at));
    fields->count = 2; /* further addresses stand behind commas of the second */
}

void
contact_line_read(struct contact_reader *reader, struct span text, struct contact_line *line)
{
    struct fields fields;
    line->kind = CONTACT_LINE_NOTHING;
    line->fault = NULL;
    g_string_truncate(line->addresses, 0);
    if (!reader->begun)
        text = span_after_mark(text);
    text = span_trim(text);
    if (text.len == 0 || text.octets[0] == '#')
        return;
    if (text.len > CONTACT_LINE_OCTETS_MAX) {
        line->fault = "longer than 8192 octets";
    } else if (!cut(text, span_find(text, '\t') >= 0 ? '\t' : ',', &fields)) {
        line->fault = "more than 64 fields";
    } else if (!reader->begun && is_header(reader, &fields)) {
        reader->columns = fields.count;
    } else {
        if (reader->columns == 0)
            cut_at_blank(text, &fields);
        line->fault = read_fields(reader, &fields, line);
        if (line->fault == NULL && line->addresses->len == 0)
            line->kind = CONTACT_LINE_NOTHING;
    }
    reader->begun = true;
    if (line->fault != NULL)
        line->kind = CONTACT_LINE_BAD;
}
