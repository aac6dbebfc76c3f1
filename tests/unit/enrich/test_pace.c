/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/pace.h"

#include <glib.h>

#define STEP_US 50
#define STEPS 60000 /* three seconds */
#define QUESTIONS_MAX 400000
#define PATIENCE_STEPS 30000
#define NONE UINT32_MAX

/* A server and the way to it, time in steps. */
struct world {
    const char *label;
    unsigned cap;                   /* of questions in flight */
    unsigned buffer;                /* questions that its socket holds */
    unsigned serves;                /* in a step, or: */
    unsigned steps;                 /* for one */
    unsigned way;                   /* steps to it, and back */
    unsigned stall_every, stall;    /* it sleeps that long that often */
    unsigned thinks;                /* up to so many steps, many at once, as a resolver does */
    unsigned dead;                  /* of 100 questions it never answers */
    unsigned answers_min, lost_max; /* in all */
    unsigned lost_unpaced_min;
};

struct simulation {
    const struct world *world;
    struct pace pace;
    bool paced;
    unsigned count, in_flight, answers, lost;
    uint32_t *next, *sent_at;           /* of a question */
    uint32_t *to_server, *to_us, *over; /* of a step: the first question */
    uint32_t *queue;
    unsigned queue_from, queue_to;
    unsigned step, served_at;
};

static void
put(struct simulation *sim, uint32_t *calendar, unsigned step, uint32_t question)
{
    if (step >= STEPS)
        return;
    sim->next[question] = calendar[step];
    calendar[step] = question;
}

static void
send_all(struct simulation *sim)
{
    const struct world *world = sim->world;
    while (sim->in_flight < world->cap && sim->count < QUESTIONS_MAX &&
           (!sim->paced || pace_allows(&sim->pace))) {
        uint32_t question = sim->count++;
        pace_sent(&sim->pace);
        sim->in_flight++;
        sim->sent_at[question] = sim->step;
        put(sim, sim->to_server, sim->step + 1 + world->way, question);
    }
}

/* What will never be answered ends with its time. */
static void
lose(struct simulation *sim, uint32_t question)
{
    put(sim, sim->over, sim->sent_at[question] + PATIENCE_STEPS, question);
}

static void
reach_server(struct simulation *sim, uint32_t question)
{
    if (question % 100 < sim->world->dead) {
        lose(sim, question);
    } else if (sim->queue_to - sim->queue_from >= sim->world->buffer) {
        sim->lost++;
        lose(sim, question);
    } else {
        sim->queue[sim->queue_to++] = question;
    }
}

static void
serve(struct simulation *sim, GRand *chance)
{
    const struct world *world = sim->world;
    unsigned serves = world->serves;
    if (world->stall > 0 && sim->step % world->stall_every < world->stall)
        return;
    if (world->steps > 0 && sim->step - sim->served_at >= world->steps)
        serves = 1;
    for (; serves > 0 && sim->queue_from < sim->queue_to; serves--) {
        unsigned thinks =
            world->thinks > 0 ? (unsigned)g_rand_int_range(chance, 1, (gint32)world->thinks) : 0;
        put(sim, sim->to_us, sim->step + 1 + thinks + world->way, sim->queue[sim->queue_from++]);
        sim->served_at = sim->step;
    }
}

static void
one_step(struct simulation *sim, GRand *chance)
{
    int64_t now_us = (int64_t)sim->step * STEP_US;
    uint32_t after;
    pace_pass(&sim->pace, now_us);
    for (uint32_t one = sim->to_us[sim->step]; one != NONE; one = sim->next[one]) {
        sim->in_flight--;
        sim->answers++;
        pace_answered(&sim->pace, now_us, (sim->step - sim->sent_at[one]) * (int64_t)STEP_US);
    }
    for (uint32_t one = sim->over[sim->step]; one != NONE; one = sim->next[one])
        sim->in_flight--;
    for (uint32_t one = sim->to_server[sim->step]; one != NONE; one = after) {
        after = sim->next[one];
        reach_server(sim, one);
    }
    serve(sim, chance);
    send_all(sim);
}

static struct simulation
simulated(const struct world *world, bool paced)
{
    struct simulation sim = { .world = world, .paced = paced };
    g_autofree uint32_t *numbers = g_new(uint32_t, 3 * QUESTIONS_MAX + 3 * STEPS);
    g_autoptr(GRand) chance = g_rand_new_with_seed(1);
    sim.next = numbers;
    sim.sent_at = sim.next + QUESTIONS_MAX;
    sim.queue = sim.sent_at + QUESTIONS_MAX;
    sim.to_server = sim.queue + QUESTIONS_MAX;
    sim.to_us = sim.to_server + STEPS;
    sim.over = sim.to_us + STEPS;
    for (unsigned i = 0; i < 3 * STEPS; i++)
        sim.to_server[i] = NONE;
    pace_begin(&sim.pace, 0);
    for (sim.step = 0; sim.step < STEPS; sim.step++)
        one_step(&sim, chance);
    return sim;
}

