/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong: accounts, schemas, values, sizes, connections, servers. */
#include "test.h"

#include <unistd.h>

#include "server.h"
#include "store/writer.h"
#include "synthetic.h"

static void
test_open_says_what_to_do(void **state)
{
    const struct server *server = *state;
    const struct {
        const char *label, *hosts, *socket, *password, *name;
        enum fault fault;
        const char *says;
    } cases[] = {
        { "password", NULL, server->socket, "wrong", "arf", FAULT_OPERATOR, "dbPassword" },
        { "database", NULL, server->socket, "lafayette", "arf_none", FAULT_OPERATOR, "dbName" },
        { "rights", NULL, server->socket, "lafayette", "mysql", FAULT_OPERATOR, "rights" },
        { "no socket", NULL, "/nonexistent/socket", "lafayette", "arf", FAULT_RETRY, "2002" },
        { "no host lives", "127.0.0.1:1,127.0.0.2:1", NULL, "lafayette", "arf", FAULT_RETRY,
          "127.0.0.2:1" },
        { "host list", "a:b", NULL, "lafayette", "arf", FAULT_OPERATOR, "dbHost" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        struct db_settings settings = { .hosts = cases[i].hosts,
                                        .socket = cases[i].socket,
                                        .user = "lafayette",
                                        .password = cases[i].password,
                                        .name = cases[i].name };
        g_autoptr(Db) db = db_open(&settings, &error);
        if (db != NULL)
            fail_msg("%s: connected", cases[i].label);
        if (!g_error_matches(error, FAULT, (gint)cases[i].fault) ||
            strstr(error->message, cases[i].says) == NULL)
            fail_msg("%s: %d %s", cases[i].label, error->code, error->message);
    }
}

static void
test_the_next_host_is_taken(void **state)
{
    const struct server *server = *state;
    g_autoptr(GError) error = NULL;
    struct db_settings settings = { .hosts = "127.0.0.1:1, localhost",
                                    .socket = server->socket,
                                    .user = "lafayette",
                                    .password = "lafayette",
                                    .name = "arf" };
    g_autoptr(Db) db = db_open(&settings, &error);
    must(db != NULL, error);
    assert_string_equal(db_host(db), "localhost");
}

static void
test_schema_is_checked(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_schema");
    static const struct {
        const char *label, *change, *writer_says, *create_says; /* NULL: works */
    } cases[] = {
        { "ours", "DO 0", NULL, NULL },
        { "newer", "INSERT INTO schemaVersion VALUES (1000, NOW())", "newer Lafayette",
          "newer Lafayette" },
        { "no version", "DELETE FROM schemaVersion", "lafayette-admin init", NULL },
        { "half made", "DROP TABLE emailUrl, schemaVersion", "lafayette-admin init", NULL },
        { "of the original", "ALTER TABLE arfEmail DROP COLUMN parserVersion", NULL, "upgrade" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL, create_error = NULL;
        must_run(db, cases[i].change);
        g_autoptr(Writer) writer = writer_new(db, NULL, &error);
        const char *says = cases[i].writer_says;
        if ((writer == NULL) != (says != NULL) ||
            (says != NULL && (!g_error_matches(error, FAULT, FAULT_OPERATOR) ||
                              strstr(error->message, says) == NULL)))
            fail_msg("%s: %s", cases[i].label, error != NULL ? error->message : "no error");
        bool made = schema_create(db, &create_error);
        says = cases[i].create_says;
        if (made != (says == NULL) || (!made && strstr(create_error->message, says) == NULL))
            fail_msg("%s: %s", cases[i].label, made ? "made" : create_error->message);
    }
}

static void
test_a_transaction_that_is_gone_is_noticed(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_guard");
    g_autoptr(GError) error = NULL;
    must(db_begin(db, &error), error);
    assert_false(db_execute(db, "ROLLBACK", &error)); /* as the server may do on its own */
    assert_true(g_error_matches(error, FAULT, FAULT_RETRY));
    assert_int_equal(db_failure(db)->remedy, REMEDY_REPLAY);
    db_rollback(db);
    g_clear_error(&error);
    must(db_begin(db, &error), error);
    must(db_execute(db, "DO 0", &error), error);
    must(db_commit(db, &error), error);
}

/* Stores `n` > 13 synthetic records, three of which can't be stored as mails. */
static void
store_poisoned(struct db *db, unsigned n, enum stored *outcomes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Writer) writer = writer_new(db, NULL, &error);
    g_autofree struct record **records = g_new(struct record *, n);
    must(writer != NULL, error);
    for (unsigned i = 0; i < n; i++)
        records[i] = synthetic_record(i, 50);
    records[7]->reports[0].report->user_agent = "poison";
    records[12]->reports[0].report->user_agent = "bad \377 octet";
    records[13]->reports[0].report->kind = REPORT_AGGREGATE;
    must(writer_store(writer, records, n, outcomes, &error), error);
    for (unsigned i = 0; i < n; i++)
        record_free(records[i]);
}

static void
test_hopeless_mails_are_held_and_the_rest_is_stored(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_poison");
    enum stored outcomes[20];
    must_run(db, "ALTER TABLE arfEmail ADD CONSTRAINT notPoison CHECK (userAgent <> 'poison')");
    store_poisoned(db, 20, outcomes);
    for (int i = 0; i < 20; i++)
        assert_int_equal(outcomes[i], i == 7 || i == 12 || i == 13 ? STORED_HELD : STORED_NEW);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail"), 17);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM ledger"), 20);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM rawMessage"), 20);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM heldMessage WHERE kind = 'unstorable' AND "
                               "reason LIKE '%notPoison%' AND LOWER(HEX(digest)) = SHA2('mail 7', "
                               "256)"),
                     1);
    assert_int_equal(count(db,
                           "SELECT COUNT(*) FROM heldMessage WHERE reason LIKE 'userAgent%' AND "
                           "LOWER(HEX(digest)) = SHA2('mail 12', 256)"),
                     1);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM heldMessage WHERE reason LIKE 'kind%'"), 1);
}

