/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_session.h"

#include "base/fault.h"

static bool
take_capability(void *user, const struct imap_response *response, GError **error)
{
    struct imap_session *session = user;
    (void)error;
    if (response->kind != IMAP_NAMED || !span_equals_nocase(response->name, "CAPABILITY"))
        return true;
    session->can_move = imap_response_lists(response->rest, "MOVE");
    session->can_uidplus = imap_response_lists(response->rest, "UIDPLUS");
    session->can_esearch = imap_response_lists(response->rest, "ESEARCH");
    session->can_namespace = imap_response_lists(response->rest, "NAMESPACE");
    return true;
}

struct selecting {
    struct imap_session *session;
    const char *keyword;
};

static bool
take_selected(void *user, const struct imap_response *response, GError **error)
{
    struct selecting *selecting = user;
    struct imap_session *session = selecting->session;
    (void)error;
    if (response->kind == IMAP_NUMBERED && span_equals_nocase(response->name, "EXISTS"))
        session->exists = response->number;
    if (response->kind != IMAP_STATUS || response->status != IMAP_OK)
        return true;
    if (span_starts_nocase(response->code, "UIDVALIDITY "))
        session->has_validity =
            span_to_u32(span_from(response->code, strlen("UIDVALIDITY ")), &session->uid_validity);
    if (span_starts_nocase(response->code, "PERMANENTFLAGS ")) {
        struct span flags = span_from(response->code, strlen("PERMANENTFLAGS "));
        session->keyword_is_kept =
            imap_response_lists(flags, "\\*") || imap_response_lists(flags, selecting->keyword);
    }
    return true;
}

static bool
select_folder(struct imap_session *session, const struct imap_folder *folder, GError **error)
{
    struct selecting selecting = { session, folder->keyword };
    g_autofree char *quoted = imap_command_quoted(folder->name);
    g_autofree char *command =
        g_strdup_printf("%s %s", folder->examine ? "EXAMINE" : "SELECT", quoted);
    g_autofree char *what = g_strdup_printf("folder %s", folder->shown);
    g_auto(ImapAnswer) answer = { 0 };
    session->keyword_is_kept = true; /* without PERMANENTFLAGS all flags are (RFC 3501, 7.1) */
    if (!imap_command(&session->commands, command, take_selected, &selecting, &answer, error))
        return false;
    if (answer.status != IMAP_OK)
        return imap_answer_fail(&answer, what, error);
    session->read_only = imap_answer_has_code(&answer, "READ-ONLY");
    if (session->read_only && !folder->examine) {
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "IMAP %s: may only be read; set imapSettle = keep or the rights", what);
        return false;
    }
    if (!session->has_validity || session->uid_validity == 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "IMAP %s: the server keeps no UIDs for it", what);
        return false;
    }
    return true;
}

bool
imap_session_open(struct imap_session *session, struct imap_connection *connection,
                  const struct imap_folder *folder, GError **error)
{
    g_auto(ImapAnswer) answer = { 0 };
    *session = (struct imap_session){ 0 };
    imap_commands_init(&session->commands, connection);
    if (imap_command(&session->commands, "CAPABILITY", take_capability, session, &answer, error) &&
        select_folder(session, folder, error))
        return true;
    imap_session_close(session);
    return false;
}

bool
imap_session_is_open(const struct imap_session *session)
{
    return session->commands.connection != NULL;
}

void
imap_session_close(struct imap_session *session)
{
    imap_commands_clear(&session->commands);
}

void
imap_session_leave(struct imap_session *session)
{
    char tag[IMAP_TAG_OCTETS];
    /* All that was asked for is confirmed; nothing hangs on the answer. */
    if (imap_session_is_open(session))
        imap_command_send(&session->commands, "LOGOUT", tag, NULL);
    imap_session_close(session);
}

/* 1: done; 0: the server said no, see *answer; -1: *error. */
static int
about_folder(struct imap_session *session, const char *format, const char *name,
             struct imap_answer *answer, GError **error)
{
    g_autofree char *quoted = imap_command_quoted(name);
    GString *command = g_string_new(format);
    bool sent = false;
    g_string_replace(command, "?", quoted, 1);
    sent = imap_command(&session->commands, command->str, NULL, NULL, answer, error);
    g_string_free(command, TRUE);
    if (!sent)
        return -1;
    return answer->status == IMAP_OK || imap_answer_has_code(answer, "ALREADYEXISTS") ? 1 : 0;
}

/* 1: it is there now. */
static int
find_or_make(struct imap_session *session, const char *name, struct imap_answer *answer,
             GError **error)
{
    int found = about_folder(session, "STATUS ? (UIDNEXT)", name, answer, error);
    return found != 0 ? found : about_folder(session, "CREATE ?", name, answer, error);
}

/* The prefix of the first personal namespace: * NAMESPACE (("INBOX." ".")) NIL NIL */
static bool
take_prefix(void *user, const struct imap_response *response, GError **error)
{
    char **prefix = user;
    struct span rest = response->rest;
    struct imap_token token;
    size_t len = 0;
    (void)error;
    if (response->kind != IMAP_NAMED || !span_equals_nocase(response->name, "NAMESPACE") ||
        *prefix != NULL || imap_token_next(&rest).kind != IMAP_OPEN ||
        imap_token_next(&rest).kind != IMAP_OPEN)
        return true;
    token = imap_token_next(&rest);
    if (token.kind == IMAP_QUOTED)
        *prefix = imap_token_unquoted(token, &len);
    return true;
}

char *
imap_session_folder(struct imap_session *session, const char *name, GError **error)
{
    g_auto(ImapAnswer) answer = { 0 };
    g_auto(ImapAnswer) ignored = { 0 };
    g_autofree char *prefix = NULL;
    g_autofree char *longer = NULL;
    int found = find_or_make(session, name, &answer, error);
    if (found != 0)
        return found > 0 ? g_strdup(name) : NULL;
    /* Some servers keep all folders below INBOX. */
    if (session->can_namespace &&
        !imap_command(&session->commands, "NAMESPACE", take_prefix, &prefix, &ignored, error))
        return NULL;
    if (prefix != NULL && prefix[0] != '\0' && strpbrk(prefix, "\r\n") == NULL &&
        !g_str_has_prefix(name, prefix)) {
        longer = g_strconcat(prefix, name, NULL);
        found = find_or_make(session, longer, &answer, error);
        if (found != 0)
            return found > 0 ? g_steal_pointer(&longer) : NULL;
    }
    imap_answer_fail(&answer, name, error);
    g_prefix_error(error, "cannot make the folder: ");
    return NULL;
}
