/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/checkup.h"
#include "base/span.h"

#define WHAT "config"

static bool
is_secret(struct span key)
{
    g_autofree char *name = span_dup(key);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    return strstr(lower, "password") != NULL || strstr(lower, "secret") != NULL ||
           strstr(lower, "token") != NULL;
}

/* Who may read a file of passwords. */
static void
check_rights(struct checkup *checkup, const char *path, const char *what)
{
    struct stat there;
    if (stat(path, &there) != 0) {
        checkup_tell(checkup, FINDING_ACT, what, "%s: %s", path, g_strerror(errno));
        return;
    }
    unsigned mode = (unsigned)there.st_mode & 0777u;
    if ((mode & 0022u) != 0)
        checkup_tell(checkup, FINDING_ACT, what, "%s: mode %04o, others may write to it: chmod 640",
                     path, mode);
    else if ((mode & 0004u) != 0)
        checkup_tell(checkup, FINDING_ACT, what,
                     "%s: mode %04o, everybody may read the passwords: chmod 640", path, mode);
    else if (there.st_uid != 0 && there.st_uid != geteuid())
        checkup_tell(checkup, FINDING_NOTE, what, "%s belongs to user %u", path,
                     (unsigned)there.st_uid);
    else
        checkup_tell(checkup, FINDING_OK, what, "%s, mode %04o", path, mode);
}

/* A value that old files wrote otherwise. The value itself is never shown. */
static void
check_value(struct checkup *checkup, unsigned number, struct span key, struct span value)
{
    enum finding finding = is_secret(key) ? FINDING_NOTE : FINDING_ACT;
    const char *sure = is_secret(key) ? "; harmless when it belongs to the password" : "";
    int len = (int)MIN(key.len, 64);
    if (span_find_string(value, " ;") >= 0 || span_find_string(value, "\t;") >= 0)
        checkup_tell(checkup, finding, WHAT,
                     "line %u: \" ;\" is part of %.*s, no comment: put the comment on a line of "
                     "its own%s",
                     number, len, key.octets, sure);
    if (span_find_string(value, "%%") >= 0)
        checkup_tell(checkup, finding, WHAT,
                     "line %u: %%%% in %.*s are two per cent signs: write one%s", number, len,
                     key.octets, sure);
}

static void
check_line(struct checkup *checkup, unsigned number, struct span whole, const char *folder)
{
    struct span line = span_trim(whole);
    if (line.len == 0 || line.octets[0] == '#' || line.octets[0] == '[')
        return;
    ptrdiff_t equals = span_find(line, '='), colon = span_find(line, ':');
    struct span key = span_trim(span_head(line, (size_t)MAX(equals >= 0 ? equals : colon, 0)));
    if (line.octets[0] == ';') {
        checkup_tell(checkup, FINDING_ACT, WHAT, "line %u: comments begin with #", number);
    } else if (whole.octets[0] == ' ' || whole.octets[0] == '\t') {
        checkup_tell(checkup, FINDING_ACT, WHAT,
                     "line %u goes on from the one before: write both as one line", number);
    } else if (colon >= 0 && (equals < 0 || colon < equals)) {
        struct span name = span_trim(span_head(line, (size_t)colon));
        checkup_tell(checkup, FINDING_ACT, WHAT,
                     "line %u: write \"%.*s = ...\" with = instead of :", number,
                     (int)MIN(name.len, 64), name.octets);
    } else if (equals >= 0) {
        struct span value = span_trim(span_from(line, (size_t)equals + 1));
        g_autofree char *name = span_dup(key);
        g_autofree char *lower = g_ascii_strdown(name, -1);
        check_value(checkup, number, key, value);
        if (is_secret(key) && g_str_has_suffix(lower, "file") && value.len > 0) {
            g_autofree char *file = span_dup(value);
            g_autofree char *path = g_canonicalize_filename(file, folder);
            check_rights(checkup, path, name);
        }
    }
}

bool
doctor_file(struct checkup *checkup, const char *path)
{
    g_autofree char *octets = NULL;
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(absolute);
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    struct span line;
    struct stat there;
    if (stat(path, &there) == 0 && there.st_size > CONFIG_OCTETS_MAX)
        return true; /* config_load() says so */
    if (!g_file_get_contents(path, &octets, &len, &error)) {
        checkup_tell(checkup, FINDING_ACT, WHAT, "%s", error->message);
        return false;
    }
    check_rights(checkup, path, WHAT);
    struct span rest = { octets, len };
    for (unsigned number = 1; span_line(&rest, &line); number++)
        check_line(checkup, number, line, folder);
    return true;
}
