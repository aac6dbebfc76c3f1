/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_driver - reads an IMAP folder for tests/integration/test_imap.py: no database behind it
 *
 * imap_driver KEY=VALUE...: the settings of mailbox/imap.h by name, and
 *   known=FILE     lines "UIDVALIDITY UID" of messages not to be delivered; those delivered are
 * added bad=UID,...    these are settled as quarantined, and so is all that is unreadable
 *   settle_after=N settles only the first N messages; default all
 *   limit=N        stops after N messages
 *   hold=N,N,...   after that many messages it waits for a line on stdin
 *   pause_us=N     after each message
 *   quiet=1        no line a message
 * Prints "UIDVALIDITY UID SIZE SHA256 DATE" or "UIDVALIDITY UID unreadable REASON" a message, then
 * "end N"; notes and the error go to stderr; exit code as lafayette-ingest has it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/imap.h"

struct driver {
    struct imap_settings settings;
    GHashTable *known;
    const char *known_path;
    const char *bad;
    const char *hold;
    guint64 settle_after;
    guint64 limit;
    gulong pause_us;
    bool quiet;
};

static bool
is_known(void *closure, uint32_t uid_validity, uint32_t uid)
{
    const struct driver *driver = closure;
    gint64 key = (gint64)(((guint64)uid_validity << 32) | uid);
    return g_hash_table_contains(driver->known, &key);
}

static void
note(void *closure, const char *line)
{
    (void)closure;
    fprintf(stderr, "note %s\n", line);
}

static void
load_known(struct driver *driver)
{
    FILE *file = fopen(driver->known_path, "r");
    unsigned validity = 0;
    unsigned uid = 0;
    while (file != NULL && fscanf(file, "%u %u", &validity, &uid) == 2) {
        gint64 *key = g_new(gint64, 1);
        *key = (gint64)(((guint64)validity << 32) | uid);
        g_hash_table_add(driver->known, key);
    }
    if (file != NULL)
        fclose(file);
}

static bool
take_text(struct imap_settings *settings, const char *key, const char *value)
{
    const struct {
        const char *name;
        const char **field;
    } fields[] = {
        { "host", &settings->host },
        { "user", &settings->user },
        { "password", &settings->password },
        { "token_file", &settings->token_file },
        { "token_command", &settings->token_command },
        { "ca_file", &settings->ca_file },
        { "folder", &settings->folder },
        { "done", &settings->done },
        { "quarantine", &settings->quarantine },
        { "keyword", &settings->keyword },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (strcmp(key, fields[i].name) == 0) {
            *fields[i].field = value;
            return true;
        }
    return false;
}

static int
choice(const char *value, const char *const *words)
{
    int i = 0;
    while (words[i] != NULL && strcmp(value, words[i]) != 0)
        i++;
    return i;
}

static bool
take(struct driver *driver, const char *key, const char *value)
{
    static const char *const settles[] = { "keep", "move", "keyword", "delete", NULL };
    static const char *const layers[] = { "tls", "starttls", "none", NULL };
    guint64 number = g_ascii_strtoull(value, NULL, 10);
    if (take_text(&driver->settings, key, value))
        return true;
    if (strcmp(key, "settle") == 0)
        driver->settings.settle = (enum settle)choice(value, settles);
    else if (strcmp(key, "tls") == 0)
        driver->settings.tls = (enum imap_tls)choice(value, layers);
    else if (strcmp(key, "port") == 0)
        driver->settings.port = (uint16_t)number;
    else if (strcmp(key, "unverified") == 0)
        driver->settings.unverified = number != 0;
    else if (strcmp(key, "connect_seconds") == 0)
        driver->settings.connect_seconds = (unsigned)number;
    else if (strcmp(key, "idle_seconds") == 0)
        driver->settings.idle_seconds = (unsigned)number;
    else if (strcmp(key, "known") == 0)
        driver->known_path = value;
    else if (strcmp(key, "bad") == 0)
        driver->bad = value;
    else if (strcmp(key, "hold") == 0)
        driver->hold = value;
    else if (strcmp(key, "settle_after") == 0)
        driver->settle_after = number;
    else if (strcmp(key, "limit") == 0)
        driver->limit = number;
    else if (strcmp(key, "pause_us") == 0)
        driver->pause_us = (gulong)number;
    else if (strcmp(key, "quiet") == 0)
        driver->quiet = number != 0;
    else
        return false;
    return true;
}

static bool
is_named(const char *numbers, guint64 number)
{
    g_autofree char *needle = g_strdup_printf(",%" G_GUINT64_FORMAT ",", number);
    g_autofree char *list = g_strdup_printf(",%s,", numbers != NULL ? numbers : "");
    return strstr(list, needle) != NULL;
}

static bool
is_bad(const struct driver *driver, const struct delivery *delivery)
{
    return delivery->unreadable != NULL || is_named(driver->bad, delivery->uid);
}

/* A test has us where it wants us. */
static void
hold(const struct driver *driver, guint64 count)
{
    int c = is_named(driver->hold, count) ? 0 : '\n';
    while (c != '\n' && c != EOF)
        c = getchar();
}

static void
show(const struct delivery *delivery)
{
    g_autofree char *digest = NULL;
    if (delivery->unreadable != NULL) {
        printf("%u %u unreadable %s\n", delivery->uid_validity, delivery->uid,
               delivery->unreadable);
    } else {
        digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, delivery->octets);
        printf("%u %u %zu %s %lld\n", delivery->uid_validity, delivery->uid,
               g_bytes_get_size(delivery->octets), digest, (long long)delivery->received_date);
    }
    fflush(stdout);
}

