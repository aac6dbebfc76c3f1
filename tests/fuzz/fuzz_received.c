/* SPDX-License-Identifier: Apache-2.0 */
#include "demand.h"

#include "report/received.h"

static bool
lies_within(struct span inner, struct span outer)
{
    return inner.len == 0 ||
           (inner.octets >= outer.octets && inner.octets + inner.len <= outer.octets + outer.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span field = exact_copy(octets, len);
    struct ip ip = { .len = 0 };
    struct span host = received_by_host(field);
    bool found = received_from_ip(field, &ip);
    demand(found == (ip.len == 4 || ip.len == 16));
    demand(lies_within(host, field) && lies_within(received_date(field), field));
    for (size_t i = 0; i < host.len; i++)
        demand(strchr(" \t\r\n();", host.octets[i]) == NULL);
    return 0;
}
