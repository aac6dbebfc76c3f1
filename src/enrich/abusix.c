/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/abusix.h"

#include "enrich/contact_address.h"

char *
abusix_name(const struct ip *ip, const char *zone)
{
    if (ip->len == 0 || zone == NULL || zone[0] == '\0')
        return NULL;
    return ip_reverse(ip, zone);
}

void
abusix_read(const struct answer *answer, char *const *own, GString *list)
{
    for (size_t i = 0; answer->outcome == ANSWER_FOUND && i < answer->count; i++)
        contact_list_add(list, answer->records[i].text, own);
}
