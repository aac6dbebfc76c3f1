/* SPDX-License-Identifier: Apache-2.0 */
/* Any file is either taken or refused with a reason that shows no password of a wrong line; what is
 * taken has all its lists, and every feed a source. */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/config.h"
#include "base/config_syntax.h"
#include "base/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_fd int fd = memfd_create("config", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *copy = g_memdup2(octets, len);
    g_autofree char *reason = config_syntax_fault((struct span){ copy, len });
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    if (fd < 0 || write(fd, octets, len) != (ssize_t)len)
        return -1;
    demand(reason != NULL && strlen(reason) < 300);
    config = config_load(path, &error);
    if (config == NULL) {
        demand(g_error_matches(error, FAULT, FAULT_OPERATOR) && error->message[0] != '\0');
        return 0;
    }
    demand(error == NULL && len <= CONFIG_OCTETS_MAX && memchr(octets, '\0', len) == NULL);
    demand(config->web.mask_headers != NULL && config->networks.own != NULL);
    for (guint i = 0; i < config->feeds->len; i++) {
        const struct config_feed *feed = g_ptr_array_index(config->feeds, i);
        demand(feed->source != NULL || feed->imap_host != NULL);
        demand(config_feed(config, feed->name) != NULL && feed->received_by != NULL);
        demand(feed->imap_port >= 1 && feed->imap_port <= 65535);
    }
    return 0;
}
