/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/lane.h"

#include "base/domain.h"

#include <string.h>

/* Labels at the end of a reverse name that are one network: a /24, a /48. */
#define LABELS_REVERSE_IPV4 5
#define LABELS_REVERSE_IPV6 14

struct line {
    struct question *first, **last;
};

/* Names of one organisation. */
struct group {
    struct group *next; /* of those that have something to be asked */
    bool is_ready;
    struct line waiting;
    struct line again;
    unsigned in_flight, most; /* at once */
    unsigned unanswered;      /* in a row */
    unsigned round;           /* in which it was counted as one without an answer */
    const char *silence;      /* why the last question had none */
    char name[];
};

struct lane {
    unsigned cap, in_flight;
    bool shared;
    GHashTable *groups; /* name to struct group, which it owns */
    struct group *ready, **last_ready;
    const char *failure; /* NULL, or why nothing is asked any more */
    const char *silence; /* NULL, or why the resolver is taken for dead */
    unsigned round;      /* of answers: what came since the last one */
    unsigned unanswered; /* groups in this round */
};

static void
line_init(struct line *line)
{
    line->first = NULL;
    line->last = &line->first;
}

static void
line_add(struct line *line, struct question *question)
{
    question->next = NULL;
    *line->last = question;
    line->last = &question->next;
}

static struct question *
line_take(struct line *line)
{
    struct question *question = line->first;
    if (question == NULL)
        return NULL;
    line->first = question->next;
    if (line->first == NULL)
        line->last = &line->first;
    question->next = NULL;
    return question;
}

struct lane *
lane_new(unsigned cap, bool shared)
{
    struct lane *lane = g_new0(struct lane, 1);
    lane->cap = MAX(cap, 1);
    lane->shared = shared;
    lane->groups = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    lane->last_ready = &lane->ready;
    lane->round = 1;
    return lane;
}

void
lane_free(struct lane *lane)
{
    if (lane == NULL)
        return;
    g_hash_table_unref(lane->groups);
    g_free(lane);
}

/* The last labels of a name, all when it has fewer. */
static const char *
last_labels(const char *name, unsigned labels)
{
    const char *at = name + strlen(name);
    while (at > name) {
        if (at[-1] == '.' && --labels == 0)
            return at;
        at--;
    }
    return name;
}

static const char *
group_name(const struct lane *lane, const char *name)
{
    if (!lane->shared)
        return "";
    if (g_str_has_suffix(name, ".in-addr.arpa"))
        return last_labels(name, LABELS_REVERSE_IPV4);
    if (g_str_has_suffix(name, ".ip6.arpa"))
        return last_labels(name, LABELS_REVERSE_IPV6);
    const char *domain = domain_registrable(name);
    return domain != NULL ? domain : name;
}

static unsigned
group_first(const struct lane *lane)
{
    return lane->shared ? CLAMP(lane->cap / 4, 1, LANE_GROUP_FIRST) : lane->cap;
}

static struct group *
group_of(struct lane *lane, const struct question *question)
{
    const char *name = group_name(lane, question->name);
    struct group *group = g_hash_table_lookup(lane->groups, name);
    if (group != NULL)
        return group;
    group = g_malloc0(sizeof *group + strlen(name) + 1);
    memcpy(group->name, name, strlen(name) + 1);
    line_init(&group->waiting);
    line_init(&group->again);
    group->most = group_first(lane);
    g_hash_table_insert(lane->groups, group->name, group);
    return group;
}

static bool
group_is_silent(const struct lane *lane, const struct group *group)
{
    return group->unanswered >= (lane->shared ? LANE_GROUP_SILENT_MAX : LANE_SILENT_MAX);
}

/* Puts a group that may be asked something, or whose line is to be given up, behind the others;
 * before them when a next try is due, or silence would be noticed only at the end of all lines. */
static void
group_offer(struct lane *lane, struct group *group)
{
    if (group->is_ready || (group->waiting.first == NULL && group->again.first == NULL))
        return;
    if (group->in_flight >= group->most && !group_is_silent(lane, group) && lane->failure == NULL &&
        lane->silence == NULL)
        return;
    group->is_ready = true;
    if (group->again.first != NULL && lane->ready != NULL) {
        group->next = lane->ready;
        lane->ready = group;
        return;
    }
    group->next = NULL;
    *lane->last_ready = group;
    lane->last_ready = &group->next;
}