static void
test_a_mail_that_can_not_even_be_held_stays_where_it_is(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_worse");
    enum stored outcomes[20];
    must_run(db, "ALTER TABLE arfEmail ADD CONSTRAINT a CHECK (userAgent <> 'poison')");
    must_run(db, "ALTER TABLE heldMessage ADD CONSTRAINT b CHECK (kind <> 'unstorable')");
    store_poisoned(db, 20, outcomes);
    for (int i = 0; i < 20; i++)
        assert_int_equal(outcomes[i], i == 7 || i == 12 || i == 13 ? STORED_NOT : STORED_NEW);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM ledger"), 17);
}

static void
test_a_message_of_24_megabytes(void **state)
{
    g_autoptr(Db) db = server_database(*state, "arf_large");
    g_autoptr(GError) error = NULL;
    struct record *records[] = { synthetic_record(1, 24 * 1024 * 1024), synthetic_record(2, 100) };
    enum stored outcomes[2];
    assert_int_equal(count(db, "SELECT @@max_allowed_packet"), 16 * 1024 * 1024);
    g_autoptr(Writer) writer = writer_new(db, NULL, &error);
    must(writer != NULL, error);
    must(writer_store(writer, records, 2, outcomes, &error), error);
    assert_int_equal(outcomes[0], STORED_NEW);
    assert_int_equal(writer_replays(writer), 0);
    assert_int_equal(count(db,
                           "SELECT SUM(LENGTH(body)) FROM rawMessage WHERE rawId = (SELECT rawId "
                           "FROM arfEmail WHERE messageId = '<1@mail.example.org>')"),
                     24 * 1024 * 1024);
    assert_int_equal(count(db, "SELECT MAX(LENGTH(body)) FROM rawMessage"), 1000000);
    struct span raw = span_of_bytes(records[0]->raw);
    g_autofree char *md5 =
        g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)raw.octets + 23000000, 1000000);
    g_autofree char *stored = ask(db, "SELECT MD5(body) FROM rawMessage WHERE seq = 24");
    assert_string_equal(md5, stored);
    record_free(records[0]);
    record_free(records[1]);
}

/* Disturbs the writer until it is told to stop. A writer that got nothing done since the last
 * time has longer: on a slow machine it would try as often as it may, and give up. */
struct trouble {
    struct server *server;
    void (*make)(struct server *server);
    unsigned pause_ms, times;
    gint stop, done; /* batches */
};

