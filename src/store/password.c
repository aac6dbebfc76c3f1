/* SPDX-License-Identifier: Apache-2.0 */
#include "store/password.h"

#include <crypt.h>
#include <errno.h>
#include <string.h>

#include "base/fault.h"
#include "base/secret.h"

#define PREFIX "$y$"
#define COST 7

static GMutex lock;
static GCond room;
static unsigned at_work;

/* Caller frees; NULL: the setting is no good. */
static char *
work(const char *password, const char *setting)
{
    struct crypt_data *state = g_new0(struct crypt_data, 1);
    char *hash;
    g_mutex_lock(&lock);
    while (at_work >= PASSWORD_AT_ONCE)
        g_cond_wait(&room, &lock);
    at_work++;
    g_mutex_unlock(&lock);
    hash = g_strdup(crypt_rn(password, setting, state, (int)sizeof *state));
    g_mutex_lock(&lock);
    at_work--;
    g_cond_signal(&room);
    g_mutex_unlock(&lock);
    explicit_bzero(state, sizeof *state);
    g_free(state);
    return hash;
}

char *
password_hash(const char *password, GError **error)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    char *hash = NULL;
    errno = 0;
    if (crypt_gensalt_rn(PREFIX, COST, NULL, 0, setting, (int)sizeof setting) != NULL)
        hash = work(password, setting);
    if (hash == NULL)
        g_set_error(error, FAULT, FAULT_OPERATOR, "the password can't be hashed: %s",
                    g_strerror(errno));
    return hash;
}

/* What nobody's password hashes to: work for a name that does not exist. */
static void *
make_nobody(void *closure)
{
    (void)closure;
    return password_hash("nobody", NULL);
}

bool
password_fits(const char *password, const char *hash)
{
    static GOnce nobody = G_ONCE_INIT;
    const char *setting = hash != NULL ? hash : g_once(&nobody, make_nobody, NULL);
    g_autofree char *made = setting != NULL ? work(password, setting) : NULL;
    return hash != NULL && made != NULL && secret_equal(made, hash);
}
