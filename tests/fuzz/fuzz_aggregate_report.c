/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an aggregate report: texts are UTF-8, the domain is one, or there is a reason. */
#include "demand.h"

#include "base/domain.h"
#include "base/fault.h"
#include "report/aggregate_report.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    g_autoptr(GError) error = NULL;
    g_autoptr(AggregateReport) report = aggregate_report_read(copy, &error);
    if (report == NULL) {
        demand(g_error_matches(error, FAULT, FAULT_REJECT));
        return 0;
    }
    g_autofree char *again = domain_canonical(span_of(report->domain));
    demand(again != NULL && strcmp(again, report->domain) == 0);
    demand(report->org_name != NULL || report->email != NULL);
    demand_text(report->org_name);
    demand_text(report->email);
    demand_text(report->report_id);
    return 0;
}
