/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/rdap_json.h"

#include <jansson.h>

#include "base/fault.h"
#include "enrich/contact_address.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* An entity that waits to be looked at; borrowed from the document. */
struct place {
    const json_t *entity;
    unsigned depth;
};

static bool
fail(GError **error, const char *why)
{
    g_set_error(error, FAULT, FAULT_REJECT, "RDAP: %s", why);
    return false;
}

static struct span
text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return (struct span){ json_string_value(value), json_string_length(value) };
}

static bool
has_role(const json_t *entity, const char *role)
{
    const json_t *roles = json_object_get(entity, "roles");
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const json_t *word = json_array_get(roles, i);
        struct span text = { json_string_value(word), json_string_length(word) };
        if (span_equals_nocase(text, role))
            return true;
    }
    return false;
}

/* pref=1 is the most preferred one (RFC 6350, 5.3); servers write it as text or as number. */
static bool
is_preferred(const json_t *parameters)
{
    const json_t *pref = json_object_get(parameters, "pref");
    return json_integer_value(pref) == 1 || g_strcmp0(json_string_value(pref), "1") == 0;
}

/* ["vcard", [["email", {parameters}, "text", "abuse@example.com"], ...]] */
static void
take_card(const json_t *entity, char *const *own, GString *preferred, GString *others)
{
    const json_t *card = json_array_get(json_object_get(entity, "vcardArray"), 1);
    for (size_t i = 0; i < json_array_size(card) && i < RDAP_PROPERTIES_MAX; i++) {
        const json_t *property = json_array_get(card, i);
        const char *name = json_string_value(json_array_get(property, 0));
        const json_t *value = json_array_get(property, 3);
        struct span text = { json_string_value(value), json_string_length(value) };
        if (name != NULL && g_ascii_strcasecmp(name, "email") == 0 && text.octets != NULL)
            contact_list_add(is_preferred(json_array_get(property, 1)) ? preferred : others, text,
                             own);
    }
}

static void
line_up(GArray *queue, const json_t *object, unsigned depth)
{
    const json_t *entities = json_object_get(object, "entities");
    for (size_t i = 0; i < json_array_size(entities) && queue->len < RDAP_ENTITIES_MAX; i++) {
        struct place place = { json_array_get(entities, i), depth };
        g_array_append_val(queue, place);
    }
}

static void
take_contacts(const json_t *network, char *const *own, GString *list)
{
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(struct place));
    g_autoptr(GString) preferred = g_string_new(NULL);
    g_autoptr(GString) others = g_string_new(NULL);
    line_up(queue, network, 1);
    for (guint i = 0; i < queue->len; i++) {
        struct place place = g_array_index(queue, struct place, i);
        if (has_role(place.entity, "abuse"))
            take_card(place.entity, own, preferred, others);
        if (place.depth < RDAP_DEPTH_MAX)
            line_up(queue, place.entity, place.depth + 1);
    }
    contact_list_add(list, span_of(preferred->str), own);
    contact_list_add(list, span_of(others->str), own);
}

static struct ip_range
range_at(const struct ip *ip, unsigned bits)
{
    struct ip_range range = { .base = *ip, .prefix = bits };
    for (unsigned bit = bits; bit < ip->len * 8u; bit++)
        range.base.octets[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
    return range;
}

static bool
last_within(const struct ip_range *range, const struct ip *end)
{
    struct ip last = range->base;
    for (unsigned bit = range->prefix; bit < last.len * 8u; bit++)
        last.octets[bit / 8] |= (unsigned char)(0x80u >> (bit % 8));
    return memcmp(last.octets, end->octets, last.len) <= 0;
}

/* The widest prefix around the address that lies between the network's ends: these need not be a
 * prefix themselves. */
static bool
prefix_between(const json_t *network, const struct ip *ip, unsigned shortest,
               struct ip_range *prefix)
{
    struct ip start, end;
    if (!ip_parse(text_of(network, "startAddress"), &start) ||
        !ip_parse(text_of(network, "endAddress"), &end) || start.len != ip->len ||
        end.len != ip->len || memcmp(start.octets, ip->octets, ip->len) > 0 ||
        memcmp(end.octets, ip->octets, ip->len) < 0)
        return false;
    for (unsigned bits = shortest; bits <= ip->len * 8u; bits++) {
        *prefix = range_at(ip, bits);
        if (memcmp(prefix->base.octets, start.octets, ip->len) >= 0 && last_within(prefix, &end))
            return true;
    }
    return false;
}

/* [{"v4prefix": "192.0.2.0", "length": 24}, ...] */
static bool
prefix_listed(const json_t *network, const struct ip *ip, unsigned shortest,
              struct ip_range *prefix)
{
    const json_t *list = json_object_get(network, "cidr0_cidrs");
    for (size_t i = 0; i < json_array_size(list) && i < RDAP_ENTITIES_MAX; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t bits = json_integer_value(json_object_get(item, "length"));
        struct ip_range range;
        if (!ip_parse(text_of(item, ip->len == 4 ? "v4prefix" : "v6prefix"), &range.base) ||
            !json_is_integer(json_object_get(item, "length")) || bits < 0 || bits > ip->len * 8)
            continue;
        range = range_at(&range.base, (unsigned)bits);
        if (!ip_in_range(ip, &range))
            continue;
        *prefix = range_at(ip, MAX(range.prefix, shortest));
        return true;
    }
    return false;
}

static bool
read_prefix(const json_t *network, const struct ip *ip, struct ip_range *prefix)
{
    unsigned shortest = ip->len == 4 ? RDAP_PREFIX_V4_MIN : RDAP_PREFIX_V6_MIN;
    if (prefix_listed(network, ip, shortest, prefix) ||
        prefix_between(network, ip, shortest, prefix))
        return true;
    if (json_object_get(network, "startAddress") != NULL)
        return false;
    *prefix = range_at(ip, ip->len * 8u); /* it names no network: the answer is about this one */
    return true;
}

bool
rdap_json_read(struct span octets, const struct ip *ip, char *const *own, struct ip_range *prefix,
               GString *list, GError **error)
{
    if (ip->len == 0 || octets.len == 0 || octets.len > RDAP_OCTETS_MAX)
        return fail(error, "nothing, or too much");
    json_error_t problem;
    g_autoptr(json_t) network = json_loadb(octets.octets, octets.len, 0, &problem);
    if (!json_is_object(network))
        return fail(error, "no JSON object");
    struct span class = text_of(network, "objectClassName");
    if (json_object_get(network, "errorCode") != NULL ||
        (class.octets != NULL && !span_equals_nocase(class, "ip network")))
        return fail(error, "no network in the answer");
    struct ip_range found;
    if (!read_prefix(network, ip, &found))
        return fail(error, "about another network");
    take_contacts(network, own, list);
    *prefix = found;
    return true;
}
