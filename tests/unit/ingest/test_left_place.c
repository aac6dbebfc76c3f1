/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "ingest/left_place.h"
#include "mailbox/mail_digest.h"

#define DENIED "open: Permission denied"
#define LEFT "; it is left in its mailbox"

/* clang-format off */
static const struct {
    const char *label;
    struct delivery noted; /* as it could not be read */
    struct delivery read;
    const char *reason; /* of the row */
    bool want;
} cases[] = {
    { "a file", { .where = (char[]){ "/m/new/1" } }, { .where = (char[]){ "/m/new/1" } }, DENIED LEFT, true },
    { "another file", { .where = (char[]){ "/m/new/1" } }, { .where = (char[]){ "/m/new/2" } }, DENIED LEFT, false },
    { "relative to where it was called", { .where = (char[]){ "m/1" } }, { .where = (char[]){ "m/1" } }, DENIED LEFT,
      false },
    { "IMAP", { .where = (char[]){ "imap INBOX uid 7" }, .uid_validity = 3, .uid = 7 },
      { .where = (char[]){ "imap INBOX uid 7" }, .uid_validity = 3, .uid = 7 }, DENIED LEFT, true },
    { "IMAP, a folder made anew", { .where = (char[]){ "imap INBOX uid 7" }, .uid_validity = 3, .uid = 7 },
      { .where = (char[]){ "imap INBOX uid 7" }, .uid_validity = 4, .uid = 7 }, DENIED LEFT, false },
    { "a number in an mbox", { .where = (char[]){ "mbox:/m#1" }, .mark = 9 },
      { .where = (char[]){ "mbox:/m#1" }, .mark = 9 }, DENIED LEFT, false },
    { "an mbox named as a file", { .where = (char[]){ "/m" }, .mark = 9 }, { .where = (char[]){ "/m" }, .mark = 9 },
      DENIED LEFT, false },
    { "a file that became an mbox", { .where = (char[]){ "/m" } }, { .where = (char[]){ "/m" }, .mark = 9 }, DENIED LEFT,
      false },
    { "another reason", { .where = (char[]){ "/m/new/1" } }, { .where = (char[]){ "/m/new/1" } }, "open: " LEFT, false },
    { "a reason of another kind", { .where = (char[]){ "/m/new/1" } }, { .where = (char[]){ "/m/new/1" } }, DENIED, false },
};
/* clang-format on */

static void
test_a_row_is_about_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct held_place held = { .place = cases[i].noted.where,
                                   .reason = (char *)(uintptr_t)cases[i].reason };
        left_place_digest(&cases[i].noted, DENIED, held.digest);
        if (left_place_is(&held, &cases[i].read) != cases[i].want)
            fail_msg("%s", cases[i].label);
    }
}

/* They stand in ledgers: a place has the digest that it had. */
static void
test_digests_stay(void **state)
{
    const struct delivery file = { .where = (char[]){ "/m/new/1" } };
    const struct delivery piece = { .where = (char[]){ "mbox:/m#1" },
                                    .uid_validity = 5,
                                    .mark = 255 };
    unsigned char got[DIGEST_OCTETS], want[DIGEST_OCTETS];
    g_autofree char *reason = left_place_reason(DENIED);
    (void)state;
    left_place_digest(&file, DENIED, got);
    mail_digest(span_of(DENIED "\n/m/new/1\n0"), want);
    assert_memory_equal(got, want, DIGEST_OCTETS);
    left_place_digest(&piece, DENIED, got);
    mail_digest(span_of(DENIED "\nmbox:/m#1\n5\nff"), want);
    assert_memory_equal(got, want, DIGEST_OCTETS);
    assert_string_equal(reason, DENIED LEFT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_is_about_its_place),
        cmocka_unit_test(test_digests_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
