/* SPDX-License-Identifier: Apache-2.0 */
#include "select/figures.h"

#include <string.h>

#include "base/clock.h"
#include "select/outbox_rows.h"
#include "select/read.h"

struct figures {
    GMutex lock; /* of what follows */
    struct figures_set *set;
    bool stale;
    GMutex counting; /* one thread counts */
};

typedef struct figures_set FiguresSet;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FiguresSet, figures_set_unref)

static void
set_clear(struct figures_set *set)
{
    g_clear_pointer(&set->live, g_array_unref);
    g_clear_pointer(&set->hours, g_array_unref);
    g_clear_pointer(&set->reported, g_array_unref);
    g_clear_pointer(&set->ipv4, g_array_unref);
    map_free(set->map_reported);
    map_free(set->map_all);
    overview_free(set->overview);
    campaigns_free(set->campaigns);
    g_clear_pointer(&set->campaign_hours, g_array_unref);
    g_free(set->runs);
}

void
figures_set_unref(struct figures_set *set)
{
    if (set == NULL || !g_atomic_int_dec_and_test(&set->references))
        return;
    set_clear(set);
    g_free(set);
}

struct figures *
figures_new(void)
{
    struct figures *figures = g_new0(struct figures, 1);
    g_mutex_init(&figures->lock);
    g_mutex_init(&figures->counting);
    return figures;
}

void
figures_free(struct figures *figures)
{
    if (figures == NULL)
        return;
    figures_set_unref(figures->set);
    g_mutex_clear(&figures->lock);
    g_mutex_clear(&figures->counting);
    g_free(figures);
}

void
figures_stale(struct figures *figures)
{
    g_mutex_lock(&figures->lock);
    figures->stale = true;
    g_mutex_unlock(&figures->lock);
}

/* A text that changes with each run of an ingester. */
static char *
read_runs(struct db *db, GError **error)
{
    g_autoptr(Query) query = read_rows(
        db, READ_LIST_MS, "SELECT feed, MAX(ended) FROM feedRun GROUP BY feed", NULL, 0, error);
    if (query == NULL)
        return NULL;
    GString *runs = g_string_new(NULL);
    while (query_next(query))
        g_string_append_printf(runs, "%s %s\n", query_text(query, 0), query_text(query, 1));
    return g_string_free(runs, FALSE);
}

/* Patterns are the dearest: the last set's are taken while they are fresh enough. */
static bool
count_campaigns(struct figures_set *set, struct figures_set *last, struct db *db, int64_t now,
                GError **error)
{
    int64_t from = clock_floor(now, CLOCK_DAY_S) - (int64_t)FIGURES_CAMPAIGN_DAYS * CLOCK_DAY_S;
    if (last != NULL && strcmp(last->runs, set->runs) == 0 && last->campaigns != NULL &&
        now - last->campaigns_counted < FIGURES_CAMPAIGN_SECONDS) {
        set->campaigns = campaigns_copy(last->campaigns);
        set->campaign_hours = g_array_ref(last->campaign_hours);
        set->campaigns_counted = last->campaigns_counted;
        return true;
    }
    set->campaigns = campaign_read(db, NULL, from, now, FIGURES_CAMPAIGNS, error);
    set->campaigns_counted = now;
    if (set->campaigns == NULL)
        return false;
    set->campaign_hours =
        campaign_hours(db, set->campaigns, FIGURES_CAMPAIGN_SPARKS, from, now, error);
    return set->campaign_hours != NULL;
}

static bool
count_waiting(struct figures_set *set, struct db *db, GError **error)
{
    g_autoptr(GArray) counts = outbox_counts(db, error);
    for (guint i = 0; counts != NULL && i < counts->len; i++) {
        const struct outbox_state_count *one = &g_array_index(counts, struct outbox_state_count, i);
        if (strcmp(one->state, "queued") == 0 || strcmp(one->state, "deferred") == 0)
            set->waiting += one->total;
    }
    return counts != NULL;
}

