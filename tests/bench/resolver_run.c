/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver_run - the same lookups as ares_floor through enrich/resolver
 *
 * resolver_run SERVER ZONE COUNT IN_FLIGHT: prints "lookups N failed N seconds S".
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "enrich/resolver.h"

static void
answered(void *user, const struct answer *answer)
{
    unsigned long *found = user;
    if (answer->outcome == ANSWER_FOUND && answer->count == 1 && answer->records[0].ip.len == 4)
        (*found)++;
}

int
main(int argc, char **argv)
{
    struct resolver_settings settings = { .timeout_ms = 2000 };
    unsigned long count;
    unsigned long found = 0;
    int64_t start;
    g_autoptr(Resolver) resolver = NULL;
    if (argc != 5)
        return 64;
    char *servers[] = { argv[1], NULL };
    settings.servers = servers;
    settings.in_flight = (unsigned)strtoul(argv[4], NULL, 10);
    count = strtoul(argv[3], NULL, 10);
    resolver = resolver_new(&settings, NULL);
    if (resolver == NULL)
        return 1;
    start = clock_monotonic_us();
    for (unsigned long i = 0; i < count; i++) {
        char name[300];
        g_snprintf(name, sizeof name, "n%lu.%s", i, argv[2]);
        resolver_ask(resolver, 0, RR_A, name, answered, &found);
    }
    resolver_run(resolver, start + 120 * G_USEC_PER_SEC, NULL);
    printf("lookups %lu failed %lu seconds %.6f\n", count, count - found,
           (double)(clock_monotonic_us() - start) / G_USEC_PER_SEC);
    return 0;
}
