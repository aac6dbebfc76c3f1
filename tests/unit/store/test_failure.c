/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "store/failure.h"

static void
test_classes(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        unsigned code;
        const char *sqlstate;
        enum remedy want;
        enum fault fault;
    } cases[] = {
        { "duplicate key", 1062, "23000", REMEDY_DUPLICATE, FAULT_REJECT },
        { "column is NULL", 1048, "23000", REMEDY_DATA, FAULT_REJECT },
        { "CHECK", 4025, "23000", REMEDY_DATA, FAULT_REJECT },
        { "too long", 1406, "22001", REMEDY_DATA, FAULT_REJECT },
        { "out of range", 1264, "22003", REMEDY_DATA, FAULT_REJECT },
        { "SIGNAL of a trigger", 1644, "22001", REMEDY_DATA, FAULT_REJECT },
        { "incorrect string, any state", 1366, "HY000", REMEDY_DATA, FAULT_REJECT },
        { "deadlock", 1213, "40001", REMEDY_REPLAY, FAULT_RETRY },
        { "lock wait", 1205, "HY000", REMEDY_REPLAY, FAULT_RETRY },
        { "server has gone", 2006, "HY000", REMEDY_RECONNECT, FAULT_RETRY },
        { "lost during query", 2013, "HY000", REMEDY_RECONNECT, FAULT_RETRY },
        { "node not ready", 1047, "08S01", REMEDY_RECONNECT, FAULT_RETRY },
        { "idle time-out of MySQL", 4031, "HY000", REMEDY_RECONNECT, FAULT_RETRY },
        { "unknown error of class 08", 9999, "08000", REMEDY_RECONNECT, FAULT_RETRY },
        { "disk full", 1021, "HY000", REMEDY_AWAY, FAULT_RETRY },
        { "read-only", 1290, "HY000", REMEDY_AWAY, FAULT_RETRY },
        { "wrong password", 1045, "28000", REMEDY_OPERATOR, FAULT_OPERATOR },
        { "unknown database", 1049, "42000", REMEDY_OPERATOR, FAULT_OPERATOR },
        { "no such table", 1146, "42S02", REMEDY_OPERATOR, FAULT_OPERATOR },
        { "unknown column", 1054, "42S22", REMEDY_OPERATOR, FAULT_OPERATOR },
        { "unheard of", 9999, "HY000", REMEDY_REPLAY, FAULT_RETRY },
        { "no state", 9999, NULL, REMEDY_REPLAY, FAULT_RETRY },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct failure failure;
        failure_classify(cases[i].code, cases[i].sqlstate, &failure);
        if (failure.remedy != cases[i].want || failure.code != cases[i].code ||
            failure_fault(&failure) != cases[i].fault)
            fail_msg("%s: remedy %d, fault %d", cases[i].label, (int)failure.remedy,
                     (int)failure_fault(&failure));
    }
}

static void
test_advice_names_the_command(void **state)
{
    (void)state;
    assert_non_null(strstr(failure_advice(1146), "lafayette-admin init"));
    assert_non_null(strstr(failure_advice(1054), "lafayette-admin upgrade"));
    assert_string_equal(failure_advice(1213), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_advice_names_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
