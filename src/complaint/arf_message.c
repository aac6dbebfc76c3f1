/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/arf_message.h"

#include "base/domain.h"
#include "base/secret.h"
#include "base/text.h"
#include "complaint/arf_parts.h"
#include "complaint/recipient.h"
#include "complaint/stamp.h"
#include "report/transfer.h"

#define REFERENCE_MAX 64
#define RANDOM_CHARS 26 /* of 5 bits */
#define TO_MAX 50
#define COLUMNS_MAX 998

static bool
refuse(GError **error, const char *why)
{
    g_set_error(error, FAULT, FAULT_REJECT, "%s", why);
    return false;
}

static bool
is_reference(const char *reference)
{
    size_t len = reference != NULL ? strlen(reference) : 0;
    for (size_t i = 0; i < len; i++)
        if (!g_ascii_isalnum(reference[i]) && reference[i] != '-')
            return false;
    return len > 0 && len <= REFERENCE_MAX;
}

static bool
check(const struct complaint_facts *facts, const struct complaint_style *style, GError **error)
{
    g_autofree char *sender = recipient_sender(style->sender);
    char when[STAMP_TEXT_MAX];
    if (facts->source_ip.len == 0)
        return refuse(error, "nothing to complain about: the source address is not known");
    if (!is_reference(facts->reference))
        return refuse(error, "a reference is letters, digits and \"-\"");
    if (sender == NULL)
        return refuse(error, "[web] reportSender is no address that can stand in a header");
    if (style->token_key == NULL || style->token_key[0] == '\0')
        return refuse(error, "there is no key for the tokens of recipients");
    if (stamp_mail(facts->arrival, when)[0] == '\0')
        return refuse(error, "it is not known when the mail arrived");
    return true;
}

/* --- the header --- */

static void
add_field(GString *out, const char *name, const char *text)
{
    g_string_append_printf(out, "%s: ", name);
    transfer_append_words(out, strlen(name) + 2, span_of(text));
    g_string_append(out, "\r\n");
}

/* "Desk <desk@example.com>" keeps its name. */
static void
add_from(GString *out, const char *sender, const char *address)
{
    g_autofree char *name = recipient_sender_name(sender);
    if (name == NULL) {
        g_string_append_printf(out, "From: %s\r\n", address);
    } else if (g_str_is_ascii(name)) {
        g_string_append_printf(out, "From: \"%s\"\r\n <%s>\r\n", name, address);
    } else {
        g_string_append(out, "From: ");
        transfer_append_words(out, 6, span_of(name));
        g_string_append_printf(out, "\r\n <%s>\r\n", address);
    }
}

/* What desks' filters look for, and nothing that the mail's author wrote. */
static char *
make_subject(const struct complaint_facts *facts, const struct complaint_words *words)
{
    static const char *const types[] = { "fraud", "spam", "malware" };
    return g_strdup_printf("Abuse report: %s from %s [%s]", types[facts->type], words->source_ip,
                           facts->reference);
}

static void
add_header(GString *out, const struct arf_message *message, const struct complaint_facts *facts,
           const struct complaint_style *style, int64_t now, const char *boundary)
{
    g_autofree char *sender = recipient_sender(style->sender);
    char when[STAMP_TEXT_MAX];
    g_string_append_printf(out, "Date: %s\r\n", stamp_mail(now, when));
    add_from(out, style->sender, sender);
    g_string_append_printf(out, "Reply-To: %s\r\n", sender);
    add_field(out, "Subject", message->subject);
    g_string_append_printf(out,
                           "Message-ID: %s\r\n"
                           "Auto-Submitted: auto-generated\r\n"
                           "X-Auto-Response-Suppress: All\r\n" ARF_LOOP_FIELD ": %s\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/report; report-type=feedback-report;\r\n"
                           " boundary=\"%s\"\r\n\r\n",
                           message->message_id, facts->reference, boundary);
}

/* --- all of it --- */

static char *
site_of(const struct complaint_style *style)
{
    g_autofree char *site = style->site != NULL ? domain_canonical(span_of(style->site)) : NULL;
    g_autofree char *sender = NULL;
    if (site != NULL && strchr(site, '.') != NULL)
        return g_steal_pointer(&site);
    sender = recipient_sender(style->sender);
    return g_ascii_strdown(strchr(sender, '@') + 1, -1);
}

static bool
stands_in(const GPtrArray *parts, const char *boundary)
{
    for (guint i = 0; i < parts->len; i++) {
        const GString *part = g_ptr_array_index(parts, i);
        if (span_find_string((struct span){ part->str, part->len }, boundary) >= 0)
            return true;
    }
    return false;
}

