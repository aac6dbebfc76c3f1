/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/contact_gather.h"

#include "base/auto.h"
#include "mailbox/state_folder.h"
#include "store/contact.h"

struct contact_find *
contact_find_open(const struct config *config, GError **error)
{
    g_autofree char *folder = NULL;
    auto_fd int state = state_folder_open(&folder, NULL);
    return contact_find_new(config, state >= 0 ? folder : NULL, error);
}

struct contact_gathering {
    const struct config *config;
    GArray *contacts; /* of struct contact */
    GStringChunk *texts;
    ContactOptOuts *outs;
    GHashTable *of_asns; /* number of those asked for to addresses, "" when there are none */
    char **own;
    struct ip_range *public_ranges;
    size_t public_count;
};

static void
take_contact(void *user, const struct contact *contact)
{
    struct contact_gathering *gathering = user;
    struct contact copy = *contact;
    copy.addresses = g_string_chunk_insert_const(gathering->texts, contact->addresses);
    g_array_append_val(gathering->contacts, copy);
}

static void
take_row(void *user, const struct contact_row *row)
{
    struct contact contact = { .prefix = row->prefix,
                               .addresses = row->email,
                               .checked = row->checked,
                               .expires = row->expires };
    if (contact_origin_read(row->origin, &contact.origin))
        take_contact(user, &contact);
}

static void
take_opt_out(void *user, const struct opt_out_row *row)
{
    contact_opt_outs_add(user, row->kind, row->subject, row->reason);
}

static void
take_asn(void *user, uint32_t asn, const char *addresses)
{
    g_hash_table_replace(user, GUINT_TO_POINTER(asn), g_strdup(addresses != NULL ? addresses : ""));
}

static bool
gather_asns(struct contact_gathering *gathering, struct db *db, const uint32_t *asns, size_t count,
            GError **error)
{
    g_autofree uint32_t *some = g_new0(uint32_t, count + 1);
    size_t kept = 0;
    for (size_t i = 0; asns != NULL && i < count; i++) {
        if (asns[i] == 0 || g_hash_table_contains(gathering->of_asns, GUINT_TO_POINTER(asns[i])))
            continue;
        some[kept++] = asns[i];
        take_asn(gathering->of_asns, asns[i], "");
    }
    return contact_read_asns_of(db, some, kept, take_asn, gathering->of_asns, error);
}

/* The addresses of an AS; caller frees. */
static bool
asn_addresses(const struct contact_gathering *gathering, struct db *db, uint32_t asn,
              char **addresses, GError **error)
{
    const char *gathered = g_hash_table_lookup(gathering->of_asns, GUINT_TO_POINTER(asn));
    if (asn != 0 && gathered == NULL)
        return contact_read_asn(db, asn, addresses, error);
    *addresses = g_strdup(gathered);
    return true;
}

struct contact_gathering *
contact_gather(const struct config *config, struct db *db, struct contact_find *find,
               const struct ip *ips, const uint32_t *asns, size_t count, GError **error)
{
    g_autoptr(ContactGathering) gathering = g_new0(struct contact_gathering, 1);
    gathering->config = config;
    gathering->contacts = g_array_new(FALSE, FALSE, sizeof(struct contact));
    gathering->texts = g_string_chunk_new(1024);
    gathering->outs = contact_opt_outs_new();
    gathering->of_asns = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    gathering->own = contact_own_domains(config);
    gathering->public_ranges = config_ranges(config->networks.public, &gathering->public_count);
    for (size_t i = 0; i < count; i++)
        contact_find_look(find, &ips[i]);
    contact_find_fresh(find, take_contact, gathering);
    return opt_out_read_all(db, take_opt_out, gathering->outs, error) &&
                   contact_read(db, ips, count, take_row, gathering, error) &&
                   gather_asns(gathering, db, asns, count, error)
               ? g_steal_pointer(&gathering)
               : NULL;
}

void
contact_gathering_free(struct contact_gathering *gathering)
{
    if (gathering == NULL)
        return;
    g_array_unref(gathering->contacts);
    g_string_chunk_free(gathering->texts);
    contact_opt_outs_free(gathering->outs);
    g_hash_table_destroy(gathering->of_asns);
    g_strfreev(gathering->own);
    g_free(gathering->public_ranges);
    g_free(gathering);
}

/* Of all findings, those whose prefix holds this address. */
static GArray *
contacts_of(const struct contact_gathering *gathering, const struct ip *ip)
{
    GArray *some = g_array_new(FALSE, FALSE, sizeof(struct contact));
    for (guint i = 0; ip->len != 0 && i < gathering->contacts->len; i++) {
        const struct contact *contact = &g_array_index(gathering->contacts, struct contact, i);
        if (ip_in_range(ip, &contact->prefix))
            g_array_append_val(some, *contact);
    }
    return some;
}

bool
contact_gathering_choose(const struct contact_gathering *gathering, struct db *db,
                         const struct ip *ip, uint32_t asn, struct contact_choice *choice,
                         GError **error)
{
    const struct config *config = gathering->config;
    g_autoptr(GArray) contacts = contacts_of(gathering, ip);
    g_autofree char *as_addresses = NULL;
    *choice = (struct contact_choice){ .known = NOT_KNOWN };
    if (!asn_addresses(gathering, db, asn, &as_addresses, error))
        return false;
    struct contact_question question = {
        .ip = *ip,
        .special =
            ip->len != 0 && !ip_is_public(ip, gathering->public_ranges, gathering->public_count),
        .with_rdap = config->rdap.url[0] != '\0',
        .with_zone = config->dns.abuse[0] != '\0',
        .asn = asn,
        .as_addresses = as_addresses,
        .contacts = (const struct contact *)(const void *)contacts->data,
        .contact_count = contacts->len,
        .outs = gathering->outs,
        .own = gathering->own,
        .now = clock_now(),
    };
    contact_choose(&question, choice);
    return true;
}
