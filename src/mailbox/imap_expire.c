/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"
#include "mailbox/expire.h"
#include "mailbox/imap_config.h"
#include "mailbox/imap_list.h"
#include "mailbox/imap_session.h"
#include "mailbox/imap_settle.h"
#include "mailbox/imap_utf7.h"

/* A session on the folder at the first host that answers. */
static bool
open_folder(const struct imap_config *config, struct imap_session *session,
            const struct imap_folder *folder, GError **error)
{
    for (guint i = 0; i < config->hosts->len; i++) {
        struct imap_connection *connection;
        g_clear_error(error);
        connection =
            imap_config_connect(config, &g_array_index(config->hosts, struct imap_host, i), error);
        if (connection != NULL && imap_session_open(session, connection, folder, error))
            return true;
    }
    return false;
}

/* The done folder's name as this server has it (made when missing); caller frees. */
static char *
find_done(const struct imap_config *config, const char *done, GError **error)
{
    struct imap_session session = { 0 };
    struct imap_folder inbox = { config->folder, config->shown, config->keyword, true };
    char *name = NULL;
    if (!open_folder(config, &session, &inbox, error))
        return NULL;
    name = imap_session_folder(&session, done, error);
    imap_session_leave(&session);
    return name;
}

static bool
expire_session(const struct imap_config *config, struct imap_session *session, int64_t before,
               bool dry, uint64_t *count, GError **error)
{
    g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    struct imap_settler settler;
    bool good = imap_list_before(session, before, uids, error);
    if (!good || dry || uids->len == 0) {
        *count += uids->len;
        return good;
    }
    good = imap_settler_init(&settler, SETTLE_DELETE, config->done, NULL, config->keyword, error);
    if (good) {
        imap_settler_plan(&settler, session);
        for (guint i = 0; i < uids->len; i++)
            imap_settler_add(&settler, g_array_index(uids, uint32_t, i), OUTCOME_STORED);
        good = imap_settler_run(&settler, session, error);
    }
    if (good)
        *count += uids->len;
    imap_settler_clear(&settler);
    return good;
}

bool
imap_expire(const struct imap_settings *settings, int64_t before, bool dry, uint64_t *count,
            GError **error)
{
    struct imap_config config;
    struct imap_session session = { 0 };
    g_autofree char *done = NULL, *name = NULL;
    bool good = imap_config_init(&config, settings, error);
    if (good)
        done = imap_utf7_encode(config.done, error);
    if (done != NULL)
        name = find_done(&config, done, error);
    if (name != NULL) {
        struct imap_folder folder = { name, config.done, config.keyword, dry };
        good = open_folder(&config, &session, &folder, error) &&
               expire_session(&config, &session, before, dry, count, error);
        imap_session_leave(&session);
    }
    imap_config_clear(&config);
    return good && name != NULL;
}