static void *
trouble_run(void *pointer)
{
    struct trouble *trouble = pointer;
    unsigned pause_ms = trouble->pause_ms;
    gint seen = 0;
    for (unsigned i = 0; i < trouble->times && g_atomic_int_get(&trouble->stop) == 0; i++) {
        g_usleep(pause_ms * 1000);
        gint done = g_atomic_int_get(&trouble->done);
        pause_ms = done != seen ? trouble->pause_ms : MIN(2 * pause_ms, 5000);
        seen = done;
        trouble->make(trouble->server);
    }
    return NULL;
}

static void
crash_and_restart(struct server *server)
{
    struct server own = { .folder = server->folder }; /* the thread's: the socket stays the same */
    server_command(&own, "kill", NULL);
    server_command(&own, "start", NULL);
    g_free(own.socket);
}

static void
kill_connections(struct server *server)
{
    struct db_settings settings = { .socket = server->socket, .user = "root", .name = "mysql" };
    g_autoptr(Db) db = db_open(&settings, NULL);
    if (db != NULL)
        db_execute(db, "KILL USER lafayette", NULL);
}

/* Stores batches while the trouble goes on: each mail is there once, and every one is told as new.
 */
static void
store_in_trouble(struct server *server, void (*make)(struct server *), unsigned pause_ms,
                 unsigned times, unsigned batches)
{
    enum { MAILS = 40 };
    g_autoptr(Db) db = server_database(server, "arf_trouble");
    g_autoptr(GError) error = NULL;
    g_autoptr(Writer) writer = writer_new(db, NULL, &error);
    must(writer != NULL, error);
    struct trouble trouble = { server, make, pause_ms, times, 0, 0 };
    GThread *thread = g_thread_new("trouble", trouble_run, &trouble);
    for (unsigned batch = 0; batch < batches; batch++) {
        struct record *records[MAILS];
        enum stored outcomes[MAILS];
        for (unsigned i = 0; i < MAILS; i++)
            records[i] = synthetic_record(batch * MAILS + i, 2000);
        must(writer_store(writer, records, MAILS, outcomes, &error), error);
        for (unsigned i = 0; i < MAILS; i++) {
            if (outcomes[i] != STORED_NEW)
                fail_msg("batch %u mail %u: outcome %d", batch, i, (int)outcomes[i]);
            record_free(records[i]);
        }
        g_atomic_int_inc(&trouble.done);
    }
    g_atomic_int_set(&trouble.stop, 1);
    g_thread_join(thread);
    assert_true(writer_replays(writer) > 0);
    must(db_is_connected(db) || db_reconnect(db, &error), error);
    db_reconnect(db, NULL); /* the last trouble may have come after the last batch */
    assert_int_equal(count(db, "SELECT COUNT(*) FROM ledger"), batches * MAILS);
    assert_int_equal(count(db, "SELECT COUNT(DISTINCT messageId) FROM arfEmail"), batches * MAILS);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM arfEmail"), batches * MAILS);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM rawMessage"), batches * MAILS);
    assert_int_equal(count(db, "SELECT COUNT(*) FROM emailUrl LEFT JOIN url USING (urlId) WHERE "
                               "url IS NULL"),
                     0);
}

static void
test_a_crash_of_the_server_loses_and_doubles_nothing(void **state)
{
    store_in_trouble(*state, crash_and_restart, 100, 2, 100);
}

static void
test_killed_connections_lose_and_double_nothing(void **state)
{
    store_in_trouble(*state, kill_connections, 40, 1000, 40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_says_what_to_do),
        cmocka_unit_test(test_the_next_host_is_taken),
        cmocka_unit_test(test_schema_is_checked),
        cmocka_unit_test(test_a_transaction_that_is_gone_is_noticed),
        cmocka_unit_test(test_hopeless_mails_are_held_and_the_rest_is_stored),
        cmocka_unit_test(test_a_mail_that_can_not_even_be_held_stays_where_it_is),
        cmocka_unit_test(test_a_message_of_24_megabytes),
        cmocka_unit_test(test_a_crash_of_the_server_loses_and_doubles_nothing),
        cmocka_unit_test(test_killed_connections_lose_and_double_nothing),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
