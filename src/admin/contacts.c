/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/contacts.h"

#include <stdio.h>

#include "admin/option.h"
#include "admin/shown.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "enrich/contact_choice.h"
#include "store/contact.h"
#include "store/schema.h"

#define SYNOPSIS "import FILE | list | disable WHAT | enable WHAT | wish [WHAT KEY=VALUE...]"
#define REASON_CHARS_MAX 255

static const struct {
    const char *name;
    contacts_command *run;
} parts[] = {
    { "import", contacts_import }, { "list", contacts_list }, { "disable", contacts_disable },
    { "enable", contacts_enable }, { "wish", contacts_wish },
};

/* The one argument of disable and enable. */
static bool
read_subject(char **rest, const char *command, const char **kind, char **subject, GError **error)
{
    if (rest[0] == NULL || rest[1] != NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "%s takes one address, domain or AS number",
                    command);
        return false;
    }
    if (contact_opt_out_read(span_of(rest[0]), kind, subject))
        return true;
    g_autofree char *shown = text_masked(span_of(rest[0]), 100);
    g_set_error(error, FAULT, FAULT_USAGE,
                "%s: \"%s\" is no address, domain (with a dot) or AS number", command, shown);
    return false;
}

bool
contacts_disable(const struct contacts_site *site, int argc, char **argv, GError **error)
{
    g_autofree char *given = NULL;
    g_auto(GStrv) rest = NULL;
    /* A "file name" is taken as it is; a string must fit the locale, and cron's fits ASCII
     * alone. */
    const GOptionEntry entries[] = { { "reason", 0, 0, G_OPTION_ARG_FILENAME, &given,
                                       "Why, for whoever asks later", "TEXT" },
                                     G_OPTION_ENTRY_NULL };
    if (!option_read(argc, argv, entries, "ADDRESS | DOMAIN | AS-NUMBER",
                     "No complaint goes there any more: to this address, to addresses of this\n"
                     "domain and below it, or about this AS at all.",
                     &rest, error))
        return false;
    struct opt_out_row row = { .since = clock_now() };
    g_autofree char *subject = NULL;
    if (!read_subject(rest, argv[0], &row.kind, &subject, error))
        return false;
    g_autofree char *reason = text_utf8(span_of(given));
    reason[text_cut_chars(reason, strlen(reason), REASON_CHARS_MAX)] = '\0';
    row.subject = subject;
    row.reason = reason;
    if (!opt_out_write(site->db, &row, error))
        return false;
    printf("disabled %s %s\n", row.kind, subject);
    return true;
}

bool
contacts_enable(const struct contacts_site *site, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
    g_auto(GStrv) rest = NULL;
    g_autofree char *subject = NULL;
    const char *kind = NULL;
    bool there = false;
    if (!option_read(argc, argv, entries, "ADDRESS | DOMAIN | AS-NUMBER",
                     "Undoes disable, of exactly what was disabled.", &rest, error) ||
        !read_subject(rest, argv[0], &kind, &subject, error) ||
        !opt_out_remove(site->db, kind, subject, &there, error))
        return false;
    printf(there ? "enabled %s %s\n" : "%s %s was not disabled\n", kind, subject);
    return true;
}

static bool
run_part(contacts_command *part, const struct admin_run *run, int argc, char **argv, GError **error)
{
    g_autofree char *name = g_strconcat("contacts ", argv[0], NULL);
    g_autofree char **own = g_memdup2(argv, sizeof *argv * ((size_t)argc + 1));
    own[0] = name;
    /* --help needs no database. */
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return part(NULL, argc, own, error);
    g_autoptr(Config) config = admin_config(run, error);
    g_autoptr(Db) db = config != NULL ? admin_database(config, error) : NULL;
    if (db == NULL || !schema_check(db, error))
        return false;
    struct contacts_site site = { run, config, db };
    return part(&site, argc, own, error);
}

bool
admin_contacts(const struct admin_run *run, int argc, char **argv, GError **error)
{
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(parts); i++)
        if (strcmp(parts[i].name, argv[1]) == 0)
            return run_part(parts[i].run, run, argc - 1, argv + 1, error);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        puts("usage: lafayette-admin contacts " SYNOPSIS "\n\n"
             "Whom to tell about abuse from a network. Each part has its own --help.");
        return true;
    }
    g_autofree char *shown = argc > 1 ? shown_text(span_of(argv[1]), false) : g_strdup("");
    g_set_error(error, FAULT, FAULT_USAGE, "contacts: \"%s\" is none of " SYNOPSIS, shown);
    return false;
}