static bool
read_folder(const struct driver *driver, struct mailbox *mailbox, GError **error)
{
    g_autoptr(GError) broken = NULL;
    g_autoptr(FILE) known = driver->known_path != NULL ? fopen(driver->known_path, "a") : NULL;
    guint64 count = 0;
    while (driver->limit == 0 || count < driver->limit) {
        g_autoptr(Delivery) delivery = mailbox_next(mailbox, &broken);
        if (delivery == NULL)
            break;
        count++;
        if (!driver->quiet)
            show(delivery);
        if (known != NULL)
            fprintf(known, "%u %u\n", delivery->uid_validity, delivery->uid);
        if (count <= driver->settle_after &&
            !mailbox_settle(mailbox, delivery,
                            is_bad(driver, delivery) ? OUTCOME_QUARANTINED : OUTCOME_STORED, error))
            return false;
        if (driver->pause_us > 0)
            g_usleep(driver->pause_us);
        hold(driver, count);
    }
    printf("end %llu of %llu\n", (unsigned long long)count,
           (unsigned long long)mailbox_expected(mailbox));
    if (!mailbox_finish(mailbox, broken == NULL ? error : NULL) || broken != NULL) {
        if (broken != NULL)
            g_propagate_error(error, g_steal_pointer(&broken));
        return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct driver driver = { .settle_after = G_MAXUINT64 };
    g_autoptr(GError) error = NULL;
    g_autoptr(Mailbox) mailbox = NULL;
    bool done = false;
    signal(SIGPIPE, SIG_IGN);
    driver.known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    driver.settings.note = note;
    driver.settings.closure = &driver;
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value == NULL) {
            fprintf(stderr, "imap_driver: KEY=VALUE, not %s\n", argv[i]);
            return 64;
        }
        *value++ = '\0';
        if (!take(&driver, argv[i], value)) {
            fprintf(stderr, "imap_driver: no such key: %s\n", argv[i]);
            return 64;
        }
    }
    if (driver.known_path != NULL) {
        load_known(&driver);
        driver.settings.is_known = is_known;
    }
    mailbox = mailbox_open_imap(&driver.settings, &error);
    done = mailbox != NULL && read_folder(&driver, mailbox, &error);
    g_hash_table_destroy(driver.known);
    if (done)
        return 0;
    fprintf(stderr, "error %s\n", error != NULL ? error->message : "");
    return fault_exit_code(error);
}
