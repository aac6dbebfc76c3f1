/* SPDX-License-Identifier: Apache-2.0 */
#include "study/problems.h"

#include "base/text.h"

const char *const problem_kind_names[PROBLEM_KINDS] = { "file", "query-line", "history-row", "mail",
                                                        "report" };

static void
problem_free(void *item)
{
    struct problem *problem = item;
    g_free(problem->where);
    g_free(problem->reason);
    g_free(problem);
}

void
problems_init(struct problems *problems)
{
    *problems = (struct problems){ .named = g_ptr_array_new_with_free_func(problem_free) };
}

void
problems_clear(struct problems *problems)
{
    g_clear_pointer(&problems->named, g_ptr_array_unref);
}

bool
problems_wants(const struct problems *problems, enum problem_kind kind)
{
    return problems->count[kind] < PROBLEMS_NAMED_MAX;
}

void
problems_add(struct problems *problems, enum problem_kind kind, const char *where,
             const char *reason)
{
    if (problems_wants(problems, kind)) {
        struct problem *problem = g_new0(struct problem, 1);
        problem->kind = kind;
        problem->where = text_utf8(span_of(where));
        problem->reason = text_utf8(span_of(reason));
        g_ptr_array_add(problems->named, problem);
    }
    problems->count[kind]++;
}
