/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser_run FOLDER - our parser over the same files as parse_floor, on one thread: octets to
 * struct report, as the ingester's parse threads call it; what arfdump adds is the verdict and
 * JSON. Prints "files octets reports urls attachments".
 */
#include <inttypes.h>

#include "folder_read.h"
#include "report/report_parse.h"

struct found {
    guint64 reports, urls, attachments;
};

static void
parse(const char *octets, gsize len, void *self)
{
    struct found *found = self;
    static const struct report_settings settings = { 0 };
    g_autoptr(GPtrArray) reports = reports_parse((struct span){ octets, len }, &settings, NULL);
    for (guint i = 0; reports != NULL && i < reports->len; i++) {
        const struct report *report = g_ptr_array_index(reports, i);
        found->reports++;
        found->urls += report->link_count;
        found->attachments += report->attachment_count;
    }
}

int
main(int argc, char **argv)
{
    struct found found = { 0, 0, 0 };
    if (argc != 2)
        return 64;
    report_open();
    struct folder_total total = folder_read(argv[1], parse, &found);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", total.files,
           total.octets, found.reports, found.urls, found.attachments);
    return 0;
}
