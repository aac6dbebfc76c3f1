/* SPDX-License-Identifier: Apache-2.0 */
/*
 * question - each name and type that was asked, with who waits for it and what came; seen by
 * resolver only
 *
 * Owns:    questions, names and answers, until questions_free().
 * Limits:  answered ones are kept up to QUESTIONS_KEPT_MAX and QUESTIONS_OCTETS_MAX; then the
 *          oldest goes, and would be asked anew. Open ones are as many as the caller opens.
 * Threads: one table, one thread.
 */
#pragma once

#include "enrich/resolver.h"

#define QUESTIONS_KEPT_MAX 200000
#define QUESTIONS_OCTETS_MAX (64 * 1024 * 1024)

struct asker {
    resolver_answered *answered;
    void *user;
    struct asker *next;
};

struct question {
    struct question *next; /* in one of a lane's lines, or in that of the answered */
    struct asker *askers;  /* in the order in which they came */
    struct asker **last;
    struct answer *answer; /* NULL: open */
    const char *failure;   /* of the last try */
    struct group *group;   /* in its lane, while it is open */
    int64_t sent_us;       /* its last try; clock_monotonic_us() */
    unsigned lane;
    unsigned char type;   /* enum rr */
    unsigned char tries;  /* that ended */
    unsigned char server; /* of the try in flight */
    bool by_tcp;
    char name[]; /* lower case, without the final dot */
};

struct questions;

struct questions *questions_new(void);
void questions_free(struct questions *questions); /* NULL is allowed */
typedef struct questions Questions;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Questions, questions_free)

/* The question, open or answered; *fresh tells that it was not there. The name is sound
 * (dns_message.h). */
struct question *questions_open(struct questions *questions, enum rr type, const char *name,
                                bool *fresh);
void question_add_asker(struct question *question, resolver_answered *answered, void *user);
/* Takes the answer, tells all askers, and keeps the question when `keep` is set; it may be gone
 * when this returns. */
void questions_close(struct questions *questions, struct question *question, struct answer *answer,
                     bool keep);
/* How many are kept, open ones too. */
unsigned questions_count(const struct questions *questions);
