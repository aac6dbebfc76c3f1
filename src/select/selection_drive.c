/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection_drive.h"

void
drive_by(struct build *build, enum drive drive, char *list)
{
    if (drive >= build->drive) {
        g_free(list);
        return;
    }
    build->drive = drive;
    g_free(build->list);
    build->list = list;
}

/* Index of the order asked, where it holds the column. */
static const char *
walk_index(const struct build *build)
{
    bool subject = build->selection->sort == SORT_SUBJECT;
    switch (build->drive) {
    case DRIVE_IP:
    case DRIVE_LISTED:
        return "ipArrival";
    case DRIVE_ASN:
        return "asnArrival";
    case DRIVE_REPORTED:
        return "reportedArrival";
    case DRIVE_NAMES:
        return "arrivalNames";
    case DRIVE_SUBJECT:
        return "arrivalSubject";
    case DRIVE_DOMAIN:
        return "reportedDomainArrival";
    default:
        return subject ? "arrivalSubject" : "arrivalWords";
    }
}

void
drive_write(struct build *build)
{
    const struct selection *selection = build->selection;
    GString *from = build->sql->from;
    build->sql->gathers = build->drive == DRIVE_PATTERN || build->drive == DRIVE_URL_ID;
    switch (build->drive) {
    case DRIVE_PATTERN:
        g_string_append(from, "emailPattern p FORCE INDEX (patternEmail) STRAIGHT_JOIN arfEmail e "
                              "ON e.emailId = p.emailId");
        g_string_append_printf(build->sql->where, " AND p.patternId = %" G_GINT64_FORMAT,
                               selection->campaign);
        return;
    case DRIVE_URL_ID:
    case DRIVE_URLS:
        g_string_append(from, "emailUrl k FORCE INDEX (urlEmail) STRAIGHT_JOIN arfEmail e ON "
                              "e.emailId = k.emailId");
        if (build->drive == DRIVE_URLS)
            g_string_append_printf(build->sql->where, " AND k.urlId IN (%s)", build->list);
        else
            g_string_append_printf(build->sql->where, " AND k.urlId = %" G_GINT64_FORMAT,
                                   selection->url_id);
        build->sql->distinct = build->drive == DRIVE_URLS;
        return;
    case DRIVE_MAILS:
        g_string_append(from, "arfEmail e FORCE INDEX (PRIMARY)");
        g_string_append_printf(build->sql->where, " AND e.emailId IN (%s)", build->list);
        return;
    default:
        g_string_append_printf(from, "arfEmail e FORCE INDEX (%s)", walk_index(build));
        build->sql->ties = build->drive == DRIVE_SUBJECT;
    }
}
