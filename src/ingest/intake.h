/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - between the thread that stores mails and the one that looks them up beside it
 *
 * Threads: any; the storing one never waits here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct intake;
struct intake *intake_new(void);
void intake_free(struct intake *intake); /* NULL is allowed */
/* More mails are in the database. */
void intake_stored(struct intake *intake);
/* No more will come. */
void intake_end(struct intake *intake);
/* Waits until more was stored since *seen (0 at first), which moves on; false: it has ended. */
bool intake_wait(struct intake *intake, uint64_t *seen);
/* When it ended, by clock_monotonic_us(); 0: it goes on. */
int64_t intake_ended_us(struct intake *intake);
