/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/network_file.h"

#include "base/fault.h"
#include "base/text.h"
#include "enrich/csv_record.h"
#include "enrich/network_set.h"
#include "enrich/plain_text.h"

enum column { PREFIX, ASN, NAME, COUNTRY, ABUSE, COLUMNS };

static const char *const column_names[COLUMNS] = { "prefix", "asn", "name", "country", "abuse" };

struct network_file {
    struct local_network *rows;
    size_t count;
    struct network_set *set;
    GHashTable *asns; /* AS number: its first row with a name */
    GStringChunk *texts;
};

/* What reading needs, and what comes of it. */
struct reading {
    struct csv_text csv;
    size_t place[COLUMNS]; /* which field is that column; CSV_FIELDS_MAX: none */
    size_t columns;        /* of the header line */
    GString *text;
    struct network_file *file;
};

void
network_file_free(struct network_file *file)
{
    if (file == NULL)
        return;
    network_set_free(file->set);
    g_hash_table_unref(file->asns);
    g_string_chunk_free(file->texts);
    g_free(file->rows);
    g_free(file);
}

/* Puts the place of a column; NULL or what is wrong with its name. Caller frees. */
static char *
put_column(struct reading *reading, size_t field)
{
    struct span name = span_trim(reading->csv.fields[field]);
    g_autofree char *shown = text_masked(name, 32);
    for (int i = 0; i < COLUMNS; i++) {
        if (!span_equals_nocase(name, column_names[i]))
            continue;
        if (reading->place[i] != CSV_FIELDS_MAX)
            return g_strdup_printf("column \"%s\" stands there twice", shown);
        reading->place[i] = field;
        return NULL;
    }
    return g_strdup_printf("unknown column \"%s\": there are prefix, asn, name, country, abuse",
                           shown);
}

/* The next one that is neither a comment nor empty. */
static bool
next_record(struct reading *reading)
{
    do {
        csv_skip(&reading->csv, '#');
        if (!csv_record(&reading->csv))
            return false;
    } while (reading->csv.count == 1 && span_trim(reading->csv.fields[0]).len == 0);
    return true;
}

static char *
read_header(struct reading *reading)
{
    char *fault = NULL;
    for (int i = 0; i < COLUMNS; i++)
        reading->place[i] = CSV_FIELDS_MAX;
    if (!next_record(reading))
        return reading->csv.fault != NULL ? NULL : g_strdup("the file is empty");
    reading->columns = reading->csv.count;
    for (size_t i = 0; i < reading->columns && fault == NULL; i++)
        fault = put_column(reading, i);
    if (fault == NULL && reading->place[PREFIX] == CSV_FIELDS_MAX)
        fault = g_strdup("the header line has no column \"prefix\"");
    return fault;
}

static struct span
field_of(const struct reading *reading, enum column column)
{
    size_t place = reading->place[column];
    return place < reading->csv.count ? span_trim(reading->csv.fields[place]) : span_of(NULL);
}

static bool
read_asn(struct span text, uint32_t *asn)
{
    *asn = 0;
    if (text.len == 0)
        return true;
    if (span_starts_nocase(text, "AS"))
        text = span_from(text, 2);
    return span_to_u32(text, asn);
}

/* Names and addresses repeat from line to line, so each text is kept once. */
static const char *
keep_text(struct reading *reading, enum column column, size_t max)
{
    struct span text = field_of(reading, column);
    if (text.len == 0)
        return "";
    g_string_truncate(reading->text, 0);
    plain_text_append(reading->text, text, max);
    return g_string_chunk_insert_const(reading->file->texts, reading->text->str);
}

static char *
bad_field(const struct reading *reading, enum column column)
{
    g_autofree char *shown = text_masked(field_of(reading, column), 64);
    return g_strdup_printf("\"%s\" is no %s", shown, column_names[column]);
}

