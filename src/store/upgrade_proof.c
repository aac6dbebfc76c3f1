/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_proof.h"

#include "store/upgrade_read.h"
#include "store/upgrade_step.h"

#define SEEN_IDS 2000
#define PROOF_IDS 20000

/* A statement for each range of ids: head, "COLUMN in the range", tail. */
struct rule {
    const char *table; /* of the original: its ids are walked */
    const char *id;
    const char *head;
    const char *column; /* NULL: one statement for all */
    const char *tail;
    bool loose; /* rows that the answer counts were left out on purpose */
};

#define SEEN(table, id, link)                                                                      \
    {                                                                                              \
        table, id,                                                                                 \
            "UPDATE " table " t JOIN (SELECT l." id " AS id, MIN(a.arrivalDate) AS earliest, "     \
            "MAX(a.arrivalDate) AS latest FROM " link                                              \
            " l JOIN arfEmail a ON a.emailId = l.emailId WHERE ",                                  \
            "l." id,                                                                               \
            " GROUP BY l." id ") s ON s.id = t." id                                                \
            " SET t.firstSeen = LEAST(t.firstSeen, s.earliest),"                                   \
            " t.lastSeen = GREATEST(t.lastSeen, s.latest)",                                        \
            false                                                                                  \
    }
static const struct rule seen_rules[] = {
    SEEN("url", "urlId", "emailUrl"),
    SEEN("file", "fileId", "emailFile"),
};

#define MERGED(table, id) " LEFT JOIN original_merged m ON m.kind = '" table "' AND m.oldId = o." id
#define DICTIONARY(table, id)                                                                      \
    {                                                                                              \
        table, id,                                                                                 \
            "SELECT COUNT(*) FROM original_" table                                                 \
            " o" MERGED(table, id) " LEFT JOIN " table " n ON n." id " = COALESCE(m.newId, o." id  \
                                   ") WHERE n." id " IS NULL AND ",                                \
            "o." id, "", false                                                                     \
    }
#define LINKS(link, link_id, table, id)                                                            \
    {                                                                                              \
        link, link_id,                                                                             \
            "SELECT COUNT(*) FROM original_" link " o JOIN original_" table " t ON t." id          \
            " = o." id " JOIN arfEmail a ON a.emailId = o.emailId" MERGED(                         \
                table, id) " LEFT JOIN " link " n ON n.emailId = o.emailId AND n." id              \
                           " = COALESCE(m.newId, o." id ") WHERE n.emailId IS NULL AND ",          \
            "o." link_id, "", false                                                                \
    }
#define LOOSE(link, link_id, table, id)                                                            \
    {                                                                                              \
        link, link_id,                                                                             \
            "SELECT COUNT(*) FROM original_" link " o LEFT JOIN original_" table " t ON t." id     \
            " = o." id " LEFT JOIN arfEmail a ON a.emailId = o.emailId WHERE (t." id               \
            " IS NULL OR a.emailId IS NULL) AND ",                                                 \
            "o." link_id, "", true                                                                 \
    }
static const struct rule proof_rules[] = {
    DICTIONARY("domain", "domainId"),
    DICTIONARY("emailLocal", "emailLocalId"),
    DICTIONARY("url", "urlId"),
    DICTIONARY("file", "fileId"),
    /* Ids of mails are taken over, and unique: as many there as here are the same ones. Each row
     * compared would read all texts once more. */
    { "arfEmail", "emailId",
      "SELECT ABS((SELECT COUNT(*) FROM original_arfEmail) - (SELECT COUNT(*) FROM arfEmail))",
      NULL, "", false },
    { "arfEmail", "emailId",
      "SELECT COUNT(*) FROM arfEmail n LEFT JOIN rawMessage r ON r.rawId = n.rawId AND r.seq = 1 "
      "WHERE n.rawId IS NOT NULL AND r.rawId IS NULL AND ",
      "n.emailId", "", false },
    LINKS("emailUrl", "emailUrlId", "url", "urlId"),
    LINKS("emailFile", "emailFileId", "file", "fileId"),
    LOOSE("emailUrl", "emailUrlId", "url", "urlId"),
    LOOSE("emailFile", "emailFileId", "file", "fileId"),
    { "asn", "asn",
      "SELECT COUNT(*) FROM original_asn o LEFT JOIN asn n ON n.asn = o.asn WHERE n.asn IS NULL",
      NULL, "", false },
};

struct walk {
    const struct rule *rule;
    int64_t from, to;
    int64_t found; /* the answer; of an update: 0 */
    bool update;
};

static bool
run_range(struct db *db, void *self, GError **error)
{
    struct walk *walk = self;
    const struct rule *rule = walk->rule;
    g_autoptr(GString) sql = g_string_new(rule->head);
    if (rule->column != NULL)
        g_string_append_printf(sql, "%s >= %" G_GINT64_FORMAT " AND %s < %" G_GINT64_FORMAT,
                               rule->column, walk->from, rule->column, walk->to);
    g_string_append(sql, rule->tail);
    walk->found = 0;
    return walk->update ? db_execute(db, sql->str, error)
                        : upgrade_ask(db, &walk->found, error, "%s", sql->str);
}

/* All ranges of one rule; adds up what they found. */
static bool
run_rule(struct db *db, const struct upgrade_source *source, struct walk *walk, int64_t ids,
         const char *what, upgrade_progress *progress, void *self, int64_t *found, GError **error)
{
    const struct rule *rule = walk->rule;
    int64_t first, end;
    *found = 0;
    if (!upgrade_source_has(source, rule->table))
        return true;
    if (!upgrade_source_range(db, source, rule->table, rule->id, &first, &end, error))
        return false;
    if (rule->column == NULL)
        ids = MAX(end - first, 1);
    for (walk->from = first; walk->from < end; walk->from = walk->to) {
        walk->to = MIN(walk->from + ids, end);
        if (!upgrade_try(db, run_range, walk, error))
            return false;
        *found += walk->found;
        progress(self, what, (uint64_t)(walk->to - first), (uint64_t)(end - first));
    }
    return true;
}

bool
upgrade_seen_run(struct db *db, const struct upgrade_source *source, upgrade_progress *progress,
                 void *self, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(seen_rules); i++) {
        struct walk walk = { .rule = &seen_rules[i], .update = true };
        int64_t none;
        if (!run_rule(db, source, &walk, SEEN_IDS, "dates", progress, self, &none, error))
            return false;
    }
    return true;
}

bool
upgrade_proof_run(struct db *db, const struct upgrade_source *source, uint64_t *loose,
                  upgrade_progress *progress, void *self, GError **error)
{
    *loose = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(proof_rules); i++) {
        struct walk walk = { .rule = &proof_rules[i] };
        int64_t found;
        if (!run_rule(db, source, &walk, PROOF_IDS, "rows compared", progress, self, &found, error))
            return false;
        if (walk.rule->loose) {
            *loose += (uint64_t)found;
        } else if (found != 0) {
            g_set_error(error, FAULT, FAULT_OPERATOR,
                        "%" G_GINT64_FORMAT " rows of original_%s have not arrived; it is still "
                        "there, and nothing was dropped",
                        found, walk.rule->table);
            return false;
        }
    }
    return true;
}
