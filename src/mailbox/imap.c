/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap.h"

#include "base/fault.h"
#include "mailbox/imap_config.h"
#include "mailbox/imap_fetch.h"
#include "mailbox/imap_list.h"
#include "mailbox/imap_session.h"
#include "mailbox/imap_settle.h"
#include "mailbox/source.h"

#define CONNECT_TRIES 5
#define FIRST_WAIT_US 200000
/* Times that the line may break without a message having come in between. */
#define BREAKS_MAX 5

struct imap_mailbox {
    struct mailbox base;
    struct imap_config config;
    guint host; /* the one in use */
    struct imap_session session;
    struct imap_fetch fetch;
    struct imap_settler settler;
    GError *refusal; /* the server would not settle; nothing more is tried */
    uint32_t uid_validity;
    bool listed;
    unsigned breaks;
};

/* Lists the folder anew, without what needs no download. */
static bool
list_messages(struct imap_mailbox *imap, GError **error)
{
    g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const struct imap_config *config = &imap->config;
    bool marks = imap_settler_marks(&imap->settler);
    guint kept = 0;
    if (!imap_list(&imap->session, marks ? config->keyword : NULL, uids, error))
        return false;
    for (guint i = 0; i < uids->len; i++) {
        uint32_t uid = g_array_index(uids, uint32_t, i);
        if (imap->settler.stored.way == IMAP_WAY_KEEP && config->is_known != NULL &&
            config->is_known(config->closure, imap->session.uid_validity, uid))
            continue;
        g_array_index(uids, uint32_t, kept++) = uid;
    }
    g_array_set_size(uids, kept);
    imap_fetch_start(&imap->fetch, imap->session.uid_validity, uids);
    imap->uid_validity = imap->session.uid_validity;
    imap->base.expected = kept;
    imap->listed = true;
    return true;
}

/* Makes the session one of the mailbox: the way of settling, and a list where there is none that
 * still holds. */
static bool
take_session(struct imap_mailbox *imap, bool listing, GError **error)
{
    const char *instead = imap_settler_plan(&imap->settler, &imap->session);
    if (instead != NULL && !imap->listed)
        imap_config_note(&imap->config, "imap %s: %s", imap->config.shown, instead);
    if (imap->listed && imap->session.uid_validity != imap->uid_validity) {
        imap_config_note(&imap->config, "imap %s: UIDVALIDITY changed, listing it anew",
                         imap->config.shown);
        imap_settler_forget(&imap->settler);
        imap->listed = false;
    }
    if (!imap->listed && listing)
        return imap_settler_prepare(&imap->settler, &imap->session, error) &&
               list_messages(imap, error);
    return true;
}

static bool
open_once(struct imap_mailbox *imap, bool listing, GError **error)
{
    const struct imap_host *host = &g_array_index(imap->config.hosts, struct imap_host, imap->host);
    struct imap_folder folder = {
        .name = imap->config.folder,
        .shown = imap->config.shown,
        .keyword = imap->config.keyword,
        .examine = imap->config.settle == SETTLE_KEEP && imap->config.quarantine == NULL,
    };
    struct imap_connection *connection = imap_config_connect(&imap->config, host, error);
    if (connection == NULL)
        return false;
    if (imap_session_open(&imap->session, connection, &folder, error) &&
        take_session(imap, listing, error))
        return true;
    imap_session_close(&imap->session);
    g_prefix_error(error, "%s: ", host->name);
    return false;
}

/* Tries the hosts in turn, beginning with the one in use, with growing waits. */
static bool
open_session(struct imap_mailbox *imap, bool listing, GError **error)
{
    gulong wait = FIRST_WAIT_US;
    for (int tries = 1;; tries++) {
        g_autoptr(GError) cause = NULL;
        if (open_once(imap, listing, &cause))
            return true;
        if (tries == CONNECT_TRIES || g_error_matches(cause, FAULT, FAULT_OPERATOR)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return false;
        }
        imap_config_note(&imap->config, "%s; trying again", cause->message);
        imap->host = (imap->host + 1) % imap->config.hosts->len;
        /* Jitter, so that two ingesters do not knock in step. */
        g_usleep(wait * 3 / 4 + (gulong)g_random_int_range(0, (gint32)(wait / 2)));
        wait *= 2;
    }
}

/* After an error on the line: true when it is worth going on, with the session closed. */
static bool
survive(struct imap_mailbox *imap, GError *cause, GError **error)
{
    struct imap_connection *connection = imap->session.commands.connection;
    imap_fetch_broke(&imap->fetch,
                     connection != NULL && imap_connection_spoke_nonsense(connection));
    imap_session_close(&imap->session);
    imap->host = (imap->host + 1) % imap->config.hosts->len;
    imap->breaks++;
    if (imap->breaks < BREAKS_MAX) {
        imap_config_note(&imap->config, "%s; connecting anew", cause->message);
        return true;
    }
    g_set_error(error, FAULT, FAULT_RETRY, "%s (%d times in a row)", cause->message, BREAKS_MAX);
    return false;
}

