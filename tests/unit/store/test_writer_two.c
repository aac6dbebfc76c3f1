/* SPDX-License-Identifier: Apache-2.0 */
/* Two programs store the same mails at once: each mail once, no dictionary row lost or doubled. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "server.h"
#include "store/writer.h"
#include "synthetic.h"

enum { MAILS = 1500, BATCH = 100, PASSES = 3 };

struct told {
    unsigned new_mails, duplicates, other;
};

/* The child: goes through all mails from `from` on, round the end. */
static void
store_round(const struct server *server, unsigned from, int to_parent)
{
    struct told told = { 0 };
    g_autoptr(GError) error = NULL;
    Db *db = server_open(server, "arf_two");
    Writer *writer = writer_new(db, NULL, &error);
    for (unsigned done = 0; writer != NULL && done < MAILS; done += BATCH) {
        struct record *records[BATCH];
        enum stored outcomes[BATCH];
        for (unsigned i = 0; i < BATCH; i++)
            records[i] = synthetic_record((from + done + i) % MAILS, 500);
        if (!writer_store(writer, records, BATCH, outcomes, &error)) {
            fprintf(stderr, "%s\n", error->message);
            _exit(1);
        }
        for (unsigned i = 0; i < BATCH; i++) {
            told.new_mails += outcomes[i] == STORED_NEW;
            told.duplicates += outcomes[i] == STORED_DUPLICATE;
            told.other += outcomes[i] != STORED_NEW && outcomes[i] != STORED_DUPLICATE;
            record_free(records[i]);
        }
    }
    _exit(writer == NULL || write(to_parent, &told, sizeof told) != sizeof told);
}

static void
check_tables(struct db *db)
{
    static const struct {
        const char *sql;
        long want;
    } checks[] = {
        { "SELECT COUNT(*) FROM ledger", MAILS },
        { "SELECT COUNT(*) FROM arfEmail", MAILS },
        { "SELECT COUNT(DISTINCT messageId) FROM arfEmail", MAILS },
        { "SELECT COUNT(*) FROM rawMessage", MAILS },
        { "SELECT COUNT(*) FROM heldMessage", 0 },
        /* every id leads to a row */
        { "SELECT COUNT(*) FROM arfEmail LEFT JOIN domain ON domainId = originalFromDomainId "
          "WHERE domain IS NULL",
          0 },
        { "SELECT COUNT(*) FROM arfEmail LEFT JOIN emailLocal ON emailLocalId = "
          "originalRcptToLocalId WHERE emailLocal IS NULL",
          0 },
        { "SELECT COUNT(*) FROM emailUrl LEFT JOIN url USING (urlId) LEFT JOIN domain ON domainId "
          "= "
          "urlDomainId WHERE url IS NULL OR domain IS NULL",
          0 },
        { "SELECT COUNT(*) FROM emailFile LEFT JOIN file USING (fileId) WHERE hash IS NULL", 0 },
        { "SELECT COUNT(*) FROM emailPattern LEFT JOIN pattern USING (patternId) WHERE pattern IS "
          "NULL",
          0 },
        /* and to the right one */
        { "SELECT COUNT(*) FROM arfEmail JOIN emailLocal ON emailLocalId = originalRcptToLocalId "
          "WHERE messageId <> CONCAT('<', SUBSTR(emailLocal, 5), '@mail.example.org>')",
          0 },
        /* one row a text */
        { "SELECT COUNT(*) - COUNT(DISTINCT url) FROM url", 0 },
        { "SELECT COUNT(*) - COUNT(DISTINCT domain) FROM domain", 0 },
        { "SELECT COUNT(*) - COUNT(DISTINCT emailLocal) FROM emailLocal", 0 },
        { "SELECT COUNT(*) - COUNT(DISTINCT hash) FROM file", 0 },
        /* the dates of a URL are those of its mails */
        { "SELECT COUNT(*) FROM (SELECT u.firstSeen, u.lastSeen, MIN(arrivalDate) f, "
          "MAX(arrivalDate) l FROM url u JOIN emailUrl USING (urlId) JOIN arfEmail USING (emailId) "
          "GROUP BY u.urlId) x WHERE firstSeen <> f OR lastSeen <> l",
          0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        long got = count(db, checks[i].sql);
        if (got != checks[i].want)
            fail_msg("%s: %ld, want %ld", checks[i].sql, got, checks[i].want);
    }
}

static void
store_twice_at_once(const struct server *server, bool second_has_bulk)
{
    Db *db = server_database(server, "arf_two");
    db_close(db); /* before the fork: a connection belongs to one process */
    struct told all = { 0 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t children[2];
    for (unsigned i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] != 0)
            continue;
        if (i == 1 && !second_has_bulk)
            g_setenv("LAFAYETTE_NO_BULK", "1", TRUE);
        store_round(server, i * BATCH / 2, ends[1]); /* batches overlap by halves */
    }
    close(ends[1]);
    for (unsigned i = 0; i < 2; i++) {
        int status = -1;
        struct told told;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
        assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
        all.new_mails += told.new_mails;
        all.duplicates += told.duplicates;
        all.other += told.other;
    }
    close(ends[0]);
    assert_int_equal(all.new_mails, MAILS);
    assert_int_equal(all.duplicates, MAILS);
    assert_int_equal(all.other, 0);
    db = server_open(server, "arf_two");
    check_tables(db);
    db_close(db);
}

static void
test_two_writers_with_array_binding(void **state)
{
    for (int i = 0; i < PASSES; i++)
        store_twice_at_once(*state, true);
}

static void
test_two_writers_one_row_by_row(void **state)
{
    for (int i = 0; i < PASSES; i++)
        store_twice_at_once(*state, false);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_writers_with_array_binding),
        cmocka_unit_test(test_two_writers_one_row_by_row),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
