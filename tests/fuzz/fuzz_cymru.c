/* SPDX-License-Identifier: Apache-2.0 */
/* TXT records of any octets, one a line: what is read of them keeps its promises. */
#include "enrich/cymru.h"

#include "demand.h"
#include "enrich/plain_text.h"

static void
check_country(const char *country)
{
    demand(country[0] == '\0' ||
           (g_ascii_isupper(country[0]) && g_ascii_isupper(country[1]) && country[2] == '\0'));
}

static void
check_origin(const struct cymru_origin *origin)
{
    char text[CYMRU_ASNS_TEXT_MAX];
    uint32_t chosen = cymru_origin_asn(origin);
    bool there = false;
    demand(origin->asn_count > 0 && origin->asn_count <= CYMRU_ASNS_MAX);
    for (size_t i = 0; i < origin->asn_count; i++) {
        demand(i == 0 || origin->asns[i - 1] < origin->asns[i]);
        there = there || origin->asns[i] == chosen;
    }
    demand(there && chosen != 0);
    demand(strlen(cymru_origin_asns(origin, text)) < CYMRU_ASNS_TEXT_MAX);
    check_country(origin->country);
    demand(ip_in_range(&origin->prefix.base, &origin->prefix));
}

static void
check_name(struct span line)
{
    struct cymru_name name;
    g_autoptr(GString) text = g_string_new(NULL);
    if (!cymru_name_parse(line, &name))
        return;
    check_country(name.country);
    plain_text_append(text, name.name, 255);
    demand_text(text->str);
    demand(g_utf8_strlen(text->str, -1) <= 255);
    for (const char *at = text->str; *at != '\0'; at++)
        demand((unsigned char)*at >= 0x20 && *at != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span given = exact_copy(octets, len);
    struct answer_record records[ANSWER_RECORDS_MAX] = { 0 };
    struct answer answer = { ANSWER_FOUND, 300, records, 0, NULL };
    struct cymru_origin origin;
    struct span rest = given;
    struct ip ip = { { 192, 0, 2, 1 }, 4 };
    unsigned longest = 0;
    bool any = false;
    while (answer.count < ANSWER_RECORDS_MAX && span_line(&rest, &records[answer.count].text)) {
        struct span line = records[answer.count++].text;
        check_name(line);
        if (!cymru_origin_parse(line, &origin))
            continue;
        check_origin(&origin);
        if (ip_in_range(&ip, &origin.prefix)) {
            any = true;
            longest = MAX(longest, origin.prefix.prefix);
        }
    }
    demand(cymru_origin_best(&answer, &ip, &origin) == any);
    if (any) {
        check_origin(&origin);
        demand(origin.prefix.prefix == longest && ip_in_range(&ip, &origin.prefix));
    }
    return 0;
}
