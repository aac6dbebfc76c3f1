/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/contacts.h"

#include <stdio.h>

#include "admin/option.h"
#include "admin/shown.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "enrich/contact_wish.h"
#include "store/contact.h"

#define HELP                                                                                       \
    "How complaints to an address, or to all addresses of a domain, are made:\n"                   \
    "  zip=no | redacted | whole\n"                                                                \
    "      no zip at all; the redacted mail in it; the mail as it came, with recipients and\n"     \
    "      all, which the preview warns of\n"                                                      \
    "  mail=rfc822 | headers\n"                                                                    \
    "      the redacted mail as message/rfc822, or its header alone\n"                             \
    "  xarf=no | yes\n"                                                                            \
    "      an XARF part\n"                                                                         \
    "VALUE \"default\" takes one wish back. An address' own wish goes before its domain's. With\n" \
    "ADDRESS alone: what it wants; with nothing: all wishes. What is queued already keeps its\n"   \
    "form, but nothing goes out whole any more that is not wanted whole."

/* "zip=whole", of a row's columns. Caller frees. */
static char *
row_text(const struct wish_row *row)
{
    const char *const words[][2] = { { "zip", row->zip },
                                     { "mail", row->mail },
                                     { "xarf", row->xarf } };
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (words[i][1] != NULL)
            g_string_append_printf(text, "%s%s=%s", text->len > 0 ? " " : "", words[i][0],
                                   words[i][1]);
    return g_strdup(text->str);
}

void
contacts_wish_print(void *user, const struct wish_row *row)
{
    g_autofree char *text = row_text(row);
    g_autofree char *shown = shown_text(span_of(row->subject), false);
    (void)user;
    printf("wish    %s%s  %s\n", strcmp(row->kind, "domain") == 0 ? "@" : "", shown, text);
}

struct search {
    const char *kind, *subject;
    struct contact_wish wish;
    bool there;
};

static void
take_row(void *user, const struct wish_row *row)
{
    struct search *search = user;
    g_autofree char *text = row_text(row);
    if (strcmp(row->kind, search->kind) != 0 || strcmp(row->subject, search->subject) != 0)
        return;
    search->there = contact_wish_read(&search->wish, span_of(text));
}

static bool
read_words(struct contact_wish *wish, char **words, const char *command, GError **error)
{
    for (; *words != NULL; words++) {
        if (contact_wish_set(wish, span_of(*words)))
            continue;
        g_autofree char *shown = text_masked(span_of(*words), 100);
        g_set_error(error, FAULT, FAULT_USAGE,
                    "%s: \"%s\" is none of zip=no|redacted|whole, mail=rfc822|headers, xarf=no|yes",
                    command, shown);
        return false;
    }
    return true;
}

static bool
change(const struct contacts_site *site, struct search *search, GError **error)
{
    char text[CONTACT_WISH_OCTETS_MAX];
    const struct contact_wish *wish = &search->wish;
    struct wish_row row = { .kind = search->kind,
                            .subject = search->subject,
                            .zip = contact_wish_word(wish, WISH_ZIP),
                            .mail = contact_wish_word(wish, WISH_MAIL),
                            .xarf = contact_wish_word(wish, WISH_XARF),
                            .since = clock_now() };
    if (!wish_write(site->db, &row, error))
        return false;
    printf("%s %s%s: %s\n", search->there ? "changed" : "noted",
           strcmp(search->kind, "domain") == 0 ? "@" : "", search->subject,
           contact_wish_is_empty(wish) ? "as all others" : contact_wish_text(wish, text));
    return true;
}

/* `search` names whose wish it is, and has what was wished before. */
static bool
wish_of(const struct contacts_site *site, struct search *search, gboolean remove, char **words,
        const char *command, GError **error)
{
    g_autofree char *address =
        g_strconcat(strcmp(search->kind, "domain") == 0 ? "@" : "", search->subject, NULL);
    if (!wish_read_of(site->db, address, take_row, search, error))
        return false;
    if (remove)
        search->wish = (struct contact_wish){ { 0 } };
    else if (words[0] == NULL)
        return wish_read_of(site->db, address, contacts_wish_print, NULL, error);
    return read_words(&search->wish, words, command, error) && change(site, search, error);
}

bool
contacts_wish(const struct contacts_site *site, int argc, char **argv, GError **error)
{
    gboolean remove = FALSE;
    g_auto(GStrv) rest = NULL;
    g_autofree char *subject = NULL;
    struct search search = { .there = false };
    const GOptionEntry entries[] = { { "remove", 0, 0, G_OPTION_ARG_NONE, &remove,
                                       "Take all wishes of this address or domain back", NULL },
                                     G_OPTION_ENTRY_NULL };
    if (!option_read(argc, argv, entries, "[ADDRESS | @DOMAIN [KEY=VALUE...]]", HELP, &rest, error))
        return false;
    if (rest[0] == NULL && !remove)
        return wish_read_all(site->db, contacts_wish_print, NULL, error);
    if (rest[0] == NULL || !contact_wish_subject(span_of(rest[0]), &search.kind, &subject) ||
        (remove && rest[1] != NULL)) {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "%s takes an address or @ and a domain, then words key=value, or --remove",
                    argv[0]);
        return false;
    }
    search.subject = subject;
    return wish_of(site, &search, remove, rest + 1, argv[0], error);
}
