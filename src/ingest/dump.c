/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/dump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/text.h"
#include "ingest/left_out.h"
#include "report/report_json.h"

static bool
print_line(json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT);
    bool good = line != NULL && fputs(line, stdout) >= 0 && putchar('\n') != EOF;
    free(line);
    json_decref(object);
    return good;
}

/* File names are octets; JSON takes UTF-8 alone. */
static json_t *
line_for(const char *where)
{
    json_t *line = json_object();
    g_autofree char *utf8 = text_utf8(span_of(where));
    json_object_set_new(line, "file", json_string(utf8));
    return line;
}

static bool
print_error(struct dump *dump, const char *where, const char *reason)
{
    json_t *line = line_for(where);
    g_autofree char *utf8 = text_utf8(span_of(reason));
    json_object_set_new(line, "error", json_string(utf8));
    dump->bad = true;
    return print_line(line);
}

static bool
print_report(struct dump *dump, const char *where, const struct report *report)
{
    json_t *line = line_for(where);
    json_t *object = report_json(report);
    if (report->kind != REPORT_AGGREGATE && report->kind != REPORT_TLSRPT) {
        struct verdict verdict;
        classify(report, &dump->classify, &verdict);
        json_object_set_new(object, "email_type", json_string(email_type_name(verdict.type)));
        json_object_set_new(object, "email_rule", json_string(verdict.rule));
    }
    json_object_update_missing(line, object);
    json_decref(object);
    return print_line(line);
}

static bool
print_delivery(struct dump *dump, const struct delivery *delivery)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    bool good = true;
    if (delivery->octets == NULL)
        return print_error(dump, delivery->where, delivery->unreadable);
    reports = reports_parse(span_of_bytes(delivery->octets), &dump->report, &error);
    if (reports == NULL)
        return print_error(dump, delivery->where, error->message);
    for (guint i = 0; good && i < reports->len; i++) {
        const struct report *report = g_ptr_array_index(reports, i);
        if (dump->only_part == 0 || report->part == 0 || report->part == dump->only_part)
            good = print_report(dump, delivery->where, report);
    }
    return good;
}

static bool
fail_stdout(GError **error)
{
    g_set_error(error, FAULT, FAULT_RETRY, "stdout: %s", g_strerror(errno));
    return false;
}

bool
dump_octets(struct dump *dump, GBytes *octets, const char *where, GError **error)
{
    const struct delivery delivery = { .octets = octets, .where = (char *)(uintptr_t)where };
    return print_delivery(dump, &delivery) || fail_stdout(error);
}

bool
dump_mailbox(struct dump *dump, struct mailbox *mailbox, GError **error)
{
    g_autoptr(GError) cause = NULL;
    for (;;) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &cause);
        if (delivery == NULL)
            break;
        if (!print_delivery(dump, delivery))
            return fail_stdout(error);
    }
    left_out_tell(mailbox);
    if (cause == NULL)
        return true;
    g_propagate_error(error, g_steal_pointer(&cause));
    return false;
}
