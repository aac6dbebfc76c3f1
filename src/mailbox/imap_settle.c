/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_settle.h"

#include "base/fault.h"
#include "mailbox/imap_list.h"
#include "mailbox/imap_set.h"
#include "mailbox/imap_utf7.h"

#define TRIES_MAX 3

static bool
keyword_is_atom(const char *keyword)
{
    if (keyword[0] == '\0' || strlen(keyword) > 100)
        return false;
    for (; *keyword != '\0'; keyword++)
        if (!g_ascii_isgraph(*keyword) || strchr("(){%*\"\\]", *keyword) != NULL)
            return false;
    return true;
}

bool
imap_settler_init(struct imap_settler *settler, enum settle settle, const char *done,
                  const char *quarantine, const char *keyword, GError **error)
{
    *settler = (struct imap_settler){ .settle = settle };
    settler->stored.uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    settler->quarantined.uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    settler->flagged = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    settler->keyword = g_strdup(keyword);
    if (!keyword_is_atom(keyword)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "IMAP keyword: letters, digits, $ and _ only");
        return false;
    }
    if (settle == SETTLE_MOVE) {
        settler->stored.folder = imap_utf7_encode(done, error);
        if (settler->stored.folder == NULL)
            return false;
    }
    if (quarantine != NULL) {
        settler->quarantined.folder = imap_utf7_encode(quarantine, error);
        if (settler->quarantined.folder == NULL)
            return false;
    }
    return true;
}

static void
clear_pile(struct imap_pile *pile)
{
    g_clear_pointer(&pile->folder, g_free);
    g_clear_pointer(&pile->real_name, g_free);
    g_clear_pointer(&pile->uids, g_array_unref);
}

void
imap_settler_clear(struct imap_settler *settler)
{
    clear_pile(&settler->stored);
    clear_pile(&settler->quarantined);
    g_clear_pointer(&settler->flagged, g_array_unref);
    g_clear_pointer(&settler->keyword, g_free);
}

static enum imap_way
way_to_move(const struct imap_session *session)
{
    if (session->can_move)
        return IMAP_WAY_MOVE;
    if (session->can_uidplus)
        return IMAP_WAY_COPY;
    return session->keyword_is_kept ? IMAP_WAY_KEYWORD : IMAP_WAY_COPY_EXPUNGE;
}

const char *
imap_settler_plan(struct imap_settler *settler, const struct imap_session *session)
{
    struct imap_pile *stored = &settler->stored;
    switch (settler->settle) {
    case SETTLE_KEEP:
        stored->way = IMAP_WAY_KEEP;
        break;
    case SETTLE_MOVE:
        stored->way = way_to_move(session);
        break;
    case SETTLE_KEYWORD:
        stored->way = session->keyword_is_kept ? IMAP_WAY_KEYWORD : IMAP_WAY_KEEP;
        break;
    case SETTLE_DELETE:
        stored->way = session->can_uidplus ? IMAP_WAY_DELETE : IMAP_WAY_DELETE_EXPUNGE;
        break;
    }
    settler->quarantined.way =
        settler->quarantined.folder != NULL ? way_to_move(session) : stored->way;
    g_clear_pointer(&stored->real_name, g_free);
    g_clear_pointer(&settler->quarantined.real_name, g_free);
    if (settler->settle == SETTLE_MOVE && stored->way == IMAP_WAY_COPY)
        return "no MOVE there: messages are copied and the old ones expunged";
    if (settler->settle == SETTLE_MOVE && stored->way == IMAP_WAY_KEYWORD)
        return "neither MOVE nor UIDPLUS there: messages get the keyword instead";
    if (settler->settle == SETTLE_MOVE && stored->way == IMAP_WAY_COPY_EXPUNGE)
        return "neither MOVE, UIDPLUS nor keywords there: messages are copied and expunged";
    if (settler->settle == SETTLE_KEYWORD && stored->way == IMAP_WAY_KEEP)
        return "the folder keeps no keywords: messages stay as they are";
    return NULL;
}

bool
imap_settler_marks(const struct imap_settler *settler)
{
    return settler->stored.way == IMAP_WAY_KEYWORD || settler->quarantined.way == IMAP_WAY_KEYWORD;
}

void
imap_settler_add(struct imap_settler *settler, uint32_t uid, enum outcome outcome)
{
    struct imap_pile *pile =
        outcome == OUTCOME_QUARANTINED ? &settler->quarantined : &settler->stored;
    if (pile->way != IMAP_WAY_KEEP)
        g_array_append_val(pile->uids, uid);
}

guint
imap_settler_waiting(const struct imap_settler *settler)
{
    return settler->stored.uids->len + settler->quarantined.uids->len +
           (settler->left_flagged == 0 ? settler->flagged->len : 0);
}

void
imap_settler_forget(struct imap_settler *settler)
{
    g_array_set_size(settler->stored.uids, 0);
    g_array_set_size(settler->quarantined.uids, 0);
    g_array_set_size(settler->flagged, 0);
}

static bool
needs_folder(const struct imap_pile *pile)
{
    return pile->way == IMAP_WAY_MOVE || pile->way == IMAP_WAY_COPY ||
           pile->way == IMAP_WAY_COPY_EXPUNGE;
}

