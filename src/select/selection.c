/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection.h"

#include <string.h>

#include "base/domain.h"

#define QUESTION_ASN_DIGITS 10

const char *const selection_types[] = { "", "normal", "bounce", "auto-replied", NULL };
const char *const selection_fbtypes[] = { "",         "auth-failure", "abuse", "fraud",   "virus",
                                          "not-spam", "opt-out",      "other", "unknown", NULL };
const char *const selection_deliveries[] = { "", "none", "quarantine", "reject", "unknown", NULL };
const char *const selection_sorts[] = { "arrival", "subject",  "ip",       "asn", "country",
                                        "type",    "delivery", "reported", NULL };

struct selection *
selection_new(void)
{
    struct selection *selection = g_new0(struct selection, 1);
    selection->since = CLOCK_UNKNOWN;
    selection->until = CLOCK_UNKNOWN;
    return selection;
}

struct selection *
selection_copy(const struct selection *selection)
{
    struct selection *copy = g_memdup2(selection, sizeof(*selection));
    for (unsigned i = 0; i < SELECTION_TEXTS; i++)
        copy->texts[i] = g_strdup(selection->texts[i]);
    copy->after = g_strdup(selection->after);
    return copy;
}

void
selection_free(struct selection *selection)
{
    if (selection == NULL)
        return;
    for (unsigned i = 0; i < SELECTION_TEXTS; i++)
        g_free(selection->texts[i]);
    g_free(selection->after);
    g_free(selection);
}

bool
selection_window(const struct selection *selection, int64_t now, int64_t *from, int64_t *to)
{
    *from = CLOCK_MIN;
    *to = CLOCK_MAX;
    if (selection->hours > 0) {
        *to = now;
        *from = now - (int64_t)selection->hours * CLOCK_HOUR_S;
        return true;
    }
    if (selection->days > 0) {
        int64_t today = clock_floor(now, CLOCK_DAY_S);
        *to = today - (int64_t)selection->days_ago * CLOCK_DAY_S + CLOCK_DAY_S - 1;
        *from = today - ((int64_t)selection->days + selection->days_ago) * CLOCK_DAY_S;
        return true;
    }
    if (selection->since != CLOCK_UNKNOWN)
        *from = selection->since;
    if (selection->until != CLOCK_UNKNOWN)
        *to = selection->until;
    return selection->since != CLOCK_UNKNOWN || selection->until != CLOCK_UNKNOWN;
}

uint32_t
selection_limit(const struct selection *selection)
{
    return selection->limit != 0 ? MIN(selection->limit, SELECTION_LIMIT_MAX) : SELECTION_LIMIT;
}

bool
selection_sortable(const struct selection *selection, enum select_sort sort)
{
    if (sort == SORT_SUBJECT && selection->masked)
        return false;
    return sort == SORT_ARRIVAL || selection->hours > 0 || selection->days > 0 ||
           selection->since != CLOCK_UNKNOWN;
}

static const char *
strip_stars(const char *text)
{
    return text + strspn(text, "*");
}

const char *
selection_beyond_viewer(const struct selection *selection)
{
    const char *reporter = selection->texts[SELECT_REPORTER];
    return selection->texts[SELECT_FROM] != NULL               ? "from"
           : selection->texts[SELECT_RCPT] != NULL             ? "rcpt"
           : selection->texts[SELECT_Q] != NULL                ? "q"
           : reporter != NULL && *strip_stars(reporter) != '@' ? "reporter"
           : selection->sort == SORT_SUBJECT                   ? "sort=subject"
                                                               : NULL;
}

/* "AS64512", "as 64512" */
static bool
is_asn(const char *q, uint32_t *asn)
{
    if (g_ascii_strncasecmp(q, "AS", 2) != 0)
        return false;
    q += q[2] == ' ' ? 3 : 2;
    struct span digits = span_of(q);
    return digits.len > 0 && digits.len <= QUESTION_ASN_DIGITS && span_to_u32(digits, asn);
}

enum question
selection_question(const char *q, struct ip_range *range, uint32_t *asn)
{
    if (q == NULL || *q == '\0')
        return QUESTION_NONE;
    if (ip_range_parse(span_of(q), range))
        return QUESTION_IP;
    if (is_asn(q, asn))
        return QUESTION_ASN;
    if (strpbrk(q, " \t*") != NULL)
        return QUESTION_WORDS;
    if (strchr(q, '@') != NULL)
        return QUESTION_ADDRESS;
    g_autofree char *name = domain_canonical(span_of(q));
    return name != NULL && strchr(name, '.') != NULL ? QUESTION_HOST : QUESTION_WORDS;
}
