/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/run_state.h"

#include "base/fault.h"
#include "mailbox/mail_digest.h"

/* Parses as a parse thread would; that it comes back is all that matters. */
static bool
try_message(struct span octets, void *user)
{
    struct examiner *examiner = examiner_new(user);
    unsigned char digest[DIGEST_OCTETS];
    GBytes *bytes = g_bytes_new_static(octets.octets, octets.len);
    struct delivery delivery = { .octets = bytes,
                                 .where = (char[]){ "trial" },
                                 .received_date = CLOCK_UNKNOWN };
    mail_digest(octets, digest);
    record_free(examine(examiner, &delivery, digest));
    g_bytes_unref(bytes);
    examiner_free(examiner);
    return true;
}

/* The lock of the feed. A run over files has the first free one of a row of its own, so that any
 * number goes at once, and the next run finds the journal of one that died. */
static struct run_lock *
take_lock(const struct run_options *options, char **name, bool *held, char **folder, GError **error)
{
    int64_t since = 0;
    unsigned tries = options->paths != NULL ? RUN_PATHS_AT_ONCE : 1;
    for (unsigned i = 0; i < tries; i++) {
        struct run_lock *lock;
        g_free(*name);
        g_free(*folder);
        *folder = NULL;
        *name =
            options->paths != NULL ? g_strdup_printf("files-%u", i) : g_strdup(options->feed->name);
        *held = false;
        lock = run_lock_take(*name, held, &since, folder, error);
        if (lock != NULL || !*held)
            return lock;
    }
    if (clock_now() - since > options->config->ingest.stuck_after_s) {
        *held = false;
        g_set_error(error, FAULT, FAULT_RETRY,
                    "another run of %s has been going on for %" G_GINT64_FORMAT
                    " s: is it stuck? (lock %s.lock in %s)",
                    *name, clock_now() - since, *name, *folder);
    }
    return NULL;
}

static bool
open_store(struct run_state *state, const struct config *config, GError **error)
{
    struct db_settings settings = db_settings_of(config);
    state->wants = lookup_wants_new(config, error);
    if (state->wants == NULL)
        return false;
    struct writer_options writer = { .public_ranges = state->wants->facts.public_ranges,
                                     .public_count = state->wants->facts.public_count,
                                     .facts = &state->wants->facts };
    state->reading = db_open(&settings, error);
    if (state->reading == NULL || (state->writing = db_open(&settings, error)) == NULL)
        return false;
    state->writer = writer_new(state->writing, &writer, error);
    return state->writer != NULL;
}

struct run_state *
run_state_open(const struct run_options *options, bool *held, GError **error)
{
    g_autoptr(RunState) state = g_new0(struct run_state, 1);
    g_autofree char *name = NULL;
    g_autofree char *folder = NULL;
    *held = false;
    examine_settings_init(&state->settings, options->config, options->feed);
    /* Before the lock: the process of the trials, which outlives this one by a moment, must not
     * have it, or a run that is started at once would take this one for alive. */
    state->trials = in_work_trials_open(try_message, &state->settings, error);
    if (state->trials == NULL)
        return NULL;
    state->lock = take_lock(options, &name, held, &folder, error);
    if (state->lock == NULL)
        return NULL;
    state->journal = in_work_open(folder, name, error);
    if (state->journal == NULL || !open_store(state, options->config, error))
        return NULL;
    return g_steal_pointer(&state);
}

void
run_state_free(struct run_state *state)
{
    if (state == NULL)
        return;
    writer_free(state->writer);
    db_close(state->writing);
    db_close(state->reading);
    in_work_free(state->journal);
    in_work_trials_free(state->trials);
    run_lock_free(state->lock);
    examine_settings_clear(&state->settings);
    lookup_wants_free(state->wants);
    g_free(state);
}
