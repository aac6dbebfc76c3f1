/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact_choice.h"

#include "base/domain.h"
#include "enrich/contact_address.h"

struct contact_opt_outs {
    GHashTable *reasons; /* "address a@example.com" to why */
};

struct contact_opt_outs *
contact_opt_outs_new(void)
{
    struct contact_opt_outs *outs = g_new0(struct contact_opt_outs, 1);
    outs->reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return outs;
}

void
contact_opt_outs_free(struct contact_opt_outs *outs)
{
    if (outs == NULL)
        return;
    g_hash_table_destroy(outs->reasons);
    g_free(outs);
}

static char *
key_of(const char *kind, const char *subject)
{
    g_autofree char *lower = g_ascii_strdown(subject, -1);
    return g_strconcat(kind, " ", lower, NULL);
}

void
contact_opt_outs_add(struct contact_opt_outs *outs, const char *kind, const char *subject,
                     const char *reason)
{
    g_hash_table_insert(outs->reasons, key_of(kind, subject), g_strdup(reason));
}

static const char *
find(const struct contact_opt_outs *outs, const char *kind, const char *subject)
{
    g_autofree char *key = key_of(kind, subject);
    return g_hash_table_lookup(outs->reasons, key);
}

static const char *
reason_of_address(const struct contact_opt_outs *outs, const char *address)
{
    const char *why = find(outs, "address", address);
    const char *at = strrchr(address, '@');
    for (const char *name = at != NULL ? at + 1 : NULL; why == NULL && name != NULL;) {
        why = find(outs, "domain", name);
        const char *dot = strchr(name, '.');
        name = dot != NULL ? dot + 1 : NULL;
    }
    return why;
}

const char *
contact_opt_outs_asn(const struct contact_opt_outs *outs, uint32_t asn)
{
    g_autofree char *text = g_strdup_printf("%u", asn);
    return asn != 0 ? find(outs, "asn", text) : NULL;
}

bool
contact_opt_out_read(struct span text, const char **kind, char **subject)
{
    guint32 asn = 0;
    g_autofree char *name = NULL;
    text = span_trim(text);
    if (span_find(text, '@') >= 0) {
        if (contact_address_read(text, NULL, &name) != NULL)
            return false;
        *kind = "address";
        *subject = g_ascii_strdown(name, -1);
        return true;
    }
    if (span_to_u32(span_starts_nocase(text, "AS") ? span_from(text, 2) : text, &asn)) {
        *kind = "asn";
        *subject = g_strdup_printf("%u", asn);
        return asn != 0;
    }
    name = contact_domain_read(text);
    if (name == NULL)
        return false;
    *kind = "domain";
    *subject = g_steal_pointer(&name);
    return true;
}

static void
target_free(gpointer item)
{
    struct contact_target *target = item;
    g_free(target->address);
    g_free(target->left_out);
    g_free(target);
}

static bool
is_target(const struct contact_choice *choice, const char *address)
{
    for (guint i = 0; i < choice->targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(choice->targets, i);
        if (g_ascii_strcasecmp(target->address, address) == 0)
            return true;
    }
    return false;
}

/* Why this address is not written to; NULL: it is. Caller frees. */
static char *
why_not(const struct contact_question *question, const char *address)
{
    const struct contact_opt_outs *outs = question->outs;
    const char *why = outs != NULL ? contact_opt_outs_asn(outs, question->asn) : NULL;
    if (why != NULL)
        return g_strdup_printf("AS%u is disabled%s%s", question->asn, why[0] != '\0' ? ": " : "",
                               why);
    why = outs != NULL ? reason_of_address(outs, address) : NULL;
    if (why != NULL)
        return g_strdup_printf("disabled%s%s", why[0] != '\0' ? ": " : "", why);
    return NULL;
}

/* Adds the addresses of one finding. */
static void
add_targets(const struct contact_question *question, const struct contact *contact,
            struct contact_choice *choice)
{
    struct span rest = span_of(contact->addresses), piece;
    bool spent = rest.len == 0;
    while (span_cut(&rest, ',', &piece, &spent)) {
        g_autofree char *address = NULL;
        const char *bad = contact_address_read(piece, question->own, &address);
        if (span_trim(piece).len == 0)
            continue;
        if (bad != NULL)
            address = span_dup(span_trim(piece));
        if (is_target(choice, address))
            continue;
        struct contact_target *target = g_new0(struct contact_target, 1);
        target->left_out = bad != NULL ? g_strdup(bad) : why_not(question, address);
        target->address = g_steal_pointer(&address);
        target->origin = contact->origin;
        target->prefix = contact->prefix;
        target->checked = contact->checked;
        g_ptr_array_add(choice->targets, target);
    }
}

/* The finding of one origin that holds and has the longest prefix; NULL: none. */
static const struct contact *
longest(const struct contact_question *question, enum contact_origin origin)
{
    const struct contact *best = NULL;
    for (size_t i = 0; i < question->contact_count; i++) {
        const struct contact *contact = &question->contacts[i];
        if (contact->origin == origin && contact_holds(contact, question->now) &&
            ip_in_range(&question->ip, &contact->prefix) &&
            (best == NULL || contact->prefix.prefix > best->prefix.prefix))
            best = contact;
    }
    return best;
}

void
contact_choose(const struct contact_question *question, struct contact_choice *choice)
{
    const bool asked[CONTACT_ORIGINS] = {
        [CONTACT_RDAP] = question->with_rdap, [CONTACT_ABUSIX] = question->with_zone
    };
    bool missing = !question->with_rdap && !question->with_zone;
    choice->known = NOT_KNOWN;
    choice->targets = g_ptr_array_new_with_free_func(target_free);
    if (question->special)
        return;
    for (unsigned i = 0; i < CONTACT_ORIGINS && choice->known != KNOWN; i++) {
        const struct contact *contact = longest(question, (enum contact_origin)i);
        missing = missing || (asked[i] && contact == NULL);
        if (contact == NULL || contact->addresses[0] == '\0')
            continue;
        choice->known = KNOWN;
        add_targets(question, contact, choice);
    }
    if (choice->known == NOT_KNOWN && !missing)
        choice->known = KNOWN_NONE;
    if (question->as_addresses != NULL) {
        struct contact as = { .origin = CONTACT_AS,
                              .addresses = question->as_addresses,
                              .checked = CLOCK_UNKNOWN,
                              .expires = CLOCK_UNKNOWN };
        add_targets(question, &as, choice);
    }
}

size_t
contact_choice_count(const struct contact_choice *choice)
{
    size_t count = 0;
    for (guint i = 0; i < choice->targets->len; i++)
        count += ((const struct contact_target *)g_ptr_array_index(choice->targets, i))->left_out ==
                 NULL;
    return count;
}

void
contact_choice_clear(struct contact_choice *choice)
{
    g_clear_pointer(&choice->targets, g_ptr_array_unref);
}