static bool
find_folder(struct imap_session *session, struct imap_pile *pile, GError **error)
{
    if (!needs_folder(pile) || pile->real_name != NULL)
        return true;
    pile->real_name = imap_session_folder(session, pile->folder, error);
    return pile->real_name != NULL;
}

bool
imap_settler_prepare(struct imap_settler *settler, struct imap_session *session, GError **error)
{
    return find_folder(session, &settler->stored, error);
}

/* Sends "VERB SET ARGUMENT" until the server says OK, at most TRIES_MAX times: a NO may only mean
 * that another ingester has moved some of them, and NOOP lets the server say so. */
static bool
apply(struct imap_session *session, const char *verb, const char *set, const char *argument,
      GError **error)
{
    g_autofree char *command =
        g_strdup_printf("%s %s%s%s", verb, set, argument[0] != '\0' ? " " : "", argument);
    for (int tries = 1;; tries++) {
        g_auto(ImapAnswer) answer = { 0 };
        g_auto(ImapAnswer) ignored = { 0 };
        if (!imap_command(&session->commands, command, NULL, NULL, &answer, error))
            return false;
        if (answer.status == IMAP_OK)
            return true;
        if (tries == TRIES_MAX || imap_answer_has_code(&answer, "TRYCREATE"))
            return imap_answer_fail(&answer, verb, error);
        if (!imap_command(&session->commands, "NOOP", NULL, NULL, &ignored, error))
            return false;
    }
}

static bool
to_folder(struct imap_session *session, const struct imap_pile *pile, const char *verb,
          const char *set, GError **error)
{
    g_autofree char *quoted = imap_command_quoted(pile->real_name);
    return apply(session, verb, set, quoted, error);
}

static bool
flag(struct imap_session *session, const char *set, const char *word, GError **error)
{
    g_autofree char *argument = g_strdup_printf("+FLAGS.SILENT (%s)", word);
    return apply(session, "UID STORE", set, argument, error);
}

/* One command's worth of messages. */
static bool
settle_set(const struct imap_settler *settler, struct imap_session *session,
           const struct imap_pile *pile, const char *set, GError **error)
{
    switch (pile->way) {
    case IMAP_WAY_KEEP:
        return true;
    case IMAP_WAY_MOVE:
        return to_folder(session, pile, "UID MOVE", set, error);
    case IMAP_WAY_KEYWORD:
        return flag(session, set, settler->keyword, error);
    case IMAP_WAY_COPY:
        return to_folder(session, pile, "UID COPY", set, error) &&
               flag(session, set, "\\Deleted", error) &&
               apply(session, "UID EXPUNGE", set, "", error);
    case IMAP_WAY_COPY_EXPUNGE:
        return to_folder(session, pile, "UID COPY", set, error) &&
               flag(session, set, "\\Deleted", error);
    case IMAP_WAY_DELETE:
        return flag(session, set, "\\Deleted", error) &&
               apply(session, "UID EXPUNGE", set, "", error);
    case IMAP_WAY_DELETE_EXPUNGE:
        return flag(session, set, "\\Deleted", error);
    }
    return true;
}

static int
by_number(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

static bool
settle_pile(struct imap_settler *settler, struct imap_session *session, struct imap_pile *pile,
            GError **error)
{
    g_array_sort(pile->uids, by_number);
    while (pile->uids->len > 0) {
        struct imap_set set;
        guint taken = 0;
        bool settled = false;
        if (!find_folder(session, pile, error))
            return false;
        imap_set_init(&set);
        while (taken < pile->uids->len && taken < IMAP_SETTLE_AT_ONCE &&
               imap_set_add(&set, g_array_index(pile->uids, uint32_t, taken)))
            taken++;
        settled = settle_set(settler, session, pile, imap_set_text(&set), error);
        imap_set_clear(&set);
        if (!settled)
            return false;
        if (pile->way == IMAP_WAY_COPY_EXPUNGE || pile->way == IMAP_WAY_DELETE_EXPUNGE)
            g_array_append_vals(settler->flagged, pile->uids->data, taken);
        g_array_remove_range(pile->uids, 0, taken);
    }
    return true;
}

/* EXPUNGE takes every \Deleted message of the folder: only when all of them are ours. */
static bool
expunge_ours(struct imap_settler *settler, struct imap_session *session, GError **error)
{
    g_autoptr(GArray) deleted = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_auto(ImapAnswer) answer = { 0 };
    if (settler->flagged->len == 0)
        return true;
    if (!imap_list_deleted(session, deleted, error))
        return false;
    g_array_sort(settler->flagged, by_number);
    settler->left_flagged = 0;
    for (guint i = 0; i < deleted->len; i++)
        if (!g_array_binary_search(settler->flagged, &g_array_index(deleted, uint32_t, i),
                                   by_number, NULL)) {
            settler->left_flagged = settler->flagged->len;
            return true;
        }
    if (!imap_command(&session->commands, "EXPUNGE", NULL, NULL, &answer, error))
        return false;
    if (answer.status != IMAP_OK)
        return imap_answer_fail(&answer, "EXPUNGE", error);
    g_array_set_size(settler->flagged, 0);
    return true;
}

bool
imap_settler_run(struct imap_settler *settler, struct imap_session *session, GError **error)
{
    return settle_pile(settler, session, &settler->stored, error) &&
           settle_pile(settler, session, &settler->quarantined, error) &&
           expunge_ours(settler, session, error);
}
