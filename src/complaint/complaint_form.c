/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/complaint_form.h"

#include <string.h>

#include "store/contact.h"

static enum complaint_zip
zip_of(const struct config *config)
{
    if (strcmp(config->reports.arf_zip, "never") == 0)
        return COMPLAINT_ZIP_NEVER;
    return strcmp(config->reports.arf_zip, "always") == 0 ? COMPLAINT_ZIP_ALWAYS
                                                          : COMPLAINT_ZIP_ATTACHMENTS;
}

void
complaint_form_style(const struct config *config, const struct contact_wish *wish,
                     struct complaint_style *style)
{
    static const struct contact_wish none = { { 0 } };
    const char *at =
        config->web.report_sender != NULL ? strrchr(config->web.report_sender, '@') : NULL;
    const unsigned char *said = (wish != NULL ? wish : &none)->said;
    *style = (struct complaint_style){
        .sender = config->web.report_sender,
        .site = at != NULL ? at + 1 : "localhost",
        .mask_headers = (const char *const *)config->web.mask_headers,
        .token_key = config->web.secret_key,
        .zip_password = config->reports.arf_password,
        .zip = said[WISH_ZIP] == WISH_NOTHING  ? zip_of(config)
               : said[WISH_ZIP] == WISH_ZIP_NO ? COMPLAINT_ZIP_NEVER
                                               : COMPLAINT_ZIP_ALWAYS,
        .zip_aes256 = strcmp(config->reports.arf_cipher, "aes256") == 0,
        .whole_in_zip = said[WISH_ZIP] == WISH_ZIP_WHOLE,
        .xarf = said[WISH_XARF] == WISH_NOTHING ? config->reports.xarf
                                                : said[WISH_XARF] == WISH_XARF_YES,
        /* As the original; the whole mail is in the zip. */
        .headers_part = said[WISH_MAIL] != WISH_MAIL_RFC822,
        .contact_text = config->reports.signature,
        .own_domains = (const char *const *)config->dnsbl.wldomain,
    };
}

void
complaint_form_settle(const struct config *config, struct contact_wish *wish)
{
    const enum complaint_zip zip = zip_of(config);
    unsigned char *said = wish->said;
    if ((said[WISH_ZIP] == WISH_ZIP_NO && zip == COMPLAINT_ZIP_NEVER) ||
        (said[WISH_ZIP] == WISH_ZIP_REDACTED && zip == COMPLAINT_ZIP_ALWAYS))
        said[WISH_ZIP] = WISH_NOTHING;
    if (said[WISH_MAIL] == WISH_MAIL_HEADERS)
        said[WISH_MAIL] = WISH_NOTHING;
    if (said[WISH_XARF] == (config->reports.xarf ? WISH_XARF_YES : WISH_XARF_NO))
        said[WISH_XARF] = WISH_NOTHING;
}

char *
complaint_form_words(const struct contact_wish *wish)
{
    static const char *const zips[] = { NULL, "no zip", "the redacted mail in a zip",
                                        "the whole, unredacted mail in a zip" };
    static const char *const mails[] = { NULL, "the mail as message/rfc822", "its header alone" };
    static const char *const xarfs[] = { NULL, "no XARF part", "an XARF part" };
    const char *const words[] = { zips[MIN(wish->said[WISH_ZIP], 3)],
                                  mails[MIN(wish->said[WISH_MAIL], 2)],
                                  xarfs[MIN(wish->said[WISH_XARF], 2)] };
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (words[i] != NULL)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", words[i]);
    return g_strdup(text->str);
}

bool
complaint_form_is_whole(const struct contact_wish *wish)
{
    return wish->said[WISH_ZIP] == WISH_ZIP_WHOLE;
}

/* --- out of the database --- */

static bool
take_word(struct contact_wish *wish, const char *key, const char *value)
{
    g_autofree char *word = value != NULL ? g_strconcat(key, "=", value, NULL) : NULL;
    return word == NULL || contact_wish_set(wish, span_of(word));
}

static void
take_row(void *user, const struct wish_row *row)
{
    struct contact_wish wish = { { 0 } };
    if (take_word(&wish, "zip", row->zip) && take_word(&wish, "mail", row->mail) &&
        take_word(&wish, "xarf", row->xarf))
        contact_wishes_add(user, row->kind, row->subject, &wish);
}

struct contact_wishes *
complaint_form_wishes(struct db *db, GError **error)
{
    g_autoptr(ContactWishes) wishes = contact_wishes_new();
    return wish_read_all(db, take_row, wishes, error) ? g_steal_pointer(&wishes) : NULL;
}

bool
complaint_form_wish_of(struct db *db, const char *address, struct contact_wish *wish,
                       GError **error)
{
    g_autoptr(ContactWishes) wishes = contact_wishes_new();
    *wish = (struct contact_wish){ { 0 } };
    if (!wish_read_of(db, address, take_row, wishes, error))
        return false;
    contact_wishes_of(wishes, address, wish);
    return true;
}