static struct figures_set *
count(struct db *db, int64_t now, struct figures_set *last, GError **error)
{
    g_autoptr(FiguresSet) set = g_new0(struct figures_set, 1);
    set->references = 1;
    int64_t today = clock_floor(now, CLOCK_DAY_S);
    int64_t from = today - (int64_t)MAP_DAYS * CLOCK_DAY_S, to = today + CLOCK_DAY_S - 1;
    set->counted = now;
    bool ok = (set->runs = read_runs(db, error)) != NULL &&
              (set->live = graph_live(db, now, false, error)) != NULL &&
              (set->hours = graph_72(db, now, false, error)) != NULL &&
              (set->reported = graph_reported(db, now, FIGURES_REPORTED_DAYS, error)) != NULL &&
              (set->map_reported = map_read(db, from, to, true, error)) != NULL &&
              (set->map_all = map_read(db, from, to, false, error)) != NULL &&
              (set->overview = overview_read(db, now, error)) != NULL &&
              (set->ipv4 = overview_ipv4(db, now, FIGURES_IPV4_HOURS, error)) != NULL &&
              count_waiting(set, db, error) && count_campaigns(set, last, db, now, error);
    return ok ? g_steal_pointer(&set) : NULL;
}

static struct figures_set *
present(struct figures *figures, bool *stale)
{
    g_mutex_lock(&figures->lock);
    struct figures_set *set = figures->set;
    if (set != NULL)
        g_atomic_int_inc(&set->references);
    *stale = figures->stale;
    g_mutex_unlock(&figures->lock);
    return set;
}

struct figures_set *
figures_last(struct figures *figures)
{
    bool stale;
    return present(figures, &stale);
}

/* With `counting` held. */
static bool
count_and_keep(struct figures *figures, struct db *db, int64_t now, GError **error)
{
    bool stale;
    g_autoptr(FiguresSet) last = present(figures, &stale);
    g_mutex_lock(&figures->lock);
    figures->stale = false; /* what is said from now on is for the next set */
    g_mutex_unlock(&figures->lock);
    struct figures_set *set = count(db, now, stale ? NULL : last, error);
    g_mutex_lock(&figures->lock);
    struct figures_set *gone = set != NULL ? figures->set : NULL;
    if (set != NULL)
        figures->set = set;
    else
        figures->stale = figures->stale || stale;
    g_mutex_unlock(&figures->lock);
    figures_set_unref(gone);
    return set != NULL;
}

bool
figures_refresh(struct figures *figures, struct db *db, int64_t now, GError **error)
{
    if (!g_mutex_trylock(&figures->counting))
        return true;
    bool ok = count_and_keep(figures, db, now, error);
    g_mutex_unlock(&figures->counting);
    return ok;
}

struct figures_set *
figures_get(struct figures *figures, struct db *db, int64_t now, GError **error)
{
    bool stale;
    g_autoptr(FiguresSet) set = present(figures, &stale);
    g_autofree char *runs = set != NULL ? read_runs(db, error) : NULL;
    if (set != NULL && runs == NULL)
        return NULL;
    /* A thread that stopped counting must not leave old figures for ever. */
    bool old = set == NULL || stale || strcmp(set->runs, runs) != 0 ||
               now - set->counted > 4 * FIGURES_SECONDS || now < set->counted - FIGURES_SECONDS;
    if (!old)
        return g_steal_pointer(&set);
    if (set == NULL)
        g_mutex_lock(&figures->counting);
    else if (!g_mutex_trylock(&figures->counting))
        return g_steal_pointer(&set);
    g_autoptr(FiguresSet) meanwhile = present(figures, &stale);
    bool ok = (set == NULL && meanwhile != NULL) || count_and_keep(figures, db, now, error);
    g_mutex_unlock(&figures->counting);
    return ok ? present(figures, &stale) : NULL;
}
