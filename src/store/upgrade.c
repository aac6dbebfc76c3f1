/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade.h"

#include "store/lookup_queue.h"
#include "store/schema.h"
#include "store/search_mend.h"
#include "store/upgrade_mails.h"
#include "store/upgrade_proof.h"
#include "store/upgrade_read.h"
#include "store/upgrade_step.h"

struct run {
    const struct db_settings *settings;
    const struct upgrade_options *options;
    struct upgrade_result *result;
    struct upgrade_source *source; /* once the tables are renamed */
};

typedef bool step_run(struct db *db, struct run *run, GError **error);

static bool
rename_tables(struct db *db, struct run *run, GError **error)
{
    (void)run;
    return upgrade_source_rename(db, error);
}

/* Ids of new rows start behind all that the original gave. */
static bool
raise_ids(struct db *db, const struct upgrade_source *source, const char *name, const char *table,
          const char *id, GError **error)
{
    int64_t first, end;
    return upgrade_source_range(db, source, table, id, &first, &end, error) &&
           upgrade_do(db, error,
                      "UPDATE idBlock SET next = GREATEST(next, %" G_GINT64_FORMAT
                      ") WHERE name = '%s'",
                      end, name);
}

static bool
create_schema(struct db *db, struct run *run, GError **error)
{
    const struct upgrade_source *source = run->source;
    return schema_install(db, error) && upgrade_map_create(db, error) &&
           upgrade_source_index(db, source, "emailUrl", "emailId", error) &&
           upgrade_source_index(db, source, "emailUrl", "urlId", error) &&
           upgrade_source_index(db, source, "emailFile", "emailId", error) &&
           upgrade_source_index(db, source, "emailFile", "fileId", error) &&
           raise_ids(db, source, "arfEmail", "arfEmail", "emailId", error) &&
           raise_ids(db, source, "rawMessage", "arfEmail", "emailId", error) &&
           raise_ids(db, source, "domain", "domain", "domainId", error) &&
           raise_ids(db, source, "emailLocal", "emailLocal", "emailLocalId", error) &&
           raise_ids(db, source, "url", "url", "urlId", error) &&
           raise_ids(db, source, "file", "file", "fileId", error);
}

static bool
copy_contacts(struct db *db, struct run *run, GError **error)
{
    return !upgrade_source_has(run->source, "asn") ||
           upgrade_do(db, error,
                      "INSERT IGNORE INTO asn (asn, email) "
                      "SELECT asn, COALESCE(email, '') FROM original_asn");
}

static bool
copy_dictionaries(struct db *db, struct run *run, GError **error)
{
    for (size_t i = 0; i < UPGRADE_DICTIONARIES; i++)
        if (!upgrade_dictionary_run(db, run->source, i, run->options->progress, run->options->self,
                                    error))
            return false;
    return true;
}

static bool
copy_mails(struct db *db, struct run *run, GError **error)
{
    const struct upgrade_options *options = run->options;
    unsigned threads = options->threads != 0 ? options->threads : g_get_num_processors();
    g_autoptr(UpgradeMap) domains = upgrade_map_of(db, run->source, "domain", "domainId", error);
    g_autoptr(UpgradeMap) locals =
        domains != NULL ? upgrade_map_of(db, run->source, "emailLocal", "emailLocalId", error)
                        : NULL;
    g_autoptr(UpgradeMap) urls =
        locals != NULL ? upgrade_map_of(db, run->source, "url", "urlId", error) : NULL;
    g_autoptr(UpgradeMap) files =
        urls != NULL ? upgrade_map_of(db, run->source, "file", "fileId", error) : NULL;
    const struct upgrade_mail_shared shared = {
        run->source, domains, locals, urls, files, options->public_ranges, options->public_count
    };
    return files != NULL && upgrade_mails_run(db, run->settings, &shared, threads,
                                              options->progress, options->self, error);
}

static bool
widen_dates(struct db *db, struct run *run, GError **error)
{
    return upgrade_seen_run(db, run->source, run->options->progress, run->options->self, error);
}

/* Old mails are not told what is true today. */
static bool
queue_lookups(struct db *db, struct run *run, GError **error)
{
    return lookup_queue_add(db, "TRUE", run->options->lookup_since, error);
}

static bool
make_search_lines(struct db *db, struct run *run, GError **error)
{
    struct search_faults made = { 0 };
    (void)run;
    return search_mend(db, SEARCH_SUBJECT, 0, true, &made, error) &&
           search_mend(db, SEARCH_URL, 0, true, &made, error);
}

