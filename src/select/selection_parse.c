/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

#define SHOWN_OCTETS 40

typedef bool read_value(struct selection *selection, const char *name, const char *value,
                        unsigned which, GError **error);

static bool
refuse(const char *name, const char *allowed, const char *value, GError **error)
{
    g_autofree char *shown = text_masked(span_of(value), SHOWN_OCTETS);
    g_set_error(error, FAULT, FAULT_REJECT, "%s: %s, not \"%s\"", name, allowed, shown);
    return false;
}

static bool
read_text(struct selection *selection, const char *name, const char *value, unsigned which,
          GError **error)
{
    if (strlen(value) > SELECTION_TEXT_MAX || !g_utf8_validate(value, -1, NULL))
        return refuse(name, "a text in UTF-8 of at most 1000 octets", value, error);
    g_free(selection->texts[which]);
    selection->texts[which] = g_strdup(value);
    return true;
}

static bool
read_word(const char *const *words, const char *name, const char *value, unsigned *found,
          GError **error)
{
    for (unsigned i = 0; words[i] != NULL; i++)
        if (words[i][0] != '\0' && strcmp(words[i], value) == 0) {
            *found = i;
            return true;
        }
    g_autofree char *list =
        g_strjoinv(", ", (char **)(uintptr_t)(g_strcmp0(words[0], "") != 0 ? words : words + 1));
    g_autofree char *allowed = g_strdup_printf("one of %s", list);
    return refuse(name, allowed, value, error);
}

enum { WORD_TYPE, WORD_FBTYPE, WORD_DELIVERY, WORD_SORT, WORD_ORDER };

static bool
read_words(struct selection *selection, const char *name, const char *value, unsigned which,
           GError **error)
{
    static const char *const orders[] = { "desc", "asc", NULL };
    const char *const *const lists[] = {
        [WORD_TYPE] = selection_types,
        [WORD_FBTYPE] = selection_fbtypes,
        [WORD_DELIVERY] = selection_deliveries,
        [WORD_SORT] = selection_sorts,
        [WORD_ORDER] = orders,
    };
    unsigned found = 0;
    /* The original's fourth type; old links have it. */
    if (which == WORD_TYPE && strcmp(value, "reported") == 0) {
        selection->reported = SELECT_YES;
        return true;
    }
    if (!read_word(lists[which], name, value, &found, error))
        return false;
    if (which == WORD_TYPE)
        selection->type = found;
    else if (which == WORD_FBTYPE)
        selection->fbtype = found;
    else if (which == WORD_DELIVERY)
        selection->delivery = found;
    else if (which == WORD_SORT)
        selection->sort = found;
    else
        selection->ascending = found == 1;
    return true;
}

enum { FLAG_REPORTED, FLAG_GENUINE, FLAG_LISTED, FLAG_ALL };

static bool
read_flag(struct selection *selection, const char *name, const char *value, unsigned which,
          GError **error)
{
    bool yes = strcmp(value, "1") == 0 || strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "0") != 0 && strcmp(value, "no") != 0)
        return refuse(name, "1 or 0", value, error);
    if (which == FLAG_REPORTED)
        selection->reported = yes ? SELECT_YES : SELECT_NO;
    else if (which == FLAG_GENUINE)
        selection->genuine = yes ? SELECT_YES : SELECT_NO;
    else if (which == FLAG_LISTED)
        selection->listed = yes;
    else
        selection->all = yes;
    return true;
}

enum { NUMBER_DAYS, NUMBER_DAYS_AGO, NUMBER_LIMIT, NUMBER_ASN, NUMBER_HOURS };