/* What nobody could have written into the mail, and it is looked at all the same. */
static char *
new_boundary(const GPtrArray *parts, GError **error)
{
    for (;;) {
        g_autofree char *random = secret_text(RANDOM_CHARS, error);
        g_autofree char *boundary = random != NULL ? g_strconcat("=_", random, NULL) : NULL;
        if (boundary == NULL)
            return NULL;
        if (!stands_in(parts, boundary))
            return g_steal_pointer(&boundary);
    }
}

static bool
write_rest(struct arf_message *message, const GPtrArray *parts, const struct complaint_facts *facts,
           const struct complaint_style *style, int64_t now, GError **error)
{
    g_autofree char *boundary = new_boundary(parts, error);
    g_autoptr(GString) out = g_string_new(NULL);
    if (boundary == NULL)
        return false;
    add_header(out, message, facts, style, now, boundary);
    g_string_append(out, "This is a message in the Abuse Reporting Format (RFC 5965).\r\n");
    for (guint i = 0; i < parts->len; i++) {
        const GString *part = g_ptr_array_index(parts, i);
        g_string_append_printf(out, "\r\n--%s\r\n", boundary);
        g_string_append_len(out, part->str, (gssize)part->len);
    }
    g_string_append_printf(out, "\r\n--%s--\r\n", boundary);
    if (!transfer_is_plain((struct span){ out->str, out->len }, COLUMNS_MAX))
        return refuse(error, "the complaint would not be 7-bit mail");
    message->rest = g_string_free_to_bytes(g_steal_pointer(&out));
    return true;
}

static bool
write_all(struct arf_message *message, const struct complaint_facts *facts,
          const struct complaint_style *style, const char *site, int64_t now, GError **error)
{
    const struct redact_wish wish = { .recipients = facts->recipients,
                                      .mask_headers = style->mask_headers,
                                      .key = style->token_key,
                                      .headers_only = facts->headers_only };
    g_autoptr(Redactor) redactor =
        redactor_new(facts->original != NULL ? span_of_bytes(facts->original) : span_of(""), &wish);
    g_autoptr(ComplaintWords) words = complaint_words_new(facts, redactor);
    g_autoptr(GPtrArray) parts =
        arf_parts_new(facts, style, redactor, words, site, &message->zipped, &message->xarf, error);
    if (parts == NULL)
        return false;
    message->subject = make_subject(facts, words);
    return write_rest(message, parts, facts, style, now, error);
}

struct arf_message *
arf_message_new(const struct complaint_facts *facts, const struct complaint_style *style,
                int64_t now, GError **error)
{
    g_autoptr(ArfMessage) message = g_new0(struct arf_message, 1);
    g_autofree char *site = NULL;
    g_autofree char *random = NULL;
    const char *loop;
    if (!check(facts, style, error))
        return NULL;
    loop = facts->original != NULL && !facts->forced
               ? arf_parts_loop(span_of_bytes(facts->original))
               : NULL;
    if (loop != NULL) {
        g_set_error(error, FAULT, FAULT_REJECT, "no complaint about %s unless forced", loop);
        return NULL;
    }
    site = site_of(style);
    random = secret_text(RANDOM_CHARS, error);
    if (random == NULL)
        return NULL;
    message->message_id = g_strdup_printf("<%s.%s@%s>", facts->reference, random, site);
    if (!write_all(message, facts, style, site, now, error))
        return NULL;
    return g_steal_pointer(&message);
}

void
arf_message_free(struct arf_message *message)
{
    if (message == NULL)
        return;
    g_free(message->message_id);
    g_free(message->subject);
    if (message->rest != NULL)
        g_bytes_unref(message->rest);
    g_free(message);
}

GBytes *
arf_message_for(GBytes *rest, const char *to, GError **error)
{
    g_auto(GStrv) addresses = g_strsplit(to != NULL ? to : "", ",", TO_MAX + 1);
    GString *out = g_string_new("To:");
    struct span text = span_of_bytes(rest);
    for (unsigned i = 0; addresses[i] != NULL || i == 0; i++) {
        const char *address = addresses[i] != NULL ? g_strstrip(addresses[i]) : "";
        if (i >= TO_MAX || !complaint_address_ok(address)) {
            g_autofree char *shown = text_masked(span_of(address), 100);
            g_set_error(error, FAULT, FAULT_REJECT, "\"%s\" is no address to send to", shown);
            g_string_free(out, TRUE);
            return NULL;
        }
        g_string_append_printf(out, "%s %s", i > 0 ? ",\r\n" : "", address);
    }
    g_string_append(out, "\r\n");
    g_string_append_len(out, text.octets, (gssize)text.len);
    return g_string_free_to_bytes(out);
}
