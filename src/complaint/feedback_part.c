/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/feedback_part.h"

#include "complaint/stamp.h"

static void
add(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s: %s\r\n", name, value);
}

static void
add_all(GString *out, const char *name, const GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++)
        add(out, name, g_ptr_array_index(values, i));
}

void
feedback_part_append(GString *out, const struct complaint_facts *facts,
                     const struct complaint_words *words)
{
    char when[STAMP_TEXT_MAX];
    add(out, "Feedback-Type", words->type);
    add(out, "User-Agent", "Lafayette/" LAFAYETTE_VERSION);
    add(out, "Version", "1");
    if (words->mail_from != NULL)
        g_string_append_printf(out, "Original-Mail-From: <%s>\r\n", words->mail_from);
    for (guint i = 0; i < words->recipients->len; i++)
        g_string_append_printf(out, "Original-Rcpt-To: <%s>\r\n",
                               (const char *)g_ptr_array_index(words->recipients, i));
    if (stamp_mail(facts->arrival, when)[0] != '\0')
        add(out, "Arrival-Date", when);
    if (words->reporting_mta != NULL)
        g_string_append_printf(out, "Reporting-MTA: dns; %s\r\n", words->reporting_mta);
    add(out, "Source-IP", words->source_ip);
    if (facts->source_port > 0 && facts->source_port <= 65535)
        g_string_append_printf(out, "Source-Port: %u\r\n", facts->source_port);
    g_string_append_printf(out, "Incidents: %u\r\n", MAX(facts->incidents, 1));
    add_all(out, "Authentication-Results", words->results);
    add_all(out, "Reported-Domain", words->domains);
    add_all(out, "Reported-URI", words->uris);
}