static bool
read_number(struct selection *selection, const char *name, const char *value, unsigned which,
            GError **error)
{
    static const uint32_t most[] = { SELECTION_DAYS_MAX, SELECTION_DAYS_MAX, SELECTION_LIMIT_MAX,
                                     G_MAXUINT32, SELECTION_HOURS_MAX };
    uint32_t number = 0;
    struct span digits = span_of(value);
    if (which == NUMBER_ASN && g_ascii_strncasecmp(value, "AS", 2) == 0)
        digits = span_from(digits, 2);
    if (!span_to_u32(digits, &number) || number > most[which]) {
        g_autofree char *allowed = g_strdup_printf("a number from 0 to %u", most[which]);
        return refuse(name, allowed, value, error);
    }
    if (which == NUMBER_DAYS)
        selection->days = number;
    else if (which == NUMBER_DAYS_AGO)
        selection->days_ago = number;
    else if (which == NUMBER_LIMIT)
        selection->limit = number;
    else if (which == NUMBER_HOURS)
        selection->hours = number;
    else
        selection->asn = number;
    selection->has_asn = selection->has_asn || which == NUMBER_ASN;
    return true;
}

enum { ID_CAMPAIGN, ID_URL };

static bool
read_id(struct selection *selection, const char *name, const char *value, unsigned which,
        GError **error)
{
    guint64 id = 0;
    if (!g_ascii_string_to_unsigned(value, 10, 1, G_MAXINT64, &id, NULL))
        return refuse(name, "the number of a row", value, error);
    *(which == ID_CAMPAIGN ? &selection->campaign : &selection->url_id) = (int64_t)id;
    return true;
}

static bool
read_ip(struct selection *selection, const char *name, const char *value, unsigned which,
        GError **error)
{
    (void)which;
    struct ip_range range = { 0 };
    if (!ip_range_parse(span_of(value), &range))
        return refuse(name, "an address, or a network as 192.0.2.0/24", value, error);
    selection->ip = range;
    return true;
}

static bool
read_country(struct selection *selection, const char *name, const char *value, unsigned which,
             GError **error)
{
    (void)which;
    if (strlen(value) != 2 || !g_ascii_isalpha(value[0]) || !g_ascii_isalpha(value[1]))
        return refuse(name, "two letters (ISO 3166; ZZ: not known)", value, error);
    selection->country[0] = g_ascii_toupper(value[0]);
    selection->country[1] = g_ascii_toupper(value[1]);
    return true;
}

static bool
read_place(struct selection *selection, const char *name, const char *value, unsigned which,
           GError **error)
{
    (void)which;
    if (strlen(value) > 4 * SELECTION_TEXT_MAX)
        return refuse(name, "a place as a page gave it", value, error);
    g_free(selection->after);
    selection->after = g_strdup(value);
    return true;
}

enum { TIME_SINCE, TIME_UNTIL };

/* "2026-01-31" is the whole day; a time without a zone is UTC. */
static bool
read_time(struct selection *selection, const char *name, const char *value, unsigned which,
          GError **error)
{
    static const char *const allowed = "a date as 2026-01-31, or a time as 2026-01-31T12:00:00Z";
    bool date = strlen(value) == 10;
    bool plain = date || strlen(value) == 16 || strlen(value) == 19;
    g_autofree char *whole =
        g_strdup_printf("%s%s%s", value, date ? "T00:00:00" : "", strlen(value) == 16 ? ":00" : "");
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    if (plain && whole[10] == ' ')
        whole[10] = 'T';
    if (value[0] == 'T' || strlen(value) < 10 || value[4] != '-' || value[7] != '-')
        return refuse(name, allowed, value, error);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(whole, utc);
    if (time == NULL)
        return refuse(name, allowed, value, error);
    int64_t seconds = g_date_time_to_unix(time);
    if (seconds < CLOCK_MIN || seconds > CLOCK_MAX - CLOCK_DAY_S)
        return refuse(name, allowed, value, error);
    if (which == TIME_UNTIL)
        selection->until = date ? seconds + CLOCK_DAY_S - 1 : seconds;
    else
        selection->since = seconds;
    return true;
}

