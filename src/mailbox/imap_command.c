/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_command.h"

#include <sys/random.h>

#include "base/fault.h"
#include "base/text.h"

#define TEXT_OCTETS 200

void
imap_commands_init(struct imap_commands *commands, struct imap_connection *connection)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char random[sizeof commands->stem - 1];
    /* Up to 256 octets come whole or not at all, and not at all only in the first second after
     * boot of a machine without entropy: then wait. */
    while (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        g_usleep(1000);
    for (size_t i = 0; i < sizeof random; i++)
        commands->stem[i] = letters[random[i] % (sizeof letters - 1)];
    commands->stem[sizeof random] = '\0';
    commands->connection = connection;
    commands->count = 0;
    commands->broken = false;
}

void
imap_commands_clear(struct imap_commands *commands)
{
    imap_connection_free(g_steal_pointer(&commands->connection));
}

void
imap_answer_clear(struct imap_answer *answer)
{
    g_clear_pointer(&answer->code, g_free);
    g_clear_pointer(&answer->text, g_free);
}

void
imap_answer_set(struct imap_answer *answer, const struct imap_response *response)
{
    imap_answer_clear(answer);
    answer->status = response->status;
    answer->code = text_masked(response->code, TEXT_OCTETS);
    answer->text = text_masked(response->text, TEXT_OCTETS);
}

static bool
first_word_is(struct span code, const char *word)
{
    size_t len = strlen(word);
    return span_starts_nocase(code, word) && (code.len == len || code.octets[len] == ' ');
}

bool
imap_answer_has_code(const struct imap_answer *answer, const char *word)
{
    return first_word_is(span_of(answer->code), word);
}

bool
imap_code_passes(struct span code)
{
    static const char *const words[] = { "UNAVAILABLE", "INUSE",         "LIMIT",
                                         "SERVERBUG",   "EXPUNGEISSUED", "THROTTLED" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (first_word_is(code, words[i]))
            return true;
    return false;
}

bool
imap_answer_fail(const struct imap_answer *answer, const char *what, GError **error)
{
    enum fault fault = imap_code_passes(span_of(answer->code)) ? FAULT_RETRY : FAULT_OPERATOR;
    g_set_error(error, FAULT, (int)fault, "IMAP %s: %s%s%s%s", what,
                answer->code[0] != '\0' ? "[" : "", answer->code,
                answer->code[0] != '\0' ? "] " : "", answer->text);
    return false;
}

bool
imap_command_send(struct imap_commands *commands, const char *command, char tag[IMAP_TAG_OCTETS],
                  GError **error)
{
    g_autofree char *line = NULL;
    g_snprintf(tag, IMAP_TAG_OCTETS, "%s%u", commands->stem, ++commands->count);
    line = g_strdup_printf("%s %s\r\n", tag, command);
    commands->broken = !imap_connection_send(commands->connection, span_of(line), error);
    return !commands->broken;
}

bool
imap_command_nonsense(struct imap_commands *commands, const char *what, GError **error)
{
    commands->broken = true;
    imap_connection_set_nonsense(commands->connection);
    if (what != NULL)
        g_set_error(error, FAULT, FAULT_RETRY, "IMAP: %s", what);
    return false;
}

static bool
read_response(struct imap_commands *commands, struct imap_response *response, uint64_t *skipped,
              GError **error)
{
    struct span octets = { NULL, 0 };
    if (!imap_connection_read(commands->connection, &octets, skipped, error))
        return false;
    if (!imap_response_parse(octets, response, error))
        return imap_command_nonsense(commands, NULL, error);
    if (response->kind == IMAP_STATUS && response->status == IMAP_BYE) {
        g_autofree char *text = text_masked(response->text, TEXT_OCTETS);
        g_set_error(error, FAULT, FAULT_RETRY, "IMAP: the server says goodbye: %s", text);
        return false;
    }
    if (response->kind == IMAP_TAGGED && !span_starts_nocase(response->tag, commands->stem))
        return imap_command_nonsense(commands, "answer to a command never sent", error);
    return true;
}

bool
imap_command_read(struct imap_commands *commands, struct imap_response *response, uint64_t *skipped,
                  GError **error)
{
    commands->broken = !read_response(commands, response, skipped, error);
    return !commands->broken;
}

bool
imap_command(struct imap_commands *commands, const char *command, imap_untagged untagged,
             void *user, struct imap_answer *answer, GError **error)
{
    char tag[IMAP_TAG_OCTETS];
    struct imap_response response;
    uint64_t skipped = 0;
    /* Only answers to FETCH have literals of any size. */
    imap_connection_literals(commands->connection, 0, 0);
    if (!imap_command_send(commands, command, tag, error))
        return false;
    for (;;) {
        if (!imap_command_read(commands, &response, &skipped, error))
            return false;
        if (response.kind == IMAP_TAGGED && span_equals(response.tag, tag)) {
            imap_answer_set(answer, &response);
            return true;
        }
        if (response.kind == IMAP_TAGGED)
            return imap_command_nonsense(commands, "answers out of turn", error);
        if (untagged != NULL && !untagged(user, &response, error))
            return imap_command_nonsense(commands, NULL, error);
    }
}

char *
imap_command_quoted(const char *name)
{
    GString *quoted = g_string_new("\"");
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *name);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(quoted, FALSE);
}
