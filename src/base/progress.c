/* SPDX-License-Identifier: Apache-2.0 */
#include "base/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define REDRAW_US 100000

struct progress {
    const char *what;
    uint64_t expected;
    int64_t started_us;
    int64_t drawn_us;
    bool visible;
};

struct progress *
progress_new(const char *what, uint64_t expected, bool quiet)
{
    struct progress *progress = g_new0(struct progress, 1);
    progress->what = what;
    progress->expected = expected;
    progress->started_us = clock_monotonic_us();
    progress->visible = !quiet && isatty(STDERR_FILENO) == 1;
    return progress;
}

void
progress_expect(struct progress *progress, uint64_t expected)
{
    progress->expected = expected;
}

char *
progress_text(const char *what, uint64_t done, uint64_t expected, double seconds)
{
    double rate = seconds > 0 ? (double)done / seconds : 0;
    if (expected == 0 || expected < done)
        return g_strdup_printf("%" PRIu64 " %s, %.0f/s", done, what, rate);
    if (rate <= 0)
        return g_strdup_printf("%" PRIu64 " of %" PRIu64 " %s", done, expected, what);
    return g_strdup_printf("%" PRIu64 " of %" PRIu64 " %s, %.0f %%, %.0f/s, %.0f s left", done,
                           expected, what, floor((double)done * 100 / (double)expected), rate,
                           (double)(expected - done) / rate);
}

void
progress_show(struct progress *progress, uint64_t done)
{
    int64_t now = clock_monotonic_us();
    g_autofree char *text = NULL;
    if (!progress->visible || now - progress->drawn_us < REDRAW_US)
        return;
    progress->drawn_us = now;
    text = progress_text(progress->what, done, progress->expected,
                         (double)(now - progress->started_us) / 1e6);
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
}

void
progress_free(struct progress *progress)
{
    if (progress == NULL)
        return;
    if (progress->visible && progress->drawn_us != 0)
        fputs("\r\033[K", stderr);
    g_free(progress);
}
