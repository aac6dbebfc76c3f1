/* SPDX-License-Identifier: Apache-2.0 */
#include "demand.h"

#include "report/address.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span field = exact_copy(octets, len);
    g_autofree char *first = address_first(field);
    g_autofree char *path = address_path(field);
    demand_text(first);
    demand_text(path);
    demand(first == NULL || strchr(first, '@') != NULL);
    demand(path != NULL);
    if (first != NULL) {
        g_autofree char *domain = address_domain(first);
        demand_text(domain);
        demand(strchr(domain, '@') == NULL);
    }
    return 0;
}
