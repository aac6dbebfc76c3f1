/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include <sysexits.h>

/* G_DEFINE_QUARK is a race where two threads fail at the same time for the first time. */
GQuark
fault_quark(void)
{
    static gsize quark;
    if (g_once_init_enter(&quark))
        g_once_init_leave(&quark, g_quark_from_static_string("lafayette-fault-quark"));
    return (GQuark)quark;
}

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
