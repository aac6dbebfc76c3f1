/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/fault.h"

static bool
check_file(const struct config *config, const char *key, const char *path, GError **error)
{
    struct stat there;
    const char *reason = NULL;
    if (path == NULL)
        return true;
    if (stat(path, &there) != 0 || access(path, R_OK) != 0)
        reason = g_strerror(errno);
    else if (!S_ISREG(there.st_mode))
        reason = "no file";
    if (reason != NULL)
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: [networks] %s = %s: %s", config->path, key,
                    path, reason);
    return reason == NULL;
}

bool
config_check_networks(const struct config *config, GError **error)
{
    return check_file(config, "file", config->networks.file, error) &&
           check_file(config, "countryDb", config->networks.country_db, error) &&
           check_file(config, "asnDb", config->networks.asn_db, error);
}