/* clang-format off */
static const struct parameter {
    const char *name;
    read_value *read;
    unsigned which;
} parameters[] = {
    { "subject", read_text, SELECT_SUBJECT },       { "subjectlike", read_text, SELECT_SUBJECT_LIKE },
    { "url", read_text, SELECT_URL },               { "urllike", read_text, SELECT_URL_LIKE },
    { "file", read_text, SELECT_FILE },             { "filelike", read_text, SELECT_FILE_LIKE },
    { "from", read_text, SELECT_FROM },             { "rcpt", read_text, SELECT_RCPT },
    { "domain", read_text, SELECT_DOMAIN },         { "source", read_text, SELECT_SOURCE },
    { "reporter", read_text, SELECT_REPORTER },     { "q", read_text, SELECT_Q },
    { "ip", read_ip, 0 },                           { "asn", read_number, NUMBER_ASN },
    { "country", read_country, 0 },                 { "type", read_words, WORD_TYPE },
    { "fbtype", read_words, WORD_FBTYPE },          { "delivery", read_words, WORD_DELIVERY },
    { "reported", read_flag, FLAG_REPORTED },       { "genuine", read_flag, FLAG_GENUINE },
    { "listed", read_flag, FLAG_LISTED },           { "campaign", read_id, ID_CAMPAIGN },
    { "pattern", read_id, ID_CAMPAIGN },            { "urlid", read_id, ID_URL },
    { "all", read_flag, FLAG_ALL },                 { "days", read_number, NUMBER_DAYS },
    { "daysago", read_number, NUMBER_DAYS_AGO },    { "since", read_time, TIME_SINCE },
    { "until", read_time, TIME_UNTIL },             { "sort", read_words, WORD_SORT },
    { "order", read_words, WORD_ORDER },            { "limit", read_number, NUMBER_LIMIT },
    { "after", read_place, 0 },                     { "hours", read_number, NUMBER_HOURS },
};
/* clang-format on */

static bool
read_pair(struct selection *selection, const struct selection_pair *pair, const char *const *others,
          GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++)
        if (strcmp(parameters[i].name, pair->name) == 0)
            return pair->value[0] == '\0' || parameters[i].read(selection, pair->name, pair->value,
                                                                parameters[i].which, error);
    if (others != NULL && g_strv_contains(others, pair->name))
        return true;
    g_autofree char *shown = text_masked(span_of(pair->name), SHOWN_OCTETS);
    g_set_error(error, FAULT, FAULT_REJECT, "%s: there is no such filter", shown);
    return false;
}

/* What each parameter allows, but not together. */
static bool
check_whole(const struct selection *selection, GError **error)
{
    bool times = selection->since != CLOCK_UNKNOWN || selection->until != CLOCK_UNKNOWN;
    if (selection->hours > 0 && (selection->days > 0 || times))
        g_set_error(error, FAULT, FAULT_REJECT, "hours: not together with days, since and until");
    else if (selection->days > 0 && times)
        g_set_error(error, FAULT, FAULT_REJECT, "days: not together with since and until");
    else if (selection->since != CLOCK_UNKNOWN && selection->until != CLOCK_UNKNOWN &&
             selection->since > selection->until)
        g_set_error(error, FAULT, FAULT_REJECT, "until: a time that is not before since");
    else if ((int64_t)selection->days + selection->days_ago > SELECTION_DAYS_MAX)
        g_set_error(error, FAULT, FAULT_REJECT, "daysago: at most %d together with days",
                    SELECTION_DAYS_MAX);
    else if (!selection_sortable(selection, selection->sort))
        g_set_error(error, FAULT, FAULT_REJECT,
                    "sort: %s only together with hours, days or since; without them arrival",
                    selection_sorts[selection->sort]);
    else
        return true;
    return false;
}

struct selection *
selection_parse(const struct selection_pair *pairs, size_t count, const char *const *others,
                GError **error)
{
    g_autoptr(Selection) selection = selection_new();
    if (count > SELECTION_PAIRS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "at most %d parameters", SELECTION_PAIRS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!read_pair(selection, &pairs[i], others, error))
            return NULL;
    return check_whole(selection, error) ? g_steal_pointer(&selection) : NULL;
}
