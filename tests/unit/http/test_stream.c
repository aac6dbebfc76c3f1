/* SPDX-License-Identifier: Apache-2.0 */
#include "http/stream.h"

#include "test.h"

struct parking {
    GMutex lock;
    GCond woken;
    unsigned parked, waked;
};

static void
park(void *closure)
{
    ((struct parking *)closure)->parked++;
}

static void
wake(void *closure)
{
    struct parking *parking = closure;
    g_mutex_lock(&parking->lock);
    parking->waked++;
    g_cond_signal(&parking->woken);
    g_mutex_unlock(&parking->lock);
}

#define PIECES 400
#define PIECE_OCTETS 10000

static void *
produce(void *closure)
{
    struct stream *stream = closure;
    bool good = true;
    for (int i = 0; good && i < PIECES; i++) {
        GString *piece = g_string_new(NULL);
        for (int k = 0; k < PIECE_OCTETS; k++)
            g_string_append_c(piece, (char)('a' + (i + k) % 26));
        good = stream_put(stream, piece, 60);
    }
    stream_end(stream, good);
    return GINT_TO_POINTER(good);
}

/* Everything comes, in order, however slowly it is taken; who waits is woken. */
static void
test_flow(void **state)
{
    struct stream *stream = stream_new();
    struct parking parking = { .parked = 0 };
    GThread *thread;
    size_t total = 0;
    enum stream_state last;
    (void)state;
    g_mutex_init(&parking.lock);
    g_cond_init(&parking.woken);
    thread = g_thread_new("producer", produce, stream);
    do {
        char room[7777];
        size_t len;
        unsigned before = parking.parked;
        last = stream_take(stream, room, sizeof room, &len, park, wake, &parking);
        for (size_t i = 0; i < len; i++, total++)
            assert_int_equal(room[i], 'a' + (total / PIECE_OCTETS + total % PIECE_OCTETS) % 26);
        if (last != STREAM_WAIT)
            continue;
        assert_int_equal(parking.parked, before + 1);
        g_mutex_lock(&parking.lock);
        while (parking.waked < parking.parked)
            g_cond_wait(&parking.woken, &parking.lock);
        g_mutex_unlock(&parking.lock);
    } while (last == STREAM_OCTETS || last == STREAM_WAIT);
    assert_int_equal(last, STREAM_DONE);
    assert_int_equal(total, (size_t)PIECES * PIECE_OCTETS);
    assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
    stream_unref(stream);
}

/* The producer ends when nobody listens any more. */
static void
test_abandoned(void **state)
{
    struct stream *stream = stream_new();
    GThread *thread = g_thread_new("producer", produce, stream);
    (void)state;
    stream_abandon(stream);
    assert_false(GPOINTER_TO_INT(g_thread_join(thread)));
    stream_unref(stream);
}

/* Nobody takes anything: the producer gives up when its time is over. */
static void
test_stalled(void **state)
{
    struct stream *stream = stream_new();
    bool good = true;
    (void)state;
    for (int i = 0; good && i < 200; i++) {
        GString *piece = g_string_sized_new(16384);
        g_string_set_size(piece, 16384);
        memset(piece->str, 'x', 16384);
        good = stream_put(stream, piece, 0);
    }
    assert_false(good);
    stream_end(stream, false);
    stream_unref(stream);
}

static void
test_cut_short(void **state)
{
    struct stream *stream = stream_new();
    char room[10];
    size_t len;
    (void)state;
    assert_true(stream_put(stream, g_string_new("abc"), 1));
    stream_end(stream, false);
    assert_int_equal(stream_take(stream, room, sizeof room, &len, park, wake, NULL), STREAM_OCTETS);
    assert_int_equal(len, 3);
    assert_int_equal(stream_take(stream, room, sizeof room, &len, park, wake, NULL), STREAM_BROKEN);
    stream_unref(stream);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_abandoned),
        cmocka_unit_test(test_stalled),
        cmocka_unit_test(test_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
