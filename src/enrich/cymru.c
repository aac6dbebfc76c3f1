/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/cymru.h"

#include "enrich/plain_text.h"

#define FIELDS_MAX 5

/* Cuts at "|"; the last field keeps what is left. Returns how many there are. */
static size_t
cut_fields(struct span text, struct span fields[FIELDS_MAX])
{
    struct span piece;
    size_t count = 0;
    bool spent = false;
    while (count < FIELDS_MAX - 1 && span_cut(&text, '|', &piece, &spent))
        fields[count++] = span_trim(piece);
    if (!spent && count > 0)
        fields[count++] = span_trim(text);
    return count;
}

/* "NA" stands for "not available", and is Namibia where Africa's registry says it. */
static void
read_country(struct span country, struct span registry, char out[3])
{
    plain_country(country, out);
    if (strcmp(out, "NA") == 0 && !span_equals_nocase(registry, "afrinic"))
        out[0] = '\0';
}

static void
add_asn(struct cymru_origin *origin, uint32_t asn)
{
    size_t at = origin->asn_count;
    while (at > 0 && origin->asns[at - 1] > asn)
        at--;
    if ((at > 0 && origin->asns[at - 1] == asn) || origin->asn_count == CYMRU_ASNS_MAX)
        return;
    memmove(origin->asns + at + 1, origin->asns + at,
            (origin->asn_count - at) * sizeof origin->asns[0]);
    origin->asns[at] = asn;
    origin->asn_count++;
}

bool
cymru_origin_parse(struct span text, struct cymru_origin *origin)
{
    struct cymru_origin result = { .asn_count = 0 };
    struct span fields[FIELDS_MAX] = { { NULL, 0 } };
    struct span piece;
    bool spent = false;
    if (cut_fields(text, fields) < 3 || span_find(fields[1], '/') < 0 ||
        !ip_range_parse(fields[1], &result.prefix))
        return false;
    while (span_cut(&fields[0], ' ', &piece, &spent)) {
        guint32 asn;
        if (piece.len == 0)
            continue;
        if (!span_to_u32(piece, &asn))
            return false;
        if (asn != 0) /* RFC 7607: nobody */
            add_asn(&result, asn);
    }
    read_country(fields[2], fields[3], result.country);
    if (result.asn_count == 0)
        return false;
    *origin = result;
    return true;
}

bool
cymru_origin_best(const struct answer *answer, const struct ip *ip, struct cymru_origin *origin)
{
    bool found = false;
    for (size_t i = 0; i < answer->count; i++) {
        struct cymru_origin read;
        if (!cymru_origin_parse(answer->records[i].text, &read) || !ip_in_range(ip, &read.prefix) ||
            (found && read.prefix.prefix < origin->prefix.prefix))
            continue;
        if (!found || read.prefix.prefix > origin->prefix.prefix) {
            *origin = read;
            found = true;
            continue;
        }
        for (size_t j = 0; j < read.asn_count; j++)
            add_asn(origin, read.asns[j]);
        if (origin->country[0] == '\0')
            memcpy(origin->country, read.country, sizeof origin->country);
    }
    return found;
}

uint32_t
cymru_origin_asn(const struct cymru_origin *origin)
{
    return origin->asns[0] == AS_TRANS && origin->asn_count > 1 ? origin->asns[1] : origin->asns[0];
}

const char *
cymru_origin_asns(const struct cymru_origin *origin, char out[CYMRU_ASNS_TEXT_MAX])
{
    gsize len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < origin->asn_count; i++)
        len += (gsize)g_snprintf(out + len, CYMRU_ASNS_TEXT_MAX - len, "%s%u", i > 0 ? " " : "",
                                 origin->asns[i]);
    return out;
}

bool
cymru_name_parse(struct span text, struct cymru_name *name)
{
    struct cymru_name result = { .asn = 0 };
    struct span fields[FIELDS_MAX] = { { NULL, 0 } };
    if (cut_fields(text, fields) < FIELDS_MAX || !span_to_u32(fields[0], &result.asn))
        return false;
    read_country(fields[1], fields[2], result.country);
    result.name = fields[4];
    if (span_equals_nocase(result.name, "NA") || span_equals_nocase(result.name, "-"))
        result.name = span_of(NULL);
    *name = result;
    return true;
}
