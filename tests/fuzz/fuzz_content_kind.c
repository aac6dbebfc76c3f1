/* SPDX-License-Identifier: Apache-2.0 */
#include "demand.h"

#include "report/content_kind.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    enum report_kind kind = REPORT_ARF;
    bool known = content_kind_of_octets(copy, &kind);
    demand(known == (kind == REPORT_AGGREGATE || kind == REPORT_TLSRPT));
    demand(known || kind == REPORT_ARF);
    return 0;
}
