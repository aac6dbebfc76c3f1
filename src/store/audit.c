/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit.h"

#include "base/clock.h"
#include "store/id_block.h"
#include "store/statement.h"

bool
audit_write(struct db *db, const char *who, const struct ip *ip, const char *action,
            const char *subject, const char *detail, GError **error)
{
    struct id_block ids = { .name = "audit" };
    char now[CLOCK_TEXT_MAX];
    if (!id_block_reserve_few(db, &ids, 1, error))
        return false;
    struct value values[] = { value_number(id_block_next(&ids)),
                              value_text(clock_sql(clock_now(), now)),
                              value_text(who),
                              value_octets(ip->octets, ip->len),
                              value_text(action),
                              value_text(subject),
                              value_text(detail) };
    return statement_run(db,
                         "INSERT INTO audit (auditId, at, who, ip, action, subject, detail) VALUES "
                         "(?, ?, LEFT(?, 64), ?, LEFT(?, 32), LEFT(?, 255), LEFT(?, "
                         "1000))",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}
