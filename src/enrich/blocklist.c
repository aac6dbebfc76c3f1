/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/blocklist_family.h"

#include "base/domain.h"

#define ERRORS_FIRST 0x7fffff00u /* 127.255.255.0/24: never a listing */
#define ERROR_TYPING 0x7ffffffcu
#define ERROR_OPEN_RESOLVER 0x7ffffffeu
#define ERROR_TOO_MANY 0x7fffffffu

static const char *
refusal_of(const struct blocklist_family *family, uint32_t code)
{
    if (code == ERROR_TYPING)
        return "it says that the name of its zone has a typing error";
    if (code == ERROR_OPEN_RESOLVER)
        return "it does not answer public resolvers: use one of your own";
    if (code == ERROR_TOO_MANY)
        return "it was asked too much";
    if (code >= ERRORS_FIRST && code <= ERROR_TOO_MANY)
        return "it answered with an error code";
    if (family->refusal != 0 && code == family->refusal)
        return family->about;
    if (family->bits && (code & 0xffffff01u) == 0x7f000001u)
        return family->about;
    return NULL;
}

static size_t
add_name(char **names, size_t count, const char *front, const char *zone)
{
    if (strlen(front) + 1 + strlen(zone) > DOMAIN_OCTETS_MAX) /* no answer would mean "clean" */
        return count;
    names[count] = g_strconcat(front, ".", zone, NULL);
    return count + 1;
}

size_t
blocklist_ip_names(const struct blocklist *list, const struct ip *ip,
                   char *names[BLOCKLIST_NAMES_MAX])
{
    if ((list->family->asks & ASKS_IP) == 0 || ip->len == 0)
        return 0;
    names[0] = ip_reverse(ip, list->zone);
    return 1;
}

size_t
blocklist_host_names(const struct blocklist *list, const char *host, const char *registrable,
                     char *names[BLOCKLIST_NAMES_MAX])
{
    unsigned asks = list->family->asks;
    size_t count = 0;
    struct ip ip;
    if (ip_parse(span_of(host), &ip)) {
        if ((asks & ASKS_LITERAL) == 0 || ip.len != 4)
            return 0;
        names[0] = ip_reverse(&ip, list->zone);
        return 1;
    }
    if ((asks & ASKS_HOST) != 0 && strchr(host, '.') != NULL)
        count = add_name(names, count, host, list->zone);
    if ((asks & ASKS_REGISTRABLE) != 0 && registrable != NULL &&
        (count == 0 || strcmp(host, registrable) != 0))
        count = add_name(names, count, registrable, list->zone);
    return count;
}

/* Whether one record stands for that code of the table. */
static bool
is_code(const struct blocklist_family *family, const struct blocklist_code *code, uint32_t given)
{
    if (family->bits)
        return (given & 0xffffff00u) == 0x7f000000u && (given & code->first) != 0;
    return given >= code->first && given <= code->last;
}

static uint32_t
code_of(const struct answer_record *record)
{
    const unsigned char *octets = record->ip.octets;
    if (record->ip.len != 4)
        return 0;
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

static void
add_text(char *list, size_t room, const char *mark, const char *text)
{
    size_t len = strlen(list);
    if (len + strlen(mark) + strlen(text) < room)
        g_snprintf(list + len, room - len, "%s%s", len > 0 ? mark : "", text);
}

/* Fills `seen` with the distinct codes of the answer, ascending; returns how many. */
static size_t
distinct_codes(const struct answer *answer, uint32_t seen[ANSWER_RECORDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < MIN(answer->count, (size_t)ANSWER_RECORDS_MAX); i++) {
        uint32_t code = code_of(&answer->records[i]);
        size_t at = count;
        while (at > 0 && seen[at - 1] > code)
            at--;
        if (at > 0 && seen[at - 1] == code)
            continue;
        memmove(seen + at + 1, seen + at, (count - at) * sizeof *seen);
        seen[at] = code;
        count++;
    }
    return count;
}

static bool
any_is(const struct blocklist_family *family, const struct blocklist_code *code,
       const uint32_t *seen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_code(family, code, seen[i]))
            return true;
    return false;
}

static void
read_code(const struct blocklist *list, const struct blocklist_codes *table, uint32_t code,
          struct blocklist_reading *reading)
{
    char text[16];
    bool known = false;
    for (size_t i = 0; i < table->count && !known; i++)
        known = is_code(list->family, &table->codes[i], code);
    if (!known) {
        reading->undocumented = true;
        return;
    }
    g_snprintf(text, sizeof text, "%u.%u.%u.%u", code >> 24, (code >> 16) & 255, (code >> 8) & 255,
               code & 255);
    add_text(reading->codes, sizeof reading->codes, " ", text);
}

void
blocklist_read(const struct blocklist *list, const struct answer *answer,
               struct blocklist_reading *reading)
{
    const struct blocklist_codes *table = list->codes != NULL ? list->codes : &list->family->table;
    const char *last = "";
    uint32_t seen[ANSWER_RECORDS_MAX];
    size_t count;
    *reading = (struct blocklist_reading){ .state = LISTING_NOT_KNOWN };
    if (answer->outcome == ANSWER_NONE)
        reading->state = LISTING_CLEAN;
    if (answer->outcome != ANSWER_FOUND)
        return;
    count = distinct_codes(answer, seen);
    for (size_t i = 0; i < count && reading->refusal == NULL; i++)
        reading->refusal = refusal_of(list->family, seen[i]);
    for (size_t i = 0; i < count && reading->refusal == NULL; i++)
        read_code(list, table, seen[i], reading);
    for (size_t i = 0; i < table->count && reading->refusal == NULL; i++) {
        const struct blocklist_code *code = &table->codes[i];
        if (!any_is(list->family, code, seen, count))
            continue;
        reading->state = MAX(reading->state, code->state);
        if (strcmp(last, code->meaning) != 0)
            add_text(reading->meaning, sizeof reading->meaning, ", ", code->meaning);
        last = code->meaning;
    }
}

size_t
blocklist_test_points(const struct blocklist *list,
                      struct blocklist_test_point points[BLOCKLIST_TEST_POINTS_MAX])
{
    const struct blocklist_family *family = list->family;
    size_t count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(family->listed); i++)
        if (family->listed[i] != NULL)
            points[count++] = (struct blocklist_test_point){
                g_strconcat(family->listed[i], ".", list->zone, NULL), LISTING_LISTED
            };
    points[count++] =
        (struct blocklist_test_point){ g_strconcat(family->free, ".", list->zone, NULL),
                                       LISTING_CLEAN };
    return count;
}
