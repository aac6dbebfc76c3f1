/* SPDX-License-Identifier: Apache-2.0 */
/* A selection as a query string, and as chips. */
#include "select/selection.h"

#include <string.h>

#define NAMES_MAX (SELECTION_TEXTS + 24)

static const char *const text_names[SELECTION_TEXTS] = {
    [SELECT_SUBJECT] = "subject",   [SELECT_SUBJECT_LIKE] = "subjectlike",
    [SELECT_URL] = "url",           [SELECT_URL_LIKE] = "urllike",
    [SELECT_FILE] = "file",         [SELECT_FILE_LIKE] = "filelike",
    [SELECT_FROM] = "from",         [SELECT_RCPT] = "rcpt",
    [SELECT_DOMAIN] = "domain",     [SELECT_SOURCE] = "source",
    [SELECT_REPORTER] = "reporter", [SELECT_Q] = "q",
};

struct part {
    const char *name; /* static */
    char *value;      /* owned */
    bool filter;      /* a chip; the rest is order and place */
};

struct parts {
    struct part items[NAMES_MAX];
    size_t count;
};

static void
add(struct parts *parts, const char *name, char *value, bool filter)
{
    parts->items[parts->count++] = (struct part){ name, value, filter };
}

static void
add_number(struct parts *parts, const char *name, int64_t number, bool filter)
{
    add(parts, name, g_strdup_printf("%" G_GINT64_FORMAT, number), filter);
}

static void
add_network(struct parts *parts, const struct selection *selection)
{
    char text[IP_TEXT_MAX];
    const struct ip_range *ip = &selection->ip;
    if (ip->base.len != 0 && ip->prefix == ip->base.len * 8u)
        add(parts, "ip", g_strdup(ip_text(&ip->base, text)), true);
    else if (ip->base.len != 0)
        add(parts, "ip", g_strdup_printf("%s/%u", ip_text(&ip->base, text), ip->prefix), true);
    if (selection->has_asn)
        add_number(parts, "asn", selection->asn, true);
    if (selection->country[0] != '\0')
        add(parts, "country", g_strdup(selection->country), true);
}

static void
add_word(struct parts *parts, const char *name, const char *word)
{
    if (*word != '\0')
        add(parts, name, g_strdup(word), true);
}

static void
add_set(struct parts *parts, const char *name, enum selection_set set)
{
    if (set != SELECT_ANY)
        add(parts, name, g_strdup(set == SELECT_YES ? "1" : "0"), true);
}

static void
add_window(struct parts *parts, const struct selection *selection)
{
    char text[CLOCK_TEXT_MAX];
    if (selection->hours > 0)
        add_number(parts, "hours", selection->hours, true);
    if (selection->days > 0)
        add_number(parts, "days", selection->days, true);
    if (selection->days > 0 && selection->days_ago > 0)
        add_number(parts, "daysago", selection->days_ago, true);
    if (selection->since != CLOCK_UNKNOWN)
        add(parts, "since", g_strdup(clock_rfc3339(selection->since, text)), true);
    if (selection->until != CLOCK_UNKNOWN)
        add(parts, "until", g_strdup(clock_rfc3339(selection->until, text)), true);
}

static void
take_apart(const struct selection *selection, struct parts *parts)
{
    parts->count = 0;
    for (unsigned i = 0; i < SELECTION_TEXTS; i++)
        if (selection->texts[i] != NULL)
            add(parts, text_names[i], g_strdup(selection->texts[i]), true);
    add_network(parts, selection);
    add_word(parts, "type", selection_types[selection->type]);
    add_word(parts, "fbtype", selection_fbtypes[selection->fbtype]);
    add_word(parts, "delivery", selection_deliveries[selection->delivery]);
    add_set(parts, "reported", selection->reported);
    add_set(parts, "genuine", selection->genuine);
    add_set(parts, "listed", selection->listed ? SELECT_YES : SELECT_ANY);
    if (selection->campaign != 0)
        add_number(parts, "campaign", selection->campaign, true);
    if (selection->url_id != 0)
        add_number(parts, "urlid", selection->url_id, true);
    add_set(parts, "all", selection->all ? SELECT_YES : SELECT_ANY);
    add_window(parts, selection);
    if (selection->sort != SORT_ARRIVAL)
        add(parts, "sort", g_strdup(selection_sorts[selection->sort]), false);
    if (selection->ascending)
        add(parts, "order", g_strdup("asc"), false);
    if (selection->limit != 0)
        add_number(parts, "limit", selection->limit, false);
}

static void
give_back(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        g_free(parts->items[i].value);
}

/* The parts but number `without` (and, when the days go, the daysago). */
static char *
join(const struct parts *parts, size_t without)
{
    GString *query = g_string_new(NULL);
    bool days = without < parts->count && strcmp(parts->items[without].name, "days") == 0;
    for (size_t i = 0; i < parts->count; i++) {
        if (i == without || (days && strcmp(parts->items[i].name, "daysago") == 0))
            continue;
        g_autofree char *value = g_uri_escape_string(parts->items[i].value, "*@:", FALSE);
        g_string_append_printf(query, "%s%s=%s", query->len > 0 ? "&" : "", parts->items[i].name,
                               value);
    }
    return g_string_free(query, FALSE);
}

char *
selection_query(const struct selection *selection, bool with_after)
{
    struct parts parts;
    take_apart(selection, &parts);
    if (with_after && selection->after != NULL)
        add(&parts, "after", g_strdup(selection->after), false);
    char *query = join(&parts, parts.count);
    give_back(&parts);
    return query;
}

void
selection_chips(const struct selection *selection,
                void (*each)(void *user, const char *name, const char *value, const char *without),
                void *user)
{
    struct parts parts;
    take_apart(selection, &parts);
    for (size_t i = 0; i < parts.count; i++) {
        g_autofree char *without = join(&parts, i);
        if (parts.items[i].filter)
            each(user, parts.items[i].name, parts.items[i].value, without);
    }
    give_back(&parts);
}
