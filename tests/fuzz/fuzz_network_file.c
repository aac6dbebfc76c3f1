/* SPDX-License-Identifier: Apache-2.0 */
/* A networks file gives rows with fit texts that are found again, or tells the bad line. */
#include "enrich/network_file.h"

#include "base/fault.h"
#include "demand.h"

static void
check(const struct network_file *file, struct span octets)
{
    struct span line;
    size_t lines = 0;
    while (span_line(&octets, &line)) {
        struct ip_range range;
        const struct local_network *found;
        lines++;
        if (!ip_range_parse(line, &range))
            continue;
        found = network_file_find(file, &range.base);
        demand(found == NULL || ip_in_range(&range.base, &found->prefix));
        if (found == NULL)
            continue;
        demand_text(found->name);
        demand_text(found->abuse);
        demand(strpbrk(found->name, "\r\n\t\x1b") == NULL);
        demand(strlen(found->country) == 0 || strlen(found->country) == 2);
        if (found->name[0] != '\0')
            demand(network_file_find_asn(file, found->asn) != NULL);
    }
    demand(network_file_count(file) <= lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span given = exact_copy(octets, len);
    g_autoptr(GError) error = NULL;
    g_autoptr(NetworkFile) file = network_file_parse(given, "fuzz", &error);
    demand((file != NULL) == (error == NULL));
    if (file == NULL) {
        demand(g_error_matches(error, FAULT, FAULT_OPERATOR));
        demand_text(error->message);
        return 0;
    }
    check(file, given);
    return 0;
}