/* Hardly anything is lost and little is waited for, where a cap alone would lose much. */
static void
test_worlds(void **state)
{
    (void)state;
    static const struct world worlds[] = {
        { "quick and near", .cap = 1000, .buffer = 277, .serves = 2, .answers_min = 115000,
          .lost_unpaced_min = 1000 },
        { "slow and near", .cap = 1000, .buffer = 277, .steps = 4, .answers_min = 14500,
          .lost_unpaced_min = 1000 },
        { "sleeps now and then", .cap = 1000, .buffer = 277, .serves = 2, .way = 1,
          .stall_every = 4000, .stall = 1000, .answers_min = 85000, .lost_max = 10,
          .lost_unpaced_min = 1000 },
        { "20 ms away, slow", .cap = 1000, .buffer = 277, .steps = 2, .way = 200,
          .answers_min = 28000, .lost_unpaced_min = 1000 },
        { "20 ms away, small buffer", .cap = 1000, .buffer = 100, .steps = 2, .way = 200,
          .answers_min = 28000, .lost_max = 200, .lost_unpaced_min = 1000 },
        { "near, small buffer", .cap = 1000, .buffer = 105, .steps = 1, .way = 1,
          .answers_min = 57000, .lost_max = 50, .lost_unpaced_min = 1000 },
        { "20 ms away, quick", .cap = 1000, .buffer = 2000, .serves = 4, .way = 200,
          .answers_min = 140000 },
        { "thinks up to 100 ms", .cap = 1000, .buffer = 2000, .serves = 4, .way = 1, .thinks = 2000,
          .answers_min = 53000 },
        { "a tenth is dead", .cap = 1000, .buffer = 277, .serves = 1, .way = 1, .dead = 10,
          .answers_min = 17000, .lost_unpaced_min = 1000 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(worlds); i++) {
        const struct world *world = &worlds[i];
        struct simulation paced = simulated(world, true);
        struct simulation unpaced = simulated(world, false);
        if (paced.lost > world->lost_max || paced.answers < world->answers_min ||
            unpaced.lost < world->lost_unpaced_min)
            fail_msg("%s: %u answers, %u lost, without a pace %u", world->label, paced.answers,
                     paced.lost, unpaced.lost);
    }
}

/* Those that get no answer do not stop it, and are not sent all at once. */
static void
test_nobody_answers(void **state)
{
    (void)state;
    static const struct world world = { "all is dead", .cap = 100000, .buffer = 277, .dead = 100 };
    struct simulation sim = simulated(&world, true);
    assert_in_range(sim.count, PACE_BURST + 3 * PACE_SECOND - 5, PACE_BURST + 3 * PACE_SECOND);
}

/* What was measured once holds for a moment only. */
static void
test_a_server_that_stops(void **state)
{
    (void)state;
    struct pace pace;
    pace_begin(&pace, 0);
    pace_answered(&pace, 0, 10);
    for (unsigned i = 0; i < 1000; i++)
        pace_answered(&pace, 100 + i, 50000);
    pace_answered(&pace, 60000, 50000);
    for (unsigned i = 0; i < PACE_BURST; i++)
        pace_sent(&pace);
    assert_false(pace_allows(&pace));
    pace_pass(&pace, 150000);
    assert_false(pace_allows(&pace)); /* a long queue */
    pace_pass(&pace, 300000);
    assert_true(pace_allows(&pace));
}

/* A resolver that is farther away from now on is no longer measured by the one before. */
static void
test_the_quickest_is_forgotten(void **state)
{
    (void)state;
    struct pace pace;
    int64_t now = 0;
    pace_begin(&pace, 0);
    pace_answered(&pace, now, 10);
    for (unsigned i = 0; i < 40000; i++)
        pace_answered(&pace, now += 100, 50000);
    assert_true(pace.queue > PACE_QUEUE_MAX);
    for (unsigned i = 0; i < 300000; i++)
        pace_answered(&pace, now += 100, 50000);
    assert_int_equal(pace.queue, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_worlds),
                                        cmocka_unit_test(test_nobody_answers),
                                        cmocka_unit_test(test_a_server_that_stops),
                                        cmocka_unit_test(test_the_quickest_is_forgotten) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
