/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/classify.h"

#include "classify/rule_auto_reply.h"
#include "classify/rule_bounce.h"
#include "classify/rule_route.h"

/* First match wins. Bounce signs stand before those of automatic replies: a third of all bounces
 * carry Auto-Submitted: auto-replied. */
/* clang-format off */
static const struct {
    enum email_type type;
    const char *(*rule)(struct signs *signs);
} steps[] = {
    { EMAIL_BOUNCE,       rule_dsn          },
    { EMAIL_NORMAL,       rule_report       },
    { EMAIL_BOUNCE,       rule_bounce_field },
    { EMAIL_BOUNCE,       rule_bounce_words },
    { EMAIL_AUTO_REPLIED, rule_mdn          },
    { EMAIL_AUTO_REPLIED, rule_auto_field   },
    { EMAIL_AUTO_REPLIED, rule_challenge    },
    { EMAIL_AUTO_REPLIED, rule_receipt      },
    { EMAIL_AUTO_REPLIED, rule_auto_words   },
    { EMAIL_BOUNCE,       rule_null_path    },
    { EMAIL_NORMAL,       rule_list         },
    { EMAIL_NORMAL,       rule_forwarder    },
    { EMAIL_NORMAL,       rule_bulk         },
};
/* clang-format on */

static void
decide(const struct report *report, struct verdict *verdict)
{
    struct signs signs;
    signs_init(&signs, report);
    verdict->type = EMAIL_NORMAL;
    verdict->rule = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(steps) && verdict->rule == NULL; i++) {
        verdict->type = steps[i].type;
        verdict->rule = steps[i].rule(&signs);
    }
    if (verdict->rule == NULL) {
        verdict->type = EMAIL_NORMAL;
        verdict->rule = "direct";
    }
    signs_clear(&signs);
}

void
classify(const struct report *report, const struct classify_settings *settings,
         struct verdict *verdict)
{
    if (report->original != NULL) {
        decide(report, verdict);
    } else if (report->original_mail_from != NULL &&
               span_trim(span_of(report->original_mail_from)).len == 0) {
        verdict->type = EMAIL_BOUNCE;
        verdict->rule = "null-path";
    } else {
        verdict->type = EMAIL_NORMAL;
        verdict->rule = "no-original";
    }
    verdict->likely_genuine = likely_genuine(report, settings);
}

const char *
email_type_name(enum email_type type)
{
    switch (type) {
    case EMAIL_BOUNCE:
        return "bounce";
    case EMAIL_AUTO_REPLIED:
        return "auto-replied";
    case EMAIL_NORMAL:
        break;
    }
    return "normal";
}
