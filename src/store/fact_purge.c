/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fact_purge.h"

#include "base/clock.h"
#include "store/fact_read.h"
#include "store/id_list.h"
#include "store/query.h"
#include "store/statement.h"
#include "store/transaction.h"

#define BITS (1u << 26)
#define PAGE_ROWS 5000
#define REMOVE_AT_ONCE 500
#define NETWORK_DAYS 30

/* A table of facts, and where its keys are used. */
struct subject {
    const char *uses;  /* id of a row, then the key that it uses; behind ?, ? rows */
    const char *table; /* its key is `key` */
    const char *key;
    bool counts; /* not the second table about the same thing */
};

static const struct subject subjects[] = {
    { "SELECT emailId, sourceIp FROM arfEmail WHERE emailId > ? ORDER BY emailId LIMIT ?", "ipFact",
      "ip", true },
    { NULL, "ipListing", "ip", false },
    { "SELECT urlId, urlDomainId FROM url WHERE urlId > ? ORDER BY urlId LIMIT ?", "hostFact",
      "domainId", true },
    { NULL, "hostListing", "domainId", false },
};

/* FNV-1a over the key's text, 4 or 16 octets of an address or decimals. */
static unsigned
bit_of(const char *key, size_t len)
{
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return (hash ^ hash >> 26) % BITS;
}

static bool
mark_used(struct db *db, const char *sql, unsigned char *bits, GError **error)
{
    memset(bits, 0, BITS / 8);
    for (int64_t behind = 0;;) {
        struct value values[] = { value_number(behind), value_number(PAGE_ROWS) };
        g_autoptr(Query) page = query_run(db, sql, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            behind = query_number(page, 0);
            if (query_text(page, 1) == NULL)
                continue;
            unsigned bit = bit_of(query_text(page, 1), query_len(page, 1));
            bits[bit / 8] |= (unsigned char)(1u << bit % 8);
        }
        if (query_rows(page) < PAGE_ROWS)
            return true;
    }
}

struct removal {
    const struct subject *subject;
    GString *list; /* of literals */
    uint64_t count;
};

static bool
remove_rows(struct db *db, void *self, bool *final, GError **error)
{
    const struct removal *removal = self;
    g_autofree char *sql =
        g_strdup_printf("DELETE FROM %s WHERE %s IN (%s)", removal->subject->table,
                        removal->subject->key, removal->list->str);
    (void) final;
    return db_execute(db, sql, error);
}

static bool
remove_listed(struct db *db, struct removal *removal, uint64_t *removed, GError **error)
{
    if (removal->count == 0)
        return true;
    if (!transaction_run(db, remove_rows, removal, error))
        return false;
    if (removal->subject->counts)
        *removed += removal->count;
    removal->count = 0;
    g_string_truncate(removal->list, 0);
    return true;
}

static void
append_literal(GString *list, const char *key, size_t len)
{
    g_string_append(list, list->len > 0 ? ",x'" : "x'");
    for (size_t i = 0; i < len; i++)
        g_string_append_printf(list, "%02X", (unsigned char)key[i]);
    g_string_append_c(list, '\'');
}

/* Goes through the keys in their order, the numbers as the numbers that they are. */
static bool
remove_unused(struct db *db, const struct subject *subject, const unsigned char *bits,
              uint64_t *removed, GError **error)
{
    bool address = strcmp(subject->key, "ip") == 0;
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GString) behind = g_string_new(address ? "" : "0");
    struct removal removal = { .subject = subject, .list = list };
    g_autofree char *sql =
        g_strdup_printf("SELECT DISTINCT %s FROM %s WHERE %s > ? ORDER BY %s LIMIT ?", subject->key,
                        subject->table, subject->key, subject->key);
    for (;;) {
        struct value values[] = { { .text = behind->str, .len = behind->len },
                                  value_number(PAGE_ROWS) };
        if (!address)
            values[0] = value_number(g_ascii_strtoll(behind->str, NULL, 10));
        g_autoptr(Query) page = query_run(db, sql, values, G_N_ELEMENTS(values), error);
        if (page == NULL)
            return false;
        while (query_next(page)) {
            const char *key = query_text(page, 0);
            size_t len = query_len(page, 0);
            unsigned bit = bit_of(key, len);
            g_string_truncate(behind, 0);
            g_string_append_len(behind, key, (gssize)len);
            if ((bits[bit / 8] & (1u << bit % 8)) != 0)
                continue;
            if (address)
                append_literal(list, key, len);
            else
                g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", key);
            if (++removal.count == REMOVE_AT_ONCE && !remove_listed(db, &removal, removed, error))
                return false;
        }
        if (query_rows(page) < PAGE_ROWS)
            return remove_listed(db, &removal, removed, error);
    }
}

/* They only save questions: none is saved by what has expired. */
static bool
remove_networks(struct db *db, uint64_t *removed, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(clock_now() - NETWORK_DAYS * CLOCK_DAY_S, text)),
                              value_number(REMOVE_AT_ONCE) };
    for (uint64_t gone = REMOVE_AT_ONCE; gone == REMOVE_AT_ONCE; *removed += gone)
        if (!statement_run(db, "DELETE FROM network WHERE expires < ? LIMIT ?", values,
                           G_N_ELEMENTS(values), &gone, NULL, error))
            return false;
    return true;
}

bool
fact_purge_run(struct db *db, uint64_t *removed, GError **error)
{
    g_autofree unsigned char *bits = g_malloc0(BITS / 8);
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
        if ((subjects[i].uses != NULL && !mark_used(db, subjects[i].uses, bits, error)) ||
            !remove_unused(db, &subjects[i], bits, removed, error))
            return false;
    return remove_networks(db, removed, error);
}
