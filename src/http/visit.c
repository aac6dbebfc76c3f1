/* SPDX-License-Identifier: Apache-2.0 */
#include "http/visit.h"

#include "base/fault.h"
#include "store/audit.h"

const char *
visit_query(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->request->query, name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool
visit_query_number(const struct visit *visit, const char *name, int64_t *number, GError **error)
{
    const char *text = visit_query(visit, name);
    guint64 value = 0;
    *number = 0;
    if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &value, NULL)) {
        g_set_error(error, FAULT, FAULT_REJECT, "%s: a number is wanted", name);
        return false;
    }
    *number = (int64_t)value;
    return true;
}

bool
visit_audit(struct visit *visit, const char *action, const char *subject, const char *detail,
            GError **error)
{
    return audit_write(visit->db, visit->person.name, &visit->request->peer, action, subject,
                       detail, error);
}

bool
visit_is_analyst(const struct visit *visit)
{
    return visit->person.role >= ROLE_ANALYST;
}
