/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/rdap_list.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/fault.h"

#define STEP_MS 200

/* The copies of two lists do not get into each other's way. Caller frees. */
static char *
copy_path(const struct rdap_list *list, const char *family)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, list->url, -1);
    g_autofree char *name = g_strdup_printf("rdap-%.8s-%s.json", digest, family);
    return list->folder != NULL ? g_build_filename(list->folder, name, NULL) : NULL;
}

/* False when there is no copy that can be read, or only an older one and it is to be fresh. */
static bool
read_copy(const char *path, bool fresh, struct rdap_bootstrap *bootstrap)
{
    struct stat there;
    g_autofree char *octets = NULL;
    gsize len = 0;
    if (path == NULL || stat(path, &there) != 0 || there.st_size > RDAP_BOOTSTRAP_OCTETS_MAX)
        return false;
    int64_t age = clock_now() - (int64_t)there.st_mtime;
    if (fresh && (age < 0 || age >= RDAP_LIST_SECONDS))
        return false;
    return g_file_get_contents(path, &octets, &len, NULL) &&
           rdap_bootstrap_add(bootstrap, (struct span){ octets, len }, NULL);
}

struct fetched {
    struct rdap_bootstrap *bootstrap;
    const char *path; /* of the copy; or NULL */
    bool good;
    GError *error;
};

static void
take(void *user, const struct rdap_reply *reply)
{
    struct fetched *fetched = user;
    if (reply->outcome != RDAP_GOT) {
        g_set_error(&fetched->error, FAULT, FAULT_RETRY, "list of RDAP servers: %s",
                    reply->outcome == RDAP_NONE ? "not there" : reply->failure);
        return;
    }
    fetched->good = rdap_bootstrap_add(fetched->bootstrap, reply->body, &fetched->error);
    /* Without a copy it is fetched again in the next run: no reason to fail. */
    if (fetched->good && fetched->path != NULL)
        g_file_set_contents_full(fetched->path, reply->body.octets, (gssize)reply->body.len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

bool
rdap_list_load(const struct rdap_list *list, const char *family, struct rdap_http *http,
               int64_t deadline_us, const volatile int *stop, struct rdap_bootstrap *bootstrap,
               GError **error)
{
    g_autofree char *path = copy_path(list, family);
    g_autofree char *url =
        g_strconcat(list->url, g_str_has_suffix(list->url, "/") ? "" : "/", family, ".json", NULL);
    struct fetched fetched = { .bootstrap = bootstrap, .path = path };
    if (read_copy(path, true, bootstrap))
        return true;
    rdap_http_ask(http, url, true, take, &fetched);
    while (rdap_http_busy(http) > 0) {
        if (clock_monotonic_us() >= deadline_us || (stop != NULL && *stop))
            rdap_http_abort(http, "deadline");
        else
            rdap_http_step(http, STEP_MS);
    }
    if (fetched.good || read_copy(path, false, bootstrap)) {
        g_clear_error(&fetched.error);
        return true;
    }
    fetched.error->code = FAULT_RETRY; /* nonsense today may be a list tomorrow */
    g_propagate_error(error, fetched.error);
    return false;
}