static bool
prove(struct db *db, struct run *run, GError **error)
{
    int64_t merged = 0;
    if (!upgrade_proof_run(db, run->source, &run->result->loose, run->options->progress,
                           run->options->self, error) ||
        !upgrade_ask(db, &merged, error, "SELECT COUNT(*) FROM original_merged"))
        return false;
    run->result->merged = (uint64_t)merged;
    return true;
}

/* From the original to the newest schema. Each may be begun again where it was broken off. */
static const struct step {
    const char *name; /* in upgradeStep, when it is done */
    step_run *run;
    bool replays; /* replays its own chunks: a lost connection is no reason to begin it again */
} steps[] = {
    { "1 rename", rename_tables, false },
    { "2 create", create_schema, false },
    { "3 contacts", copy_contacts, false },
    { "4 dictionaries", copy_dictionaries, true },
    { "5 mails", copy_mails, true },
    { "6 dates", widen_dates, true },
    { "7 proof", prove, true },
    { "8 lookups", queue_lookups, false },
    { "9 search", make_search_lines, false },
};

struct one {
    struct run *run;
    const struct step *step;
    bool done;
};

static bool
look(struct db *db, void *self, GError **error)
{
    struct one *one = self;
    return upgrade_step_is_done(db, one->step->name, &one->done, error);
}

static bool
work(struct db *db, void *self, GError **error)
{
    const struct one *one = self;
    return one->step->run(db, one->run, error);
}

static bool
finish(struct db *db, void *self, GError **error)
{
    const struct one *one = self;
    struct run *run = one->run;
    if (!upgrade_step_mark(db, one->step->name, error))
        return false;
    if (run->source == NULL) /* the tables have their other names now */
        run->source = upgrade_source_load(db, error);
    return run->source != NULL;
}

static bool
run_step(struct db *db, struct run *run, const struct step *step, GError **error)
{
    struct one one = { .run = run, .step = step };
    return upgrade_try(db, look, &one, error) &&
           (one.done ||
            (step->replays ? work(db, &one, error) : upgrade_try(db, work, &one, error))) &&
           upgrade_try(db, finish, &one, error);
}

static bool
drop_originals(struct db *db, void *self, GError **error)
{
    const struct run *run = self;
    bool keep = run->options->keep_original;
    for (size_t i = 0; !keep && i < UPGRADE_SOURCE_TABLES; i++) {
        const char *table = upgrade_source_tables[i];
        if (upgrade_source_stranger(run->source, table) != NULL)
            continue;
        if (!upgrade_do(db, error, "DROP TABLE IF EXISTS original_%s", table))
            return false;
    }
    return (keep || upgrade_do(db, error, "DROP TABLE IF EXISTS original_merged")) &&
           upgrade_step_forget(db, error);
}

static void
name_strange(const struct upgrade_source *source, GString **strange)
{
    for (size_t i = 0; i < UPGRADE_SOURCE_TABLES; i++) {
        const char *table = upgrade_source_tables[i];
        const char *column = upgrade_source_stranger(source, table);
        if (column == NULL)
            continue;
        if (*strange == NULL)
            *strange = g_string_new(NULL);
        g_string_append_printf(*strange, "%soriginal_%s (column %s)",
                               (*strange)->len > 0 ? ", " : "", table, column);
    }
}

static bool
from_original(struct db *db, struct run *run, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (!run_step(db, run, &steps[i], error))
            return false;
    name_strange(run->source, &run->result->strange);
    return upgrade_try(db, drop_originals, run, error);
}

/* Before anything is changed: is there a way, and room on the disk? */
static bool
begin(struct db *db, const struct upgrade_options *options, GError **error)
{
    int64_t needed;
    if (!upgrade_source_is_free(db, error) || !upgrade_source_octets(db, &needed, error))
        return false;
    options->room(options->self, needed, upgrade_source_free_octets(db));
    return upgrade_step_begin(db, error);
}

bool
upgrade_run(struct db *db, const struct db_settings *settings,
            const struct upgrade_options *options, struct upgrade_result *result, GError **error)
{
    struct run run = { .settings = settings, .options = options, .result = result };
    bool begun, original;
    *result = (struct upgrade_result){ 0 };
    if (!upgrade_step_begun(db, &begun, error) || !upgrade_source_is_original(db, &original, error))
        return false;
    if (!begun && !original) {
        result->nothing_to_do = schema_check(db, error);
        return result->nothing_to_do;
    }
    if (!upgrade_source_is_unbound(db, error) || (!begun && !begin(db, options, error)))
        return false;
    int64_t mails = 0;
    bool ok = from_original(db, &run, error) && schema_check(db, error) &&
              upgrade_ask(db, &mails, error, "SELECT COUNT(*) FROM arfEmail");
    result->mails = (uint64_t)mails;
    upgrade_source_free(run.source);
    return ok;
}
