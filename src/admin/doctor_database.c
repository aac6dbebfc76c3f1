/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/statvfs.h>

#include "admin/checkup.h"
#include "base/clock.h"
#include "ingest/run_state.h"
#include "store/query.h"
#include "store/schema.h"

#define WHAT "database"
#define CLOCK_OFF_MAX_S 60
#define PACKET_OCTETS (16 * 1024 * 1024)
#define BUFFER_POOL_SMALL (256 * 1024 * 1024)
#define DISK_LOW_PERCENT 5

/* One value of the server; NULL, and told, when it can't be had. Caller frees. */
static char *
value_of(struct checkup *checkup, const char *sql)
{
    GError *error = NULL;
    char *value = NULL;
    if (!db_ask(checkup->db, sql, &value, &error)) {
        checkup_fault(checkup, WHAT, error);
        return NULL;
    }
    return value != NULL ? value : g_strdup("");
}

static void
check_version(struct checkup *checkup)
{
    g_autofree char *version = value_of(checkup, "SELECT VERSION()");
    if (version == NULL)
        return;
    unsigned major = (unsigned)g_ascii_strtoull(version, NULL, 10);
    const char *dot = strchr(version, '.');
    unsigned minor = dot != NULL ? (unsigned)g_ascii_strtoull(dot + 1, NULL, 10) : 0;
    bool maria = strstr(version, "MariaDB") != NULL;
    bool good = maria ? major > 10 || (major == 10 && minor >= 6) : major >= 8;
    checkup_tell(checkup, good ? FINDING_OK : FINDING_ACT, WHAT, "%s on %s%s", version,
                 db_host(checkup->db), good ? "" : ": MariaDB 10.6 or MySQL 8 is wanted");
}

static void
check_schema(struct checkup *checkup)
{
    GError *error = NULL;
    if (!schema_check(checkup->db, &error)) {
        checkup_fault(checkup, WHAT, error);
        db_close(checkup->db);
        checkup->db = NULL;
        return;
    }
    checkup_tell(checkup, FINDING_OK, WHAT, "schema version %d", SCHEMA_VERSION);
}

static void
check_clock(struct checkup *checkup)
{
    g_autofree char *text =
        value_of(checkup, "SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', UTC_TIMESTAMP())");
    if (text == NULL)
        return;
    int64_t off = g_ascii_strtoll(text, NULL, 10) - clock_now();
    if (ABS(off) > CLOCK_OFF_MAX_S)
        checkup_tell(checkup, FINDING_ACT, WHAT,
                     "its clock is %" G_GINT64_FORMAT " s off this machine's: set both by NTP",
                     off);
    else
        checkup_tell(checkup, FINDING_OK, WHAT, "clock agrees, session in UTC");
}

static void
check_settings(struct checkup *checkup)
{
    g_autofree char *packet = value_of(checkup, "SELECT @@max_allowed_packet");
    g_autofree char *mode = value_of(checkup, "SELECT @@global.sql_mode");
    g_autofree char *pool = value_of(checkup, "SELECT @@innodb_buffer_pool_size");
    g_autofree char *flush = value_of(checkup, "SELECT @@innodb_flush_log_at_trx_commit");
    g_autofree char *read_only = value_of(checkup, "SELECT @@global.read_only");
    if (packet == NULL || mode == NULL || pool == NULL || flush == NULL || read_only == NULL)
        return;
    if (g_ascii_strtoull(packet, NULL, 10) < PACKET_OCTETS)
        checkup_tell(checkup, FINDING_NOTE, WHAT, "max_allowed_packet is %s: 16M is its default",
                     packet);
    if (strstr(mode, "STRICT_") == NULL)
        checkup_tell(
            checkup, FINDING_NOTE, WHAT,
            "sql_mode is not strict; our own sessions are, others' writes are not checked");
    if (g_ascii_strtoull(pool, NULL, 10) < BUFFER_POOL_SMALL)
        checkup_tell(checkup, FINDING_NOTE, WHAT,
                     "innodb_buffer_pool_size is %s: with more than some 100,000 mails give it 1G",
                     pool);
    if (strcmp(flush, "1") != 0)
        checkup_tell(checkup, FINDING_ACT, WHAT,
                     "innodb_flush_log_at_trx_commit is %s: set it to 1, or a power cut may lose "
                     "mails that have left their mailbox",
                     flush);
    if (strcmp(read_only, "0") != 0)
        checkup_tell(checkup, FINDING_LATER, WHAT, "%s is read-only: nothing can be stored",
                     db_host(checkup->db));
}

/* Of a server on this machine. */
static void
check_disk(struct checkup *checkup)
{
    g_autofree char *folder = value_of(checkup, "SELECT @@datadir");
    g_autofree char *host = value_of(checkup, "SELECT @@hostname");
    struct statvfs disk;
    if (folder == NULL || host == NULL || strcmp(host, g_get_host_name()) != 0 ||
        statvfs(folder, &disk) != 0 || disk.f_blocks == 0)
        return;
    unsigned percent = (unsigned)(disk.f_bavail * 100 / disk.f_blocks);
    double gigabytes = (double)disk.f_bavail * (double)disk.f_frsize / 1e9;
    checkup_tell(checkup, percent < DISK_LOW_PERCENT ? FINDING_ACT : FINDING_OK, WHAT,
                 "%.1f GB (%u %%) of its disk are free%s", gigabytes, percent,
                 percent < DISK_LOW_PERCENT ? ": make room, or purge" : "");
}

void
doctor_database(struct checkup *checkup)
{
    GError *error = NULL;
    struct db_settings settings = db_settings_of(checkup->config);
    checkup->db = db_open(&settings, &error);
    if (checkup->db == NULL) {
        checkup_fault(checkup, WHAT, error);
        return;
    }
    check_version(checkup);
    check_clock(checkup);
    check_settings(checkup);
    check_disk(checkup);
    check_schema(checkup);
}