static char *
read_row(struct reading *reading, struct local_network *row)
{
    struct span country = field_of(reading, COUNTRY);
    row->name = row->abuse = "";
    if (reading->csv.count > reading->columns)
        return g_strdup("more fields than columns");
    if (!ip_range_parse(field_of(reading, PREFIX), &row->prefix))
        return bad_field(reading, PREFIX);
    if (!read_asn(field_of(reading, ASN), &row->asn))
        return bad_field(reading, ASN);
    plain_country(country, row->country);
    if (row->country[0] == '\0' && country.len > 0 && !span_equals_nocase(country, "ZZ"))
        return bad_field(reading, COUNTRY);
    if (field_of(reading, ABUSE).len > NETWORK_ABUSE_OCTETS_MAX)
        return g_strdup_printf("abuse has more than %d octets", NETWORK_ABUSE_OCTETS_MAX);
    row->name = keep_text(reading, NAME, NETWORK_NAME_CHARS_MAX);
    row->abuse = keep_text(reading, ABUSE, NETWORK_ABUSE_OCTETS_MAX);
    return NULL;
}

static size_t
count_lines(struct span text)
{
    struct span line;
    size_t lines = 0;
    while (span_line(&text, &line))
        lines++;
    return lines;
}

static void
keep_row(struct network_file *file, struct local_network *row)
{
    network_set_add(file->set, &row->prefix, row);
    file->count++;
    if (row->name[0] != '\0' && g_hash_table_lookup(file->asns, GUINT_TO_POINTER(row->asn)) == NULL)
        g_hash_table_insert(file->asns, GUINT_TO_POINTER(row->asn), row);
}

static char *
read_rows(struct reading *reading)
{
    struct network_file *file = reading->file;
    size_t room = count_lines(reading->csv.rest); /* a row needs a line */
    char *fault = NULL;
    file->rows = g_new0(struct local_network, MIN(room, NETWORK_FILE_ROWS_MAX) + 1);
    while (fault == NULL) {
        struct local_network *row = &file->rows[file->count];
        if (!next_record(reading))
            break;
        if (file->count == NETWORK_FILE_ROWS_MAX)
            return g_strdup_printf("more than %d networks", NETWORK_FILE_ROWS_MAX);
        fault = read_row(reading, row);
        if (fault == NULL) {
            keep_row(file, row);
        }
    }
    return fault;
}

struct network_file *
network_file_parse(struct span octets, const char *path, GError **error)
{
    g_autoptr(NetworkFile) file = g_new0(struct network_file, 1);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree struct reading *reading = g_new(struct reading, 1);
    g_autofree char *fault = NULL;
    file->set = network_set_new();
    file->asns = g_hash_table_new(NULL, NULL);
    file->texts = g_string_chunk_new(64 * 1024);
    reading->file = file;
    reading->text = text;
    csv_start(&reading->csv, octets);
    fault = read_header(reading);
    if (fault == NULL && reading->csv.fault == NULL)
        fault = read_rows(reading);
    if (fault == NULL)
        fault = g_strdup(reading->csv.fault);
    if (fault != NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: line %u: %s", path,
                    MAX(reading->csv.line, 1u), fault);
        return NULL;
    }
    return g_steal_pointer(&file);
}

struct network_file *
network_file_open(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GMappedFile) mapped = g_mapped_file_new(path, FALSE, &cause);
    if (mapped == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "[networks] file: %s", cause->message);
        return NULL;
    }
    if (g_mapped_file_get_length(mapped) > NETWORK_FILE_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: larger than %d MB", path,
                    NETWORK_FILE_OCTETS_MAX / (1024 * 1024));
        return NULL;
    }
    return network_file_parse(
        (struct span){ g_mapped_file_get_contents(mapped), g_mapped_file_get_length(mapped) }, path,
        error);
}

const struct local_network *
network_file_find(const struct network_file *file, const struct ip *ip)
{
    return network_set_find(file->set, ip);
}

const struct local_network *
network_file_find_asn(const struct network_file *file, uint32_t asn)
{
    return g_hash_table_lookup(file->asns, GUINT_TO_POINTER(asn));
}

size_t
network_file_count(const struct network_file *file)
{
    return file->count;
}

const struct local_network *
network_file_at(const struct network_file *file, size_t at)
{
    return &file->rows[at];
}
