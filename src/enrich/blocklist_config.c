/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/blocklist_family.h"

#include "base/domain.h"
#include "base/fault.h"
#include "base/text.h"

#define ZONE_OCTETS_MAX 180 /* so that the 64 octets of an IPv6 address fit before it */

/* One list as the configuration names it. The zone may hold a key, so no message shows it. */
struct item {
    const char *key; /* of the configuration */
    struct span name, zone;
    struct span codes;                     /* NULL: not given */
    const struct blocklist_family *family; /* unless the zone's name tells another */
    unsigned asks;                         /* what lists of this key may ask about */
};

static bool
refuse(GError **error, const struct item *item, const char *why)
{
    g_autofree char *shown = text_masked(item->name, BLOCKLIST_NAME_MAX);
    g_set_error(error, FAULT, FAULT_OPERATOR, "[dnsbl] %s: %s: %s", item->key, shown, why);
    return false;
}

static bool
is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!g_ascii_isalnum(name.octets[i]) && strchr("-_", name.octets[i]) == NULL)
            return false;
    return name.len > 0 && name.len <= BLOCKLIST_NAME_MAX;
}

static bool
has_list(const GArray *lists, const char *name)
{
    for (guint i = 0; i < lists->len; i++)
        if (strcmp(g_array_index(lists, struct blocklist, i).name, name) == 0)
            return true;
    return false;
}

static void
free_codes(void *pointer)
{
    struct blocklist_codes *codes = pointer;
    g_free((gpointer)(uintptr_t)codes->codes);
    g_free(codes);
}

static bool
set_codes(const struct item *item, struct blocklists *lists, struct blocklist *list, GError **error)
{
    g_autoptr(GArray) codes = g_array_new(FALSE, FALSE, sizeof(struct blocklist_code));
    struct blocklist_codes *kept;
    if (item->codes.octets == NULL)
        return true;
    if (list->family != item->family)
        return refuse(error, item, "the codes of this zone are known, so none can be given");
    if (!blocklist_codes_parse(item->codes, codes))
        return refuse(error, item,
                      "codes are 2 to 255 or 127.x.y.z, ranges as 2-11, joined by \"+\"");
    kept = g_new0(struct blocklist_codes, 1);
    kept->count = codes->len;
    kept->codes = (struct blocklist_code *)(void *)g_array_free(g_steal_pointer(&codes), FALSE);
    g_ptr_array_add(lists->codes, kept);
    list->codes = kept;
    return true;
}

static bool
add_list(const struct item *item, struct blocklists *lists, GArray *to, GError **error)
{
    g_autofree char *name = span_dup(item->name);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_autofree char *zone = domain_canonical(item->zone);
    g_autofree char *shown = NULL;
    struct blocklist list = { .family = item->family };
    if (!is_name(item->name))
        return refuse(error, item,
                      "a list is written name:zone; its name has letters, digits, - _");
    if (zone == NULL || strlen(zone) > ZONE_OCTETS_MAX)
        return refuse(error, item, "that is no DNS zone");
    if (has_list(to, lower))
        return refuse(error, item, "there is a list of that name already");
    if (to->len == BLOCKLISTS_MAX)
        return refuse(error, item, "too many lists");
    if (blocklist_family_of_zone(zone) != NULL)
        list.family = blocklist_family_of_zone(zone);
    if ((list.family->asks & item->asks) == 0)
        return refuse(error, item,
                      (item->asks & ASKS_IP) != 0 ? "that is a list of hosts"
                                                  : "that is a list of addresses");
    shown = blocklist_zone_shown(zone);
    list.name = g_intern_string(lower);
    list.zone = g_string_chunk_insert(lists->texts, zone);
    list.shown_zone = g_string_chunk_insert(lists->texts, shown);
    if (!set_codes(item, lists, &list, error))
        return false;
    g_array_append_val(to, list);
    return true;
}

/* zen, dbl, surbl: the zone alone. */
static bool
add_own(const char *key, const char *zone, unsigned asks, struct blocklists *lists, GArray *to,
        GError **error)
{
    struct item item = {
        key, span_of(key), span_of(zone), span_of(NULL), blocklist_family_named(key), asks
    };
    return zone == NULL || zone[0] == '\0' || add_list(&item, lists, to, error);
}

/* name:zone or name:zone=codes */
static bool
add_item(const char *key, const char *text, unsigned asks, struct blocklists *lists, GArray *to,
         GError **error)
{
    struct item item = { .key = key, .asks = asks };
    struct span whole = span_trim(span_of(text));
    ptrdiff_t colon = span_find(whole, ':');
    ptrdiff_t equals;
    if (colon < 0) { /* the whole item may be a zone with a key */
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "[dnsbl] %s: an item is no name:zone or name:zone=codes", key);
        return false;
    }
    item.family = blocklist_family_named((asks & ASKS_IP) != 0 ? "ip" : "host");
    item.name = span_trim(span_head(whole, (size_t)colon));
    item.zone = span_from(whole, (size_t)colon + 1);
    equals = span_find(item.zone, '=');
    if (equals >= 0) {
        item.codes =
            (struct span){ item.zone.octets + equals + 1, item.zone.len - (size_t)equals - 1 };
        item.zone = span_head(item.zone, (size_t)equals);
    }
    item.zone = span_trim(item.zone);
    if (span_equals_nocase(item.name, "zen") || span_equals_nocase(item.name, "dbl") ||
        span_equals_nocase(item.name, "surbl"))
        return refuse(error, &item, "that name has a key of its own");
    return add_list(&item, lists, to, error);
}

static bool
add_items(const char *key, char *const *items, unsigned asks, struct blocklists *lists, GArray *to,
          GError **error)
{
    for (; items != NULL && *items != NULL; items++)
        if (!add_item(key, *items, asks, lists, to, error))
            return false;
    return true;
}

struct blocklists *
blocklists_new(const struct config *config, GError **error)
{
    const unsigned ips = ASKS_IP;
    const unsigned hosts = ASKS_HOST | ASKS_REGISTRABLE;
    g_autoptr(Blocklists) lists = g_new0(struct blocklists, 1);
    g_autoptr(GArray) of_ips = g_array_new(FALSE, FALSE, sizeof(struct blocklist));
    g_autoptr(GArray) of_hosts = g_array_new(FALSE, FALSE, sizeof(struct blocklist));
    lists->texts = g_string_chunk_new(1024);
    lists->codes = g_ptr_array_new_with_free_func(free_codes);
    if (!add_own("zen", config->dnsbl.zen, ips, lists, of_ips, error) ||
        !add_own("dbl", config->dnsbl.dbl, hosts, lists, of_hosts, error) ||
        !add_own("surbl", config->dnsbl.surbl, hosts, lists, of_hosts, error) ||
        !add_items("ipLists", config->dnsbl.ip_lists, ips, lists, of_ips, error) ||
        !add_items("hostLists", config->dnsbl.host_lists, hosts, lists, of_hosts, error))
        return NULL;
    lists->of_ips_count = of_ips->len;
    lists->of_ips = (struct blocklist *)(void *)g_array_free(g_steal_pointer(&of_ips), FALSE);
    lists->of_hosts_count = of_hosts->len;
    lists->of_hosts = (struct blocklist *)(void *)g_array_free(g_steal_pointer(&of_hosts), FALSE);
    return g_steal_pointer(&lists);
}

void
blocklists_free(struct blocklists *lists)
{
    if (lists == NULL)
        return;
    g_free(lists->of_ips);
    g_free(lists->of_hosts);
    g_string_chunk_free(lists->texts);
    g_ptr_array_unref(lists->codes);
    g_free(lists);
}
