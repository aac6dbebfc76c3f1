/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fingerprint - "the same report again", though its octets differ
 *
 * In:      a report.
 * Out:     SHA-256 over the Message-ID of the reported mail (else the report's own), the source
 *          address, the arrival date, and the header fields of the reported mail in their order:
 *          names in lower case, white space of the values one space. Fields that a mailbox adds
 *          (Status, X-UID ...) are left out.
 * Use:     marks rows; nothing is ever dropped for it.
 * Threads: no state.
 */
#pragma once

#include "report/report.h"

#define FINGERPRINT_OCTETS 32

void report_fingerprint(const struct report *report, unsigned char out[FINGERPRINT_OCTETS]);
