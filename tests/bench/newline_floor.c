/* SPDX-License-Identifier: Apache-2.0 */
/*
 * newline_floor FOLDER - what reading the mails costs at least: each file is read and its newlines
 * are counted. Prints "files octets newlines".
 */
#include <inttypes.h>
#include <string.h>

#include "folder_read.h"

static void
count(const char *octets, gsize len, void *self)
{
    guint64 *newlines = self;
    const char *end = octets + len;
    for (const char *at = octets; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        ++*newlines;
}

int
main(int argc, char **argv)
{
    guint64 newlines = 0;
    if (argc != 2)
        return 64;
    struct folder_total total = folder_read(argv[1], count, &newlines);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", total.files, total.octets, newlines);
    return 0;
}
