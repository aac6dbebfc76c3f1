/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_mails.h"

#include "store/upgrade_read.h"

#define PARTS 32 /* more than threads, so that none is left with a long one at the end */
#define PROGRESS_US 200000
#define STEP "arfEmail"

struct work {
    const struct db_settings *settings;
    const struct upgrade_mail_shared *shared;
    GMutex lock; /* guards all below */
    GCond moved;
    GArray *parts;  /* of struct upgrade_part */
    unsigned taken; /* parts that a thread has */
    unsigned running;
    uint64_t mails;
    GError *error; /* the first: all stop */
};

static bool
take_part(struct work *work, struct upgrade_part *part)
{
    g_mutex_lock(&work->lock);
    bool left = work->error == NULL && work->taken < work->parts->len;
    if (left)
        *part = g_array_index(work->parts, struct upgrade_part, work->taken++);
    g_mutex_unlock(&work->lock);
    return left;
}

/* Counts; false when another thread has failed. */
static bool
tell(struct work *work, unsigned mails)
{
    g_mutex_lock(&work->lock);
    work->mails += mails;
    bool go_on = work->error == NULL;
    g_mutex_unlock(&work->lock);
    return go_on;
}

static void
run_parts(struct work *work, GError **error)
{
    g_autoptr(Db) db = db_open(work->settings, error);
    g_autoptr(UpgradeMail) mail = upgrade_mail_new(work->shared);
    struct upgrade_part part;
    unsigned mails = 0;
    while (db != NULL && take_part(work, &part))
        while (part.next < part.end)
            if (!upgrade_mail_chunk(mail, db, &part, &mails, error) || !tell(work, mails))
                return;
}

static gpointer
thread_main(gpointer self)
{
    struct work *work = self;
    GError *problem = NULL;
    run_parts(work, &problem);
    g_mutex_lock(&work->lock);
    if (problem != NULL && work->error == NULL)
        work->error = g_steal_pointer(&problem);
    work->running--;
    g_cond_signal(&work->moved);
    g_mutex_unlock(&work->lock);
    g_clear_error(&problem);
    return NULL;
}

static void
wait_all(struct work *work, uint64_t expected, upgrade_progress *progress, void *self)
{
    g_mutex_lock(&work->lock);
    while (work->running > 0) {
        g_cond_wait_until(&work->moved, &work->lock, g_get_monotonic_time() + PROGRESS_US);
        uint64_t mails = work->mails;
        g_mutex_unlock(&work->lock);
        progress(self, "mails", mails, expected);
        g_mutex_lock(&work->lock);
    }
    g_mutex_unlock(&work->lock);
}

/* About how many mails are left, by the ids that are: counting a range would read all texts. Parts
 * that are done are put aside. */
static bool
count_left(struct db *db, struct work *work, int64_t ids, uint64_t *mails, GError **error)
{
    int64_t all = 0, left = 0;
    for (unsigned i = 0; i < work->parts->len;) {
        const struct upgrade_part *part = &g_array_index(work->parts, struct upgrade_part, i);
        left += part->end - part->next;
        if (part->next < part->end)
            i++;
        else
            g_array_remove_index(work->parts, i);
    }
    if (!upgrade_ask(db, &all, error, "SELECT COUNT(*) FROM original_arfEmail"))
        return false;
    *mails = ids > 0 ? (uint64_t)((double)all * (double)left / (double)ids) : 0;
    return true;
}

static void
run_threads(struct work *work, unsigned threads, uint64_t expected, upgrade_progress *progress,
            void *self)
{
    GThread *thread[UPGRADE_THREADS_MAX] = { NULL };
    g_mutex_init(&work->lock);
    g_cond_init(&work->moved);
    unsigned begun = 0;
    for (bool more = true; more && begun < MIN(threads, UPGRADE_THREADS_MAX);) {
        g_mutex_lock(&work->lock);
        work->running++;
        g_mutex_unlock(&work->lock);
        thread[begun] = g_thread_try_new("upgrade", thread_main, work, NULL);
        more = thread[begun] != NULL;
        begun += more;
        if (!more && begun > 0) { /* as many as there are */
            g_mutex_lock(&work->lock);
            work->running--;
            g_mutex_unlock(&work->lock);
        }
    }
    if (begun == 0)
        thread_main(work);
    wait_all(work, expected, progress, self);
    for (unsigned i = 0; i < begun; i++)
        g_thread_join(thread[i]);
    g_mutex_clear(&work->lock);
    g_cond_clear(&work->moved);
}

bool
upgrade_mails_run(struct db *db, const struct db_settings *settings,
                  const struct upgrade_mail_shared *shared, unsigned threads,
                  upgrade_progress *progress, void *self, GError **error)
{
    struct work work = { .settings = settings, .shared = shared };
    int64_t first, end;
    uint64_t mails = 0;
    if (!upgrade_source_range(db, shared->source, "arfEmail", "emailId", &first, &end, error))
        return false;
    g_autoptr(GArray) parts = upgrade_step_parts(db, STEP, first, end, PARTS, error);
    work.parts = parts;
    if (parts == NULL || !count_left(db, &work, end - first, &mails, error))
        return false;
    run_threads(&work, threads, mails, progress, self);
    if (work.error == NULL)
        return true;
    g_propagate_error(error, work.error);
    return false;
}
