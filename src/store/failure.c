/* SPDX-License-Identifier: Apache-2.0 */
#include "store/failure.h"

#include <string.h>

/* clang-format off */
static const struct {
    unsigned code;
    enum remedy remedy;
} known[] = {
    /* ledger and keys */
    { 1062, REMEDY_DUPLICATE },
    /* values: those whose SQLSTATE does not tell */
    { 1118, REMEDY_DATA },      /* row too large */
    { 1300, REMEDY_DATA },      /* no utf8mb4 */
    { 1366, REMEDY_DATA },      /* incorrect value for column */
    { 3819, REMEDY_DATA },      /* CHECK, MySQL */
    { 4025, REMEDY_DATA },      /* CHECK, MariaDB */
    /* locks and certification */
    { 1020, REMEDY_REPLAY },    /* record has changed */
    { 1205, REMEDY_REPLAY },    /* lock wait */
    { 1213, REMEDY_REPLAY },    /* deadlock, or a cluster's other node was first */
    /* the connection, or the node behind it */
    { 1040, REMEDY_RECONNECT }, /* too many connections */
    { 1047, REMEDY_RECONNECT }, /* node is not ready */
    { 1053, REMEDY_RECONNECT }, /* shutdown */
    { 1153, REMEDY_RECONNECT }, /* packet too large */
    { 1180, REMEDY_RECONNECT }, /* error during commit */
    { 1317, REMEDY_RECONNECT }, /* interrupted */
    { 1927, REMEDY_RECONNECT }, /* connection was killed */
    { 2002, REMEDY_RECONNECT }, { 2003, REMEDY_RECONNECT }, { 2005, REMEDY_RECONNECT },
    { 2006, REMEDY_RECONNECT }, { 2013, REMEDY_RECONNECT }, { 2014, REMEDY_RECONNECT },
    { 2055, REMEDY_RECONNECT }, { 4031, REMEDY_RECONNECT },
    /* the server can't write */
    { 1021, REMEDY_AWAY },      /* disk full */
    { 1026, REMEDY_AWAY },      /* error writing a file */
    { 1114, REMEDY_AWAY },      /* table full */
    { 1290, REMEDY_AWAY },      /* read-only */
    { 1792, REMEDY_AWAY },      /* read-only transaction */
    { 1836, REMEDY_AWAY },      /* read-only */
    /* a person */
    { 1044, REMEDY_OPERATOR }, { 1045, REMEDY_OPERATOR }, { 1049, REMEDY_OPERATOR },
    { 1054, REMEDY_OPERATOR }, { 1064, REMEDY_OPERATOR }, { 1130, REMEDY_OPERATOR },
    { 1136, REMEDY_OPERATOR }, { 1142, REMEDY_OPERATOR }, { 1143, REMEDY_OPERATOR },
    { 1146, REMEDY_OPERATOR }, { 1227, REMEDY_OPERATOR }, { 1251, REMEDY_OPERATOR },
    { 1370, REMEDY_OPERATOR }, { 1524, REMEDY_OPERATOR }, { 1665, REMEDY_OPERATOR },
    { 1698, REMEDY_OPERATOR }, { 1820, REMEDY_OPERATOR }, { 1862, REMEDY_OPERATOR },
    { 2054, REMEDY_OPERATOR }, { 2059, REMEDY_OPERATOR }, { 4151, REMEDY_OPERATOR },
};

static const struct {
    unsigned code;
    const char *advice;
} advices[] = {
    { 1044, "grant the user its rights on this database, or correct dbName" },
    { 1045, "correct dbUser and dbPassword" },
    { 1049, "create the database, or correct dbName" },
    { 1054, "the schema is another one: run lafayette-admin upgrade" },
    { 1130, "allow the user to connect from this machine" },
    { 1142, "grant the user its rights on this database" },
    { 1146, "the database has no schema: run lafayette-admin init" },
    { 1698, "correct dbUser and dbPassword" },
    { 1820, "set a new password for dbUser" },
    { 1862, "set a new password for dbUser" },
    { 4151, "the account is locked: unlock it" },
};
/* clang-format on */

void
failure_classify(unsigned code, const char *state, struct failure *failure)
{
    *failure = (struct failure){ .code = code, .remedy = REMEDY_REPLAY };
    if (state != NULL)
        g_strlcpy(failure->state, state, sizeof failure->state);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].code == code) {
            failure->remedy = known[i].remedy;
            return;
        }
    }
    if (strncmp(failure->state, "22", 2) == 0 || strncmp(failure->state, "23", 2) == 0)
        failure->remedy = REMEDY_DATA;
    else if (strncmp(failure->state, "08", 2) == 0)
        failure->remedy = REMEDY_RECONNECT;
}

enum fault
failure_fault(const struct failure *failure)
{
    switch (failure->remedy) {
    case REMEDY_OPERATOR:
        return FAULT_OPERATOR;
    case REMEDY_DATA:
    case REMEDY_DUPLICATE:
        return FAULT_REJECT;
    case REMEDY_REPLAY:
    case REMEDY_RECONNECT:
    case REMEDY_AWAY:
        break;
    }
    return FAULT_RETRY;
}

const char *
failure_advice(unsigned code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
        if (advices[i].code == code)
            return advices[i].advice;
    return "";
}