void
lane_wait(struct lane *lane, struct question *question, bool again)
{
    if (question->group == NULL)
        question->group = group_of(lane, question);
    line_add(again ? &question->group->again : &question->group->waiting, question);
    group_offer(lane, question->group);
}

static const char *
refusal_of(const struct lane *lane, const struct group *group)
{
    if (lane->failure != NULL)
        return lane->failure;
    if (lane->silence != NULL)
        return lane->silence;
    return group_is_silent(lane, group) ? group->silence : NULL;
}

/* From the group whose turn it is; it takes the next one behind the others. */
static struct question *
take(struct lane *lane, bool in_flight)
{
    struct group *group = lane->ready;
    lane->ready = group->next;
    if (lane->ready == NULL)
        lane->last_ready = &lane->ready;
    group->is_ready = false;
    struct question *question = line_take(&group->again);
    if (question == NULL)
        question = line_take(&group->waiting);
    lane->in_flight += in_flight;
    group->in_flight += in_flight;
    group_offer(lane, group);
    return question;
}

struct question *
lane_next(struct lane *lane, const char **refusal)
{
    if (lane->ready == NULL)
        return NULL;
    *refusal = refusal_of(lane, lane->ready);
    if (*refusal == NULL && (lane->in_flight >= lane->cap || lane_is_suspect(lane)))
        return NULL;
    return take(lane, *refusal == NULL);
}

struct question *
lane_drop(struct lane *lane)
{
    return lane->ready != NULL ? take(lane, false) : NULL;
}

void
lane_end(struct lane *lane, const struct question *question)
{
    lane->in_flight--;
    question->group->in_flight--;
    group_offer(lane, question->group);
}

void
lane_note(struct lane *lane, const struct question *question, const char *silence)
{
    struct group *group = question->group;
    if (silence == NULL) {
        group->unanswered = 0;
        if (lane->shared && group->most < lane->cap)
            group->most++;
        lane->round++;
        lane->unanswered = 0;
    } else {
        group->silence = silence;
        group->unanswered++;
        group->most = MAX(group->most / 2, group_first(lane));
        lane->unanswered += group->round != lane->round;
        group->round = lane->round;
    }
    group_offer(lane, group);
}

void
lane_close(struct lane *lane, const char *failure)
{
    GHashTableIter iter;
    gpointer group;
    if (lane->failure != NULL)
        return;
    lane->failure = failure;
    g_hash_table_iter_init(&iter, lane->groups);
    while (g_hash_table_iter_next(&iter, NULL, &group))
        group_offer(lane, group);
}

const char *
lane_failure(const struct lane *lane)
{
    return lane->failure;
}

bool
lane_is_suspect(const struct lane *lane)
{
    return lane->shared && lane->silence == NULL && lane->unanswered >= LANE_SILENT_MAX;
}

void
lane_judge(struct lane *lane, const char *silence)
{
    GHashTableIter iter;
    gpointer group;
    bool suspect = lane_is_suspect(lane);
    lane->round++;
    lane->unanswered = 0;
    if (silence == NULL || !suspect)
        return;
    lane->silence = silence;
    g_hash_table_iter_init(&iter, lane->groups);
    while (g_hash_table_iter_next(&iter, NULL, &group))
        group_offer(lane, group);
}

void
lane_wake(struct lane *lane)
{
    GHashTableIter iter;
    gpointer value;
    lane->silence = NULL;
    lane->round++;
    lane->unanswered = 0;
    g_hash_table_iter_init(&iter, lane->groups);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        struct group *group = value;
        unsigned most = lane->shared ? LANE_GROUP_SILENT_MAX : LANE_SILENT_MAX;
        group->unanswered = MIN(group->unanswered, most - LANE_GROUP_AGAIN);
    }
}

static gboolean
is_forgotten(gpointer name, gpointer group, gpointer lane)
{
    (void)name;
    return !group_is_silent(lane, group);
}

void
lane_rest(struct lane *lane)
{
    g_hash_table_foreach_remove(lane->groups, is_forgotten, lane);
    if (g_hash_table_size(lane->groups) > LANE_GROUPS_KEPT_MAX)
        g_hash_table_remove_all(lane->groups);
}
