/* SPDX-License-Identifier: Apache-2.0 */
#include "http/visit.h"

#include "store/audit.h"

const char *
visit_query(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->request->query, name);
    return value != NULL && value[0] != '\0' ? value : NULL;
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