static bool
settle_waiting(struct imap_mailbox *imap, GError **error)
{
    g_autoptr(GError) cause = NULL;
    guint left = imap->settler.left_flagged;
    if (imap->refusal != NULL)
        return true;
    if (imap_settler_run(&imap->settler, &imap->session, &cause)) {
        if (imap->settler.left_flagged > left)
            imap_config_note(&imap->config,
                             "imap %s: %u messages stay flagged \\Deleted, because others' deleted "
                             "ones stand beside them and the server has no UID EXPUNGE",
                             imap->config.shown, imap->settler.left_flagged);
        return true;
    }
    if (imap->session.commands.broken) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    imap->refusal = g_steal_pointer(&cause);
    return true;
}

/* One turn: ask for what can be asked for, read what comes, or settle what waits. */
static bool
work(struct imap_mailbox *imap, GError **error)
{
    bool settle =
        imap->refusal == NULL && imap_settler_waiting(&imap->settler) >= IMAP_SETTLE_AT_ONCE;
    if (!imap_fetch_ask(&imap->fetch, &imap->session, settle, error))
        return false;
    if (imap_fetch_is_flying(&imap->fetch))
        return imap_fetch_read(&imap->fetch, &imap->session, error);
    return !settle || settle_waiting(imap, error);
}

static struct delivery *
imap_next(struct mailbox *mailbox, GError **error)
{
    struct imap_mailbox *imap = (struct imap_mailbox *)(void *)mailbox;
    for (;;) {
        g_autoptr(GError) cause = NULL;
        struct delivery *delivery = imap_fetch_take(&imap->fetch);
        if (delivery != NULL) {
            imap->breaks = 0;
            return delivery;
        }
        if (imap->listed && imap->fetch.left == 0 && !imap_fetch_is_flying(&imap->fetch))
            break;
        if (!imap_session_is_open(&imap->session)) {
            if (!open_session(imap, true, error))
                return NULL;
        } else if (!work(imap, &cause) && !survive(imap, cause, error)) {
            return NULL;
        }
    }
    if (imap->fetch.abandoned > 0)
        g_set_error(error, FAULT, FAULT_RETRY,
                    "imap %s: the line broke each time at %u messages, one of them uid %u",
                    imap->config.shown, imap->fetch.abandoned, imap->fetch.abandoned_uid);
    return NULL;
}

static bool
imap_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
            GError **error)
{
    struct imap_mailbox *imap = (struct imap_mailbox *)(void *)mailbox;
    (void)error;
    /* Nobody has an unreadable one's octets but the server. */
    if (delivery->unreadable != NULL)
        outcome = OUTCOME_QUARANTINED;
    if (imap->listed && delivery->uid != 0 && delivery->uid_validity == imap->uid_validity)
        imap_settler_add(&imap->settler, delivery->uid, outcome);
    return true;
}

static bool
imap_finish(struct mailbox *mailbox, GError **error)
{
    struct imap_mailbox *imap = (struct imap_mailbox *)(void *)mailbox;
    imap->breaks = 0;
    while (imap->refusal == NULL && imap_settler_waiting(&imap->settler) > 0) {
        g_autoptr(GError) cause = NULL;
        if (imap_fetch_is_flying(&imap->fetch)) { /* the caller stopped in the middle */
            imap_fetch_broke(&imap->fetch, false);
            imap_session_close(&imap->session);
        }
        if (!imap_session_is_open(&imap->session)) {
            if (!open_session(imap, false, error))
                return false;
        } else if (!settle_waiting(imap, &cause) && !survive(imap, cause, error)) {
            return false;
        }
    }
    if (imap_fetch_is_flying(&imap->fetch))
        imap_session_close(&imap->session);
    imap_session_leave(&imap->session);
    if (imap->refusal == NULL)
        return true;
    g_propagate_prefixed_error(error, g_steal_pointer(&imap->refusal), "settling: ");
    return false;
}

static void
imap_free(struct mailbox *mailbox)
{
    struct imap_mailbox *imap = (struct imap_mailbox *)(void *)mailbox;
    imap_session_close(&imap->session);
    imap_fetch_clear(&imap->fetch);
    imap_settler_clear(&imap->settler);
    imap_config_clear(&imap->config);
    g_clear_error(&imap->refusal);
    g_free(imap);
}

static const struct mailbox_class imap_class = {
    .next = imap_next,
    .settle = imap_settle,
    .finish = imap_finish,
    .free = imap_free,
};

struct mailbox *
mailbox_open_imap(const struct imap_settings *settings, GError **error)
{
    struct imap_mailbox *imap = g_new0(struct imap_mailbox, 1);
    imap->base.class = &imap_class;
    imap->base.settle = settings->settle;
    imap->base.settles_unreadable = true;
    if (imap_config_init(&imap->config, settings, error)) {
        imap_fetch_init(&imap->fetch, imap->config.shown);
        if (imap_settler_init(&imap->settler, imap->config.settle, imap->config.done,
                              imap->config.quarantine, imap->config.keyword, error) &&
            open_session(imap, true, error))
            return &imap->base;
    }
    imap_free(&imap->base);
    return NULL;
}
