/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify - what kind of mail was reported, and the rule that decided
 *
 * In:      a report as the parser made it; the mail in it is hostile.
 * Out:     the first rule that holds, in the order of the list below. A verdict sorts mails, it
 *          never drops one: every sign read here can be set by who wrote the mail.
 * Names:   verdict.rule is one of CLASSIFY_RULES, static, never NULL.
 * Cost:    linear in the header and in the first 8 KB of text.
 * Threads: no state.
 * Source:  RFC 3464 (delivery status), RFC 8098 (disposition), RFC 3834 (automatic replies),
 *          RFC 2919 (lists); words as mail systems write them.
 */
#pragma once

#include "classify/genuine.h"
#include "report/report.h"

enum email_type { EMAIL_NORMAL, EMAIL_BOUNCE, EMAIL_AUTO_REPLIED };

/*
 * rule                    type          holds when the reported mail ...
 * dsn-failed              bounce        has a delivery status: at least one recipient failed, or
 *                                       the status names no action that we know
 * dsn-delayed             bounce        has one: delayed, none failed
 * dsn-success             bounce        has one: only delivered, relayed or expanded
 * feedback-report         normal        is itself an abuse or failure report (RFC 5965)
 * tls-report              normal        is itself a TLS report (RFC 8460)
 * x-failed-recipients     bounce        has that field (Exim)
 * ms-ndr                  bounce        has X-MS-Exchange-Message-Is-Ndr
 * null-path-bounce-words  bounce        came from the null path and speaks of a failed delivery
 * daemon-bounce-words     bounce        is from a mail daemon or postmaster and speaks so
 * returned-bounce-words   bounce        says so in its subject, and brings the returned mail along
 * or has the text of a mail system mdn                     auto-replied  has a disposition
 * notification auto-submitted          auto-replied  has Auto-Submitted: auto-replied
 * vendor-auto-reply       auto-replied  has a field by which one system marks its replies
 * challenge-response      auto-replied  asks its recipient to confirm that he is no robot
 * read-receipt            auto-replied  says that a mail was read, without a disposition part
 * auto-reply-words        auto-replied  says "out of office" or the like in its subject
 * null-path               bounce        came from the null path, and nothing else is known
 * list                    normal        went through a mailing list
 * forwarder               normal        was forwarded by a host or a mailbox rule
 * bulk                    normal        is marked as bulk mail
 * direct                  normal        nothing of the above
 * no-original             normal        is not in the report
 */
#define CLASSIFY_RULES                                                                             \
    "dsn-failed", "dsn-delayed", "dsn-success", "feedback-report", "tls-report",                   \
        "x-failed-recipients", "ms-ndr", "null-path-bounce-words", "daemon-bounce-words",          \
        "returned-bounce-words", "mdn", "auto-submitted", "vendor-auto-reply",                     \
        "challenge-response", "read-receipt", "auto-reply-words", "null-path", "list",             \
        "forwarder", "bulk", "direct", "no-original"

struct verdict {
    enum email_type type;
    const char *rule;    /* static */
    bool likely_genuine; /* see genuine.h */
};

/* `settings` may be NULL. Nothing in *verdict points into the report. */
void classify(const struct report *report, const struct classify_settings *settings,
              struct verdict *verdict);

/* "normal", "bounce", "auto-replied"; static. */
const char *email_type_name(enum email_type type);
