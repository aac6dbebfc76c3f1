/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/pasted_mail.h"

#include "base/domain.h"
#include "base/fault.h"
#include "base/limits.h"
#include "report/field.h"
#include "report/mail_date.h"
#include "report/mail_read.h"
#include "report/received.h"
#include "report/redact.h"

static void
free_uri(gpointer one)
{
    struct pasted_uri *uri = one;
    g_free(uri->url);
    g_free(uri->host);
    g_free(uri);
}

static bool
is_public(const struct ip *ip, const struct pasted_wish *wish)
{
    return ip_is_public(ip, wish->public, wish->public_count);
}

static int64_t
time_of(struct span received)
{
    g_autofree char *text = span_dup(received_date(received));
    return mail_date_parse(text);
}

static void
take_ip(struct pasted_mail *pasted, const struct ip *ip, int64_t when)
{
    for (guint i = 0; i < pasted->ips->len; i++)
        if (ip_equal(&g_array_index(pasted->ips, struct ip, i), ip))
            return;
    if (pasted->ips->len == PASTED_IPS_MAX)
        return;
    g_array_append_vals(pasted->ips, ip, 1);
    g_array_append_val(pasted->times, when);
}

static void
take_ips(struct pasted_mail *pasted, const struct mail *mail, const struct pasted_wish *wish)
{
    for (size_t i = 0; i < mail->field_count; i++) {
        struct span value = span_of(mail->fields[i].value);
        struct ip ip;
        if (g_ascii_strcasecmp(mail->fields[i].name, "Received") == 0 &&
            received_from_ip(value, &ip) && is_public(&ip, wish))
            take_ip(pasted, &ip, time_of(value));
    }
}

static bool
is_own(const char *host, const struct pasted_wish *wish)
{
    for (const char *const *own = wish->own_domains; own != NULL && *own != NULL; own++)
        if (domain_is_within(host, *own))
            return true;
    return false;
}

static bool
is_picture(const char *key)
{
    static const char *const ends[] = { ".jpg", ".jpeg", ".png", ".gif" };
    struct span path = span_head(span_of(key), strcspn(key, "?"));
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        size_t len = strlen(ends[i]);
        if (path.len > len && span_equals_nocase(span_from(path, path.len - len), ends[i]))
            return true;
    }
    return false;
}

static void
take_links(struct pasted_mail *pasted, struct link_set *set, const struct pasted_wish *wish)
{
    const struct link *links;
    bool full;
    size_t count = link_set_take(set, &links, &full);
    for (size_t i = 0; i < count; i++) {
        struct pasted_uri *uri;
        if ((links[i].flags & LINK_NOT_REPORTABLE) != 0 || is_picture(links[i].key) ||
            is_own(links[i].host, wish))
            continue;
        uri = g_new(struct pasted_uri, 1);
        uri->url = g_strdup(links[i].url);
        uri->host = g_strdup(links[i].host);
        g_ptr_array_add(pasted->uris, uri);
    }
}

/* Whether nothing stands behind the header. */
static bool
is_header_alone(struct span octets)
{
    struct span line;
    while (span_line(&octets, &line))
        if (line.len == 0)
            return span_trim(octets).len == 0;
    return true;
}

static struct pasted_mail *
new_pasted(struct span octets, const struct mail *mail, const struct pasted_wish *wish)
{
    struct pasted_mail *pasted = g_new0(struct pasted_mail, 1);
    pasted->subject = g_strdup(mail->subject != NULL ? mail->subject : "");
    pasted->message_id = g_strdup(mail->message_id != NULL ? mail->message_id : "");
    pasted->from_address = g_strdup(mail->from_address != NULL ? mail->from_address : "");
    pasted->date = mail->date;
    pasted->ips = g_array_new(FALSE, FALSE, sizeof(struct ip));
    pasted->times = g_array_new(FALSE, FALSE, sizeof(int64_t));
    pasted->uris = g_ptr_array_new_with_free_func(free_uri);
    pasted->shown = redact_fields(octets, wish->mask_headers);
    pasted->headers_only = is_header_alone(octets);
    return pasted;
}

struct pasted_mail *
pasted_mail_read(struct span octets, const struct pasted_wish *wish, GError **error)
{
    g_autoptr(MimeMessage) message = NULL;
    struct pasted_mail *pasted = NULL;
    GStringChunk *arena;
    struct mail_reader reader = { .truncated = false };
    struct mail *mail;
    octets = field_skip_preamble(octets);
    if (octets.len > LIMIT_MESSAGE_OCTETS || field_first(octets).octets != octets.octets ||
        (message = gmime_border_parse(octets)) == NULL) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "this is no mail with its header, or larger than %d octets",
                    LIMIT_MESSAGE_OCTETS);
        return NULL;
    }
    arena = g_string_chunk_new(4096);
    reader.arena = arena;
    reader.links = link_set_new(arena);
    reader.attachments = g_array_new(FALSE, FALSE, sizeof(struct attachment));
    mail = mail_read(&reader, message, MAIL_WHOLE);
    pasted = new_pasted(octets, mail, wish);
    take_ips(pasted, mail, wish);
    take_links(pasted, reader.links, wish);
    pasted->has_attachments = reader.attachments->len > 0;
    mail_free(mail);
    g_array_unref(reader.attachments);
    link_set_free(reader.links);
    g_string_chunk_free(arena);
    return pasted;
}

int64_t
pasted_mail_arrival(const struct pasted_mail *mail, const struct ip *ip, int64_t now)
{
    int64_t when = CLOCK_UNKNOWN;
    for (guint i = 0; i < mail->ips->len; i++)
        if (ip_equal(&g_array_index(mail->ips, struct ip, i), ip))
            when = g_array_index(mail->times, int64_t, i);
    if (when == CLOCK_UNKNOWN)
        when = mail->date;
    return when == CLOCK_UNKNOWN ? now : MIN(when, now);
}

void
pasted_mail_free(struct pasted_mail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->subject);
    g_free(mail->message_id);
    g_free(mail->from_address);
    g_array_unref(mail->ips);
    g_array_unref(mail->times);
    g_ptr_array_unref(mail->uris);
    g_bytes_unref(mail->shown);
    g_free(mail);
}
