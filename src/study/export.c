/* SPDX-License-Identifier: Apache-2.0 */
#include "study/export.h"

#include <errno.h>
#include <stdio.h>

#include "base/auto.h"
#include "base/fault.h"
#include "base/text.h"
#include "study/csv.h"
#include "study/export_table.h"

struct export
{
    char *folder;
    const struct study_config *config;
    FILE *queries, *history; /* NULL once closed */
    GString *line;
    bool failed;
};

static const char *const descriptions[SENDER_ROLES] = {
    [SENDER_INTERNAL] = "rua inside",
    [SENDER_ACCEPTED] = "EDV passes / rua outside",
    [SENDER_REFUSED] = "EDV fails / rua outside",
    [SENDER_OVERWRITTEN] = "EDV passes and names a new rua",
};

static FILE *
open_in(struct export *export, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(export->folder, name, NULL);
    FILE *file = fopen(path, "we");
    int cause = errno;
    if (file == NULL)
        g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", path, g_strerror(cause));
    return file;
}

static void
write_line(struct export *export, FILE *file, const char *const *cells)
{
    g_string_truncate(export->line, 0);
    csv_append_line(export->line, cells);
    if (fwrite(export->line->str, 1, export->line->len, file) != export->line->len)
        export->failed = true;
}

struct export *
export_open(const char *folder, const struct study_config *config, GError **error)
{
    static const char *const query_head[] = { "TIME",  "IP_SOURCE", "PORT_SOURCE",
                                              "QUERY", "TYPE",      NULL };
    static const char *const history_head[] = { "unix_time",
                                                "message-id",
                                                "sender_smtp",
                                                "rcpt_smtp",
                                                "aligned_spf",
                                                "aligned_dkim",
                                                "sender_domain",
                                                "sender_description",
                                                "label",
                                                "fqdn",
                                                NULL };
    g_autoptr(Export) export = g_new0(struct export, 1);
    export->folder = g_strdup(folder);
    export->config = config;
    export->line = g_string_new(NULL);
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        int cause = errno;
        g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", folder, g_strerror(cause));
        return NULL;
    }
    export->queries = open_in(export, "dns_queries.csv", error);
    export->history = export->queries != NULL ? open_in(export, "rspamd.csv", error) : NULL;
    if (export->history == NULL)
        return NULL;
    write_line(export, export->queries, query_head);
    write_line(export, export->history, history_head);
    return g_steal_pointer(&export);
}

void
export_free(struct export *export)
{
    if (export == NULL)
        return;
    if (export->queries != NULL)
        fclose(export->queries);
    if (export->history != NULL)
        fclose(export->history);
    g_string_free(export->line, TRUE);
    g_free(export->folder);
    g_free(export);
}

/* A time of one word (ISO 8601) or two (BIND's own), without category and severity. */
static struct span
time_of(struct span prefix)
{
    ptrdiff_t blank = span_find(prefix, ' ');
    ptrdiff_t second;
    if (prefix.len == 0 || !g_ascii_isdigit(prefix.octets[0]))
        return (struct span){ "", 0 };
    if (blank < 0)
        return prefix;
    second = span_find(span_from(prefix, (size_t)blank + 1), ' ');
    if (span_find(span_head(prefix, (size_t)blank), 'T') >= 0)
        return span_head(prefix, (size_t)blank);
    return second < 0 ? prefix : span_head(prefix, (size_t)(blank + 1 + second));
}

void
export_query(void *user, struct span line, const struct query_line *query)
{
    struct export *export = user;
    g_autofree char *when = text_masked(time_of(query_line_prefix(line)), 64);
    g_autofree char *client = text_masked(query->client, 64);
    g_autofree char *port = text_masked(query->port, 8);
    g_autofree char *name_masked = text_masked(query->name, 1100);
    g_autofree char *name = g_ascii_strdown(name_masked, -1);
    g_autofree char *type_masked = text_masked(query->type, 32);
    g_autofree char *type = g_ascii_strup(type_masked, -1);
    const char *const cells[] = { when, client, port, name, type, NULL };
    write_line(export, export->queries, cells);
}

static const char *
description_of(const struct study_config *config, const char *domain)
{
    for (int role = 0; role < SENDER_ROLES; role++)
        if (config->senders[role].domain != NULL &&
            strcmp(config->senders[role].domain, domain) == 0)
            return descriptions[role];
    return "";
}

void
export_history(void *user, const struct history_row *row, const char *where)
{
    static const char *const aligned[] = { "no", "yes", "" };
    struct export *export = user;
    struct test_mail_words words = study_words(export->config);
    struct test_mail mail;
    char when[32];
    (void)where;
    if (!test_mail_read(row, &words, &mail))
        return;
    g_ascii_formatd(when, sizeof when, "%.3f", row->unix_time);
    const char *const cells[] = { when,
                                  row->message_id,
                                  row->sender_smtp,
                                  row->rcpt_smtp,
                                  mail.spf_aligned ? "yes" : "no",
                                  aligned[mail.dkim_aligned],
                                  mail.sender_domain,
                                  description_of(export->config, mail.sender_domain),
                                  mail.label,
                                  mail.rcpt_domain,
                                  NULL };
    write_line(export, export->history, cells);
    test_mail_clear(&mail);
}

static bool
close_file(struct export *export, FILE **file)
{
    bool good = fclose(*file) == 0 && !export->failed;
    *file = NULL;
    return good;
}

static bool
write_table(struct export *export, const char *name, GString *text, GError **error)
{
    g_autoptr(FILE) file = open_in(export, name, error);
    if (file == NULL)
        return false;
    if (fwrite(text->str, 1, text->len, file) != text->len || fflush(file) != 0)
        export->failed = true;
    return true;
}

bool
export_finish(struct export *export, const struct study *study, const struct features *features,
              GError **error)
{
    bool good = close_file(export, &export->queries);
    good = close_file(export, &export->history) && good;
    for (size_t i = 0; i < export_table_count; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        export_tables[i].write(study, features, text);
        if (!write_table(export, export_tables[i].name, text, error))
            return false;
    }
    if (good && !export->failed)
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "%s: %s", export->folder, g_strerror(errno));
    return false;
}
