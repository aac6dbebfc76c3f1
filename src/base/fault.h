/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - the error domain of Lafayette: the code says what the caller must do next
 *
 * Functions return false or NULL and set a GError of this domain; outputs are untouched then.
 * Only the mains log; they turn a fault into the exit code of sysexits.h.
 */
#pragma once

#include <glib.h>

enum fault {
    FAULT_RETRY,    /* try again on the next run: server away, DNS time-out, disk full */
    FAULT_REJECT,   /* this one input is bad: quarantine it and go on with the next */
    FAULT_OPERATOR, /* nothing works until a person acts: bad config, password, old schema */
    FAULT_USAGE     /* the command line is wrong */
};

GQuark fault_quark(void);
#define FAULT (fault_quark())

/* EX_TEMPFAIL (75), EX_DATAERR (65), EX_CONFIG (78) or EX_USAGE (64); an error of another domain
 * and NULL count as FAULT_RETRY. */
int fault_exit_code(const GError *error);
