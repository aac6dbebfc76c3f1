/* SPDX-License-Identifier: Apache-2.0 */
/*
 * examine_run FOLDER - all that a parse thread does with the same files, on one thread:
 * parser_run's work, verdict, patterns, fingerprint, zstd. Prints "files octets reports patterns
 * frames", the last in octets.
 */
#include <inttypes.h>

#include "folder_read.h"
#include "ingest/examine.h"

struct found {
    struct examiner *examiner;
    guint64 reports, patterns, frames;
};

static void
look(const char *octets, gsize len, void *self)
{
    static const unsigned char digest[DIGEST_OCTETS];
    struct found *found = self;
    g_autoptr(GBytes) bytes = g_bytes_new_static(octets, len);
    struct delivery delivery = { .octets = bytes, .received_date = CLOCK_UNKNOWN };
    g_autoptr(Record) record = examine(found->examiner, &delivery, digest);
    found->reports += record->report_count;
    found->frames += record->raw != NULL ? g_bytes_get_size(record->raw) : 0;
    for (size_t i = 0; i < record->report_count; i++)
        found->patterns += record->reports[i].pattern_count;
}

int
main(int argc, char **argv)
{
    struct examine_settings settings = { .feed = "files" };
    g_autoptr(Examiner) examiner = examiner_new(&settings);
    struct found found = { examiner, 0, 0, 0 };
    if (argc != 2)
        return 64;
    report_open();
    struct folder_total total = folder_read(argv[1], look, &found);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", total.files,
           total.octets, found.reports, found.patterns, found.frames);
    return 0;
}
