/* SPDX-License-Identifier: Apache-2.0 */
/*
 * in_work - the journal of messages being parsed, which survives the death of the process
 *
 * A message on which the parser dies must not stop intake for ever, and one that was merely in
 * work when somebody killed the process must not be held for that. So each digest is noted while
 * its message is parsed; what stands there when a run begins is *suspect*. The ingester tries a
 * suspect in a process of its own first (in_work_trial.h) and then clears it.
 *
 * The file NAME.inwork is mapped shared: noting costs no system call, and the kernel keeps the
 * pages when the process is killed with SIGKILL. It does not survive the machine's death; nothing
 * is lost then but the suspicion. Suspects stay, over any number of runs, until cleared; of more
 * than IN_WORK_SUSPECTS the oldest go.
 * One process at a time (under run_lock). Threads: begin, end, is_suspect and clear from any.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define IN_WORK_SLOTS 64
#define IN_WORK_SUSPECTS 256
#define IN_WORK_DIGEST_OCTETS 32
#define IN_WORK_NO_SLOT (-1)

struct in_work;
/* `folder` is the state folder that run_lock_take() told. FAULT_RETRY when the disk is full,
 * FAULT_OPERATOR when the file cannot be opened. A damaged file is begun anew. */
struct in_work *in_work_open(const char *folder, const char *name, GError **error);
void in_work_free(struct in_work *journal); /* NULL is allowed; what is noted stays noted */
typedef struct in_work InWork;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InWork, in_work_free)

/* How many suspects there are, and up to `max` of them into `digests` (NULL when max is 0). */
size_t in_work_suspects(struct in_work *journal, unsigned char (*digests)[IN_WORK_DIGEST_OCTETS],
                        size_t max);
bool in_work_is_suspect(struct in_work *journal, const unsigned char digest[IN_WORK_DIGEST_OCTETS]);
/* The message was stored or held: it is no longer suspect. */
void in_work_clear_suspect(struct in_work *journal,
                           const unsigned char digest[IN_WORK_DIGEST_OCTETS]);

/* Notes the message; the slot is for in_work_end(). IN_WORK_NO_SLOT when all are taken: it is not
 * noted then. */
int in_work_begin(struct in_work *journal, const unsigned char digest[IN_WORK_DIGEST_OCTETS]);
void in_work_end(struct in_work *journal, int slot);
