/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/sender_parts.h"

#include "base/fault.h"
#include "complaint/arf_message.h"
#include "enrich/contact.h"

/* "host", "host:port" as the original took it, or "[address]:port". */
static void
set_server(struct sender *sender)
{
    const struct config *config = sender->config;
    const char *name = config->web.mail_smtp;
    const char *colon = strrchr(name, ':');
    guint32 port = config->web.smtp_port, said = 0;
    sender->smtp_host = g_strdup(name);
    if (colon != NULL && (strchr(name, ':') == colon || (colon > name && colon[-1] == ']')) &&
        span_to_u32(span_of(colon + 1), &said) && said > 0 && said <= 65535) {
        sender->smtp_host[colon - name] = '\0';
        port = said;
    }
    sender->smtp = (struct smtp_settings){ .host = sender->smtp_host,
                                           .port = (uint16_t)port,
                                           .tls = smtp_tls_of(config->web.smtp_tls),
                                           .user = config->web.smtp_user,
                                           .password = config->web.smtp_password,
                                           .ca_file = config->web.smtp_ca_file,
                                           .timeout_ms = config->web.smtp_timeout_ms };
}

static void
set_caps(struct sender *sender)
{
    const struct config *config = sender->config;
    sender->own = g_ptr_array_new();
    g_ptr_array_add(sender->own, sender->from);
    if (config->web.bounce_address[0] != '\0')
        g_ptr_array_add(sender->own, config->web.bounce_address);
    for (char **copy = config->reports.email; *copy != NULL; copy++)
        g_ptr_array_add(sender->own, *copy);
    for (char **copy = config->reports.email_spam; *copy != NULL; copy++)
        g_ptr_array_add(sender->own, *copy);
    g_ptr_array_add(sender->own, NULL);
    sender->own_domains = contact_own_domains(config);
    sender->caps = (struct outbox_caps){ .an_hour = config->reports.an_hour,
                                         .a_day = config->reports.a_day,
                                         .contact_an_hour = config->reports.contact_an_hour,
                                         .contact_a_day = config->reports.contact_a_day,
                                         .quiet_hours = config->reports.quiet_hours,
                                         .own = (const char *const *)sender->own->pdata,
                                         .own_domains = sender->own_domains };
}

/* "Name <address>" or the address alone. */
static char *
bare_address(const char *text)
{
    const char *open = text != NULL ? strrchr(text, '<') : NULL;
    const char *shut = open != NULL ? strchr(open, '>') : NULL;
    if (text == NULL)
        return NULL;
    return shut != NULL ? g_strndup(open + 1, (gsize)(shut - open - 1)) : g_strdup(text);
}

bool
sender_set_up(struct sender *sender, GError **error)
{
    const struct config *config = sender->config;
    sender->from = bare_address(config->web.report_sender);
    if (sender->from == NULL || !complaint_address_ok(sender->from) ||
        (config->web.bounce_address[0] != '\0' &&
         !complaint_address_ok(config->web.bounce_address))) {
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "%s: [web] reportSender and bounceAddress must be mail addresses, so that "
                    "complaints can be sent",
                    config->path);
        return false;
    }
    set_server(sender);
    set_caps(sender);
    sender->db = db_settings_of(config);
    return true;
}
