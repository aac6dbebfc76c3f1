/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include <sysexits.h>

G_DEFINE_QUARK(lafayette - fault - quark, fault)

int
fault_exit_code(const GError *error)
{
    if (error == NULL || error->domain != FAULT)
        return EX_TEMPFAIL;
    switch ((enum fault)error->code) {
    case FAULT_REJECT:
        return EX_DATAERR;
    case FAULT_OPERATOR:
        return EX_CONFIG;
    case FAULT_USAGE:
        return EX_USAGE;
    case FAULT_RETRY:
        break;
    }
    return EX_TEMPFAIL;
}
