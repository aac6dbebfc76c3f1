/* SPDX-License-Identifier: Apache-2.0 */
#include "store/email_type.h"

#include "store/statement.h"

bool
email_type_set(struct db *db, int64_t email_id, const char *type, GError **error)
{
    struct value values[] = { value_text(type), value_text(type), value_number(email_id) };
    return statement_run(
        db, "UPDATE arfEmail SET emailType = ?, emailTypeOverride = ? WHERE emailId = ?", values,
        G_N_ELEMENTS(values), NULL, NULL, error);
}
