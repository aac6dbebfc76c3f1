/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures - what the overview, the graphs and the map show by default, counted ahead
 *
 * Counting 72 hours, 7 days or a week's patterns reads as many index entries as there are mails:
 * too much for each view of a page. So the daemon holds one set of counts, made anew every
 * FIGURES_SECONDS by a thread of its own, and at once when an ingester's run ended or someone says
 * figures_stale(). Nothing is added up: each set is counted from the rows, so it can't go wrong by
 * itself, and no table is written.
 * Other windows are counted when asked for, by graph.h, map.h, campaign.h.
 * Errors:  as db.h. Threads: all functions may be called by any thread, each with its own db.
 */
#pragma once

#include "select/campaign.h"
#include "select/graph.h"
#include "select/map.h"
#include "select/overview.h"

#define FIGURES_SECONDS 30
#define FIGURES_CAMPAIGN_SECONDS 300
#define FIGURES_CAMPAIGN_DAYS 2 /* of the patterns: today, and so many days before */
#define FIGURES_CAMPAIGNS 50
#define FIGURES_CAMPAIGN_SPARKS 6 /* patterns whose hours are counted */
#define FIGURES_IPV4_HOURS 72
#define FIGURES_REPORTED_DAYS 90

/* Read-only; owned by a reference. */
struct figures_set {
    int references;  /* atomic */
    int64_t counted; /* when: base/clock.h */
    GArray *live;    /* graph_live() */
    GArray *hours;   /* graph_72() */
    GArray *reported;
    struct map *map_reported, *map_all; /* MAP_DAYS, whole days as selection_window() has them */
    struct overview *overview;
    GArray *ipv4;
    struct campaigns *campaigns; /* subject+sender */
    GArray *campaign_hours;      /* campaign_hours() of the first of them */
    int64_t waiting;             /* complaints' recipients queued or deferred */
    int64_t campaigns_counted;
    char *runs; /* what told of the ingesters' last runs */
};

struct figures;

struct figures *figures_new(void);
void figures_free(struct figures *figures); /* NULL is allowed; after all threads */
/* The present set: counted now when there is none, or when it is out of date and no other thread is
 * at it. Caller gives it back with figures_set_unref(). */
struct figures_set *figures_get(struct figures *figures, struct db *db, int64_t now,
                                GError **error);
void figures_set_unref(struct figures_set *set); /* NULL is allowed */
/* The set counted last, however old; NULL: none yet. Asks nothing; given back as that of
 * figures_get(). */
struct figures_set *figures_last(struct figures *figures);
/* Counts anew; for the daemon's thread. True at once when another thread is at it. */
bool figures_refresh(struct figures *figures, struct db *db, int64_t now, GError **error);
/* Something that is counted was changed by this program (complaints sent, a type overridden). */
void figures_stale(struct figures *figures);
