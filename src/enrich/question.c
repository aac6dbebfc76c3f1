/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/question.h"

#include "enrich/dns_message.h"

struct questions {
    GHashTable *all;                 /* of struct question, which it owns */
    struct question *oldest, **last; /* the answered ones */
    unsigned answered;
    size_t octets; /* of the answered ones */
};

/* FNV-1a: names differ at their front as well as at their end. */
static guint
hash_of(gconstpointer key)
{
    const struct question *question = key;
    guint hash = 2166136261u ^ question->type;
    for (const char *at = question->name; *at != '\0'; at++)
        hash = (hash ^ (guchar)*at) * 16777619u;
    return hash;
}

static gboolean
is_same(gconstpointer a, gconstpointer b)
{
    const struct question *one = a;
    const struct question *other = b;
    return one->type == other->type && strcmp(one->name, other->name) == 0;
}

static void
free_question(gpointer user)
{
    struct question *question = user;
    while (question->askers != NULL) {
        struct asker *asker = question->askers;
        question->askers = asker->next;
        g_free(asker);
    }
    g_free(question->answer);
    g_free(question);
}

struct questions *
questions_new(void)
{
    struct questions *questions = g_new0(struct questions, 1);
    questions->all = g_hash_table_new_full(hash_of, is_same, free_question, NULL);
    questions->last = &questions->oldest;
    return questions;
}

void
questions_free(struct questions *questions)
{
    if (questions == NULL)
        return;
    g_hash_table_destroy(questions->all);
    g_free(questions);
}

struct question *
questions_open(struct questions *questions, enum rr type, const char *name, bool *fresh)
{
    size_t len = strlen(name);
    struct question *question;
    struct question *known;
    if (len > 0 && name[len - 1] == '.')
        len--;
    question = g_malloc0(sizeof *question + len + 1);
    question->type = (unsigned char)type;
    for (size_t i = 0; i < len; i++)
        question->name[i] = g_ascii_tolower(name[i]);
    known = g_hash_table_lookup(questions->all, question);
    *fresh = known == NULL;
    if (known != NULL) {
        g_free(question);
        return known;
    }
    question->last = &question->askers;
    g_hash_table_add(questions->all, question);
    return question;
}

void
question_add_asker(struct question *question, resolver_answered *answered, void *user)
{
    struct asker *asker = g_new(struct asker, 1);
    *asker = (struct asker){ answered, user, NULL };
    *question->last = asker;
    question->last = &asker->next;
}

static size_t
octets_of(const struct question *question)
{
    return sizeof *question + strlen(question->name) + answer_octets(question->answer);
}

static void
forget_oldest(struct questions *questions)
{
    while (questions->oldest != NULL &&
           (questions->answered > QUESTIONS_KEPT_MAX || questions->octets > QUESTIONS_OCTETS_MAX)) {
        struct question *oldest = questions->oldest;
        questions->oldest = oldest->next;
        if (questions->oldest == NULL)
            questions->last = &questions->oldest;
        questions->answered--;
        questions->octets -= octets_of(oldest);
        g_hash_table_remove(questions->all, oldest);
    }
}

void
questions_close(struct questions *questions, struct question *question, struct answer *answer,
                bool keep)
{
    struct asker *asker = question->askers;
    question->answer = answer;
    question->askers = NULL;
    question->last = &question->askers;
    /* Whoever is told may ask the same again, and is answered at once. */
    while (asker != NULL) {
        struct asker told = *asker;
        g_free(asker);
        told.answered(told.user, answer);
        asker = told.next;
    }
    if (!keep) {
        g_hash_table_remove(questions->all, question);
        return;
    }
    question->next = NULL;
    *questions->last = question;
    questions->last = &question->next;
    questions->answered++;
    questions->octets += octets_of(question);
    forget_oldest(questions);
}

unsigned
questions_count(const struct questions *questions)
{
    return g_hash_table_size(questions->all);
}
