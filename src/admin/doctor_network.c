/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "admin/checkup.h"
#include "base/clock.h"
#include "enrich/contact.h"
#include "enrich/contact_address.h"
#include "enrich/mmdb.h"
#include "enrich/network_file.h"
#include "enrich/rdap.h"
#include "mailbox/state_folder.h"

#define RDAP_PATIENCE_S 15

/* Complaints pass over such a contact, and go to whom others name. */
static void
check_contacts(struct checkup *checkup, const struct network_file *file)
{
    g_auto(GStrv) own = contact_own_domains(checkup->config);
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *first = NULL;
    size_t bad = 0;
    for (size_t i = 0; i < network_file_count(file); i++) {
        const struct local_network *network = network_file_at(file, i);
        char text[IP_TEXT_MAX];
        g_string_truncate(list, 0);
        const char *why = contact_list_add(list, span_of(network->abuse), own);
        if (why != NULL && bad++ == 0)
            first = g_strdup_printf("%s/%u, \"%s\": %s", ip_text(&network->prefix.base, text),
                                    network->prefix.prefix, network->abuse, why);
    }
    if (bad > 0)
        checkup_tell(checkup, FINDING_NOTE, "networks file",
                     "abuse is no list of addresses, or not all of it, in %zu networks; one is %s",
                     bad, first);
}

static void
check_file(struct checkup *checkup, const char *path)
{
    GError *error = NULL;
    if (path == NULL)
        return;
    g_autoptr(NetworkFile) file = network_file_open(path, &error);
    if (file == NULL)
        checkup_fault(checkup, "networks file", error);
    else
        checkup_tell(checkup, FINDING_OK, "networks file", "%zu networks in %s",
                     network_file_count(file), path);
    if (file != NULL)
        check_contacts(checkup, file);
}

/* One file at a time, so that the line says which. */
static void
check_mmdb(struct checkup *checkup, const char *what, const char *path, bool country)
{
    GError *error = NULL;
    if (path == NULL)
        return;
    g_autoptr(Mmdb) mmdb = mmdb_open(country ? path : NULL, country ? NULL : path, &error);
    if (mmdb == NULL)
        checkup_fault(checkup, what, error);
    else
        checkup_tell(checkup, FINDING_OK, what, "%s", path);
}

static void
check_rdap(struct checkup *checkup)
{
    const struct config *config = checkup->config;
    GError *error = NULL;
    g_autofree char *folder = NULL;
    if (config->rdap.url[0] == '\0') {
        checkup_tell(checkup, FINDING_NOTE, "RDAP",
                     "[rdap] url is empty: registries are not asked for abuse contacts");
        return;
    }
    int state = state_folder_open(&folder, NULL);
    if (state >= 0)
        close(state);
    g_auto(GStrv) own = contact_own_domains(config);
    struct rdap_settings settings = { .config = config, .folder = folder, .own = own };
    g_autoptr(Rdap) rdap = rdap_new(&settings, &error);
    if (rdap == NULL) {
        checkup_fault(checkup, "RDAP", error);
        return;
    }
    if (checkup->offline)
        return;
    g_autofree char *why =
        rdap_probe(rdap, clock_monotonic_us() + RDAP_PATIENCE_S * G_USEC_PER_SEC);
    if (why != NULL)
        checkup_tell(checkup, FINDING_LATER, "RDAP", "%s: %s", config->rdap.url, why);
    else
        checkup_tell(checkup, FINDING_OK, "RDAP", "%s answers", config->rdap.url);
}

void
doctor_networks(struct checkup *checkup)
{
    check_file(checkup, checkup->config->networks.file);
    check_mmdb(checkup, "countryDb", checkup->config->networks.country_db, true);
    check_mmdb(checkup, "asnDb", checkup->config->networks.asn_db, false);
    check_rdap(checkup);
}
