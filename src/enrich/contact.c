/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact.h"

#include "base/domain.h"

static const char *const words[] = { "person", "file", "rdap", "abusix", "asn" };

const char *
contact_origin_word(enum contact_origin origin)
{
    return words[origin];
}

bool
contact_origin_read(const char *word, enum contact_origin *origin)
{
    for (unsigned i = 0; word != NULL && i < CONTACT_ORIGINS; i++) {
        if (strcmp(word, words[i]) != 0)
            continue;
        *origin = (enum contact_origin)i;
        return true;
    }
    return false;
}

bool
contact_holds(const struct contact *contact, int64_t now)
{
    return contact->expires == CLOCK_UNKNOWN || contact->expires > now;
}

static void
add_domain(GPtrArray *domains, const char *text)
{
    char *domain = text != NULL ? domain_canonical(span_of(text)) : NULL;
    if (domain != NULL)
        g_ptr_array_add(domains, domain);
}

char **
contact_own_domains(const struct config *config)
{
    GPtrArray *domains = g_ptr_array_new();
    for (char **item = config->dnsbl.wldomain; item != NULL && *item != NULL; item++)
        add_domain(domains, *item);
    const char *sender = config->web.report_sender;
    const char *at = sender != NULL ? strrchr(sender, '@') : NULL;
    if (at != NULL) { /* "Desk <desk@example.com>" or the address alone */
        g_autofree char *host = g_strndup(at + 1, strcspn(at + 1, "> \t"));
        add_domain(domains, host);
    }
    g_ptr_array_add(domains, NULL);
    return (char **)g_ptr_array_free(domains, FALSE);
}
