/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/feed_open.h"

#include "base/log.h"
#include "mailbox/imap.h"

enum settle
feed_settle(const struct config_feed *feed)
{
    static const struct {
        const char *word;
        enum settle settle;
    } words[] = { { "move", SETTLE_MOVE },
                  { "keyword", SETTLE_KEYWORD },
                  { "delete", SETTLE_DELETE },
                  { "keep", SETTLE_KEEP } };
    for (size_t i = 0; !feed->imap_keep && i < G_N_ELEMENTS(words); i++)
        if (strcmp(feed->imap_settle, words[i].word) == 0)
            return words[i].settle;
    return SETTLE_KEEP;
}

static enum imap_tls
tls_of(const struct config_feed *feed)
{
    if (strcmp(feed->imap_tls, "none") == 0)
        return IMAP_PLAIN;
    return strcmp(feed->imap_tls, "starttls") == 0 ? IMAP_STARTTLS : IMAP_TLS;
}

static bool
is_known(void *closure, uint32_t uid_validity, uint32_t uid)
{
    return known_uids_has(closure, uid_validity, uid);
}

static void
note(void *closure, const char *line)
{
    (void)closure;
    log_event(LOG_LEVEL_WARNING, "imap", "note", line, NULL);
}

struct imap_settings
feed_imap_settings(const struct config_feed *feed, struct known_uids *known)
{
    return (struct imap_settings){
        .host = feed->imap_host,
        .port = (uint16_t)feed->imap_port,
        .user = feed->imap_user,
        .password = feed->imap_password,
        .token_file = feed->imap_token_file,
        .token_command = feed->imap_token_command,
        .tls = tls_of(feed),
        .ca_file = feed->imap_ca_file,
        .folder = feed->imap_folder,
        .settle = feed_settle(feed),
        .done = feed->imap_done,
        .quarantine = feed->imap_quarantine[0] != '\0' ? feed->imap_quarantine : NULL,
        .is_known = known != NULL ? is_known : NULL,
        .note = note,
        .closure = known,
    };
}

struct mailbox *
feed_open(const struct config_feed *feed, struct known_uids *known, GError **error)
{
    if (feed->source != NULL)
        return mailbox_open_source(feed->source, feed_settle(feed), feed->imap_done, error);
    struct imap_settings settings = feed_imap_settings(feed, known);
    return mailbox_open_imap(&settings, error);
}
