/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/csv_record.h"

void
csv_start(struct csv_text *csv, struct span text)
{
    csv->rest = span_after_mark(text);
    csv->line = 0;
    csv->next_line = 1;
    csv->count = 0;
    csv->fault = NULL;
}

void
csv_skip(struct csv_text *csv, char mark)
{
    struct span line;
    while (csv->rest.len > 0 && csv->rest.octets[0] == mark && span_line(&csv->rest, &line))
        csv->next_line++;
}

/* The octets between two quotes; the first one is eaten already. */
static bool
read_quoted(struct csv_text *csv, struct span *field)
{
    size_t start = csv->quoted_len;
    bool doubled = false;
    size_t i = 0;
    for (; i < csv->rest.len; i++) {
        char octet = csv->rest.octets[i];
        if (octet == '"') {
            if (i + 1 >= csv->rest.len || csv->rest.octets[i + 1] != '"')
                break;
            doubled = true;
            i++;
        }
        csv->next_line += octet == '\n';
        if (csv->quoted_len == sizeof csv->quoted) {
            csv->fault = "the quoted text is too long";
            return false;
        }
        csv->quoted[csv->quoted_len++] = octet;
    }
    if (i == csv->rest.len) {
        csv->fault = "a quote is not closed";
        return false;
    }
    *field = (struct span){ csv->quoted + start, csv->quoted_len - start };
    if (!doubled) {
        *field = span_head(csv->rest, i);
        csv->quoted_len = start;
    }
    csv->rest = span_from(csv->rest, i + 1);
    return true;
}

static bool
read_plain(struct csv_text *csv, struct span *field)
{
    size_t i = 0;
    while (i < csv->rest.len && csv->rest.octets[i] != ',' && csv->rest.octets[i] != '\n') {
        if (csv->rest.octets[i] == '"') {
            csv->fault = "a quote inside a field that does not begin with one";
            return false;
        }
        i++;
    }
    *field = span_head(csv->rest, i);
    if ((i == csv->rest.len || csv->rest.octets[i] == '\n') && i > 0 &&
        csv->rest.octets[i - 1] == '\r')
        field->len--;
    csv->rest = span_from(csv->rest, i);
    return true;
}

/* Eats what ends a field. False: more fields follow on the line. */
static bool
at_record_end(struct csv_text *csv)
{
    size_t len = csv->rest.len;
    const char *octets = csv->rest.octets;
    if (len > 0 && octets[0] == ',') {
        csv->rest = (struct span){ octets + 1, len - 1 }; /* "a," has a second, empty field */
        return false;
    }
    if (len > 1 && octets[0] == '\r' && octets[1] == '\n') {
        csv->rest = span_from(csv->rest, 2);
        csv->next_line++;
    } else if (len > 0 && octets[0] == '\n') {
        csv->rest = span_from(csv->rest, 1);
        csv->next_line++;
    } else if (len > 0) {
        csv->fault = "text after a closing quote";
    }
    return true;
}

bool
csv_record(struct csv_text *csv)
{
    csv->count = 0;
    csv->quoted_len = 0;
    if (csv->fault != NULL || csv->rest.len == 0)
        return false;
    csv->line = csv->next_line;
    do {
        struct span *field = &csv->fields[csv->count];
        bool quoted = csv->rest.len > 0 && csv->rest.octets[0] == '"';
        if (csv->count == CSV_FIELDS_MAX) {
            csv->fault = "too many fields";
            return false;
        }
        if (quoted)
            csv->rest = span_from(csv->rest, 1);
        if (quoted ? !read_quoted(csv, field) : !read_plain(csv, field))
            return false;
        csv->count++;
    } while (!at_record_end(csv));
    return csv->fault == NULL;
}
