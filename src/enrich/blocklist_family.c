/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/blocklist_family.h"

#include "base/domain.h"

#define LOOPBACK(b, c, d) (0x7f000000u | ((b) << 16) | ((c) << 8) | (d))
#define ONE(c, d, state, meaning)                                                                  \
    {                                                                                              \
        LOOPBACK(0u, c, d), LOOPBACK(0u, c, d), state, meaning                                     \
    }
#define BIT(value, meaning)                                                                        \
    {                                                                                              \
        value, value, LISTING_LISTED, meaning                                                      \
    }
#define KEY_LABEL_MIN 20 /* a label with digits that is as long as this may be a key */

/* clang-format off */
static const struct blocklist_code zen_codes[] = {
    ONE(0u, 2u, LISTING_LISTED, "SBL"),
    ONE(0u, 3u, LISTING_LISTED, "CSS"),
    ONE(0u, 4u, LISTING_LISTED, "XBL"),
    ONE(0u, 9u, LISTING_LISTED, "DROP"),
    ONE(0u, 10u, LISTING_POLICY, "PBL"),
    ONE(0u, 11u, LISTING_POLICY, "PBL"),
    ONE(0u, 20u, LISTING_LISTED, "AuthBL"),
    ONE(0u, 30u, LISTING_LISTED, "BCL"),
};
static const struct blocklist_code dbl_codes[] = {
    ONE(1u, 2u, LISTING_LISTED, "spam"),
    ONE(1u, 4u, LISTING_LISTED, "phish"),
    ONE(1u, 5u, LISTING_LISTED, "malware"),
    ONE(1u, 6u, LISTING_LISTED, "botnet C&C"),
    ONE(1u, 102u, LISTING_LISTED, "abused legit spam"),
    ONE(1u, 103u, LISTING_LISTED, "abused legit redirector"),
    ONE(1u, 104u, LISTING_LISTED, "abused legit phish"),
    ONE(1u, 105u, LISTING_LISTED, "abused legit malware"),
    ONE(1u, 106u, LISTING_LISTED, "abused legit botnet C&C"),
};
static const struct blocklist_code zrd_codes[] = {
    { LOOPBACK(0u, 2u, 2u), LOOPBACK(0u, 2u, 24u), LISTING_LISTED, "first seen hours ago" },
};
static const struct blocklist_code surbl_bits[] = {
    BIT(4u, "DM"), BIT(8u, "PH"), BIT(16u, "MW"), BIT(32u, "CT"), BIT(64u, "ABUSE"), BIT(128u, "CR"),
};
static const struct blocklist_code uribl_bits[] = {
    BIT(2u, "black"), BIT(4u, "grey"), BIT(8u, "red"),
};
static const struct blocklist_code other_codes[] = {
    ONE(0u, 2u, LISTING_LISTED, "listed"), /* RFC 5782, 2.1 */
};

#define CODES(table) { table, G_N_ELEMENTS(table) }
static const struct blocklist_family zen = {
    CODES(zen_codes), false, 0, NULL, ASKS_IP, { "2.0.0.127", NULL }, "1.0.0.127" };
static const struct blocklist_family dbl = {
    CODES(dbl_codes), false, LOOPBACK(0u, 1u, 255u), "it was asked about an address",
    ASKS_HOST | ASKS_REGISTRABLE, { "dbltest.com", NULL }, "invalid" };
static const struct blocklist_family zrd = {
    CODES(zrd_codes), false, LOOPBACK(0u, 2u, 255u), "it was asked about an address",
    ASKS_REGISTRABLE, { NULL, NULL }, "invalid" };
static const struct blocklist_family surbl = {
    CODES(surbl_bits), true, LOOPBACK(0u, 0u, 1u), "it does not answer this resolver",
    ASKS_REGISTRABLE | ASKS_LITERAL,
    { "test.surbl.org", "surbl-org-permanent-test-point.com" }, "1.0.0.127" };
static const struct blocklist_family uribl = {
    CODES(uribl_bits), true, LOOPBACK(0u, 0u, 1u), "it does not answer this resolver",
    ASKS_REGISTRABLE, { "test.uribl.com", NULL }, "1.0.0.127" };
static const struct blocklist_family other_ips = {
    CODES(other_codes), false, 0, NULL, ASKS_IP, { "2.0.0.127", NULL }, "1.0.0.127" };
static const struct blocklist_family other_hosts = {
    CODES(other_codes), false, 0, NULL, ASKS_HOST | ASKS_REGISTRABLE, { "test", NULL }, "invalid" };

static const struct {
    const char *name;
    const struct blocklist_family *family;
} named[] = {
    { "zen", &zen }, { "dbl", &dbl }, { "surbl", &surbl }, { "ip", &other_ips }, { "host", &other_hosts },
};

/* The label before the operator's own domain, or NULL for any. */
static const struct {
    const char *label;
    const char *domain;
    const struct blocklist_family *family;
} zones[] = {
    { "zen",     "spamhaus.org",    &zen },   { "zen",     "dq.spamhaus.net", &zen },
    { "sbl",     "spamhaus.org",    &zen },   { "sbl",     "dq.spamhaus.net", &zen },
    { "xbl",     "spamhaus.org",    &zen },   { "xbl",     "dq.spamhaus.net", &zen },
    { "sbl-xbl", "spamhaus.org",    &zen },   { "sbl-xbl", "dq.spamhaus.net", &zen },
    { "pbl",     "spamhaus.org",    &zen },   { "pbl",     "dq.spamhaus.net", &zen },
    { "authbl",  "dq.spamhaus.net", &zen },   { "bcl",     "spamhaus.org",    &zen },
    { "dbl",     "spamhaus.org",    &dbl },   { "dbl",     "dq.spamhaus.net", &dbl },
    { "zrd",     "dq.spamhaus.net", &zrd },   { NULL,      "surbl.org",       &surbl },
    { NULL,      "uribl.com",       &uribl },
};
/* clang-format on */

const struct blocklist_family *
blocklist_family_named(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
        if (strcmp(named[i].name, name) == 0)
            return named[i].family;
    return NULL;
}

const struct blocklist_family *
blocklist_family_of_zone(const char *zone)
{
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
        g_autofree char *parent = NULL;
        if (zones[i].label == NULL) {
            if (domain_is_within(zone, zones[i].domain))
                return zones[i].family;
            continue;
        }
        parent = g_strdup_printf("%s.%s", zones[i].label, zones[i].domain);
        if (domain_is_within(zone, parent))
            return zones[i].family;
    }
    return NULL;
}

static bool
is_key(const char *label)
{
    return strlen(label) >= KEY_LABEL_MIN && strpbrk(label, "0123456789") != NULL;
}

char *
blocklist_zone_shown(const char *zone)
{
    g_auto(GStrv) labels = g_strsplit(zone, ".", -1);
    guint count = g_strv_length(labels);
    bool query_service = domain_is_within(zone, "dq.spamhaus.net");
    for (guint i = 0; i < count; i++)
        if (is_key(labels[i]) || (query_service && i + 4 < count)) {
            g_free(labels[i]);
            labels[i] = g_strdup("(key)");
        }
    return g_strjoinv(".", labels);
}

/* "10" or "127.0.1.2"; a listing is within 127.0.0.0/8, 127.0.0.1 and 127.255.255.x are none. */
static bool
parse_code(struct span text, uint32_t *code)
{
    struct ip ip;
    guint32 octet;
    if (span_to_u32(text, &octet) && octet < 256)
        *code = LOOPBACK(0u, 0u, octet);
    else if (ip_parse(text, &ip) && ip.len == 4 && ip.octets[0] == 127)
        *code = LOOPBACK((uint32_t)ip.octets[1], (uint32_t)ip.octets[2], (uint32_t)ip.octets[3]);
    else
        return false;
    return *code > LOOPBACK(0u, 0u, 1u) && *code < LOOPBACK(255u, 255u, 0u);
}

bool
blocklist_codes_parse(struct span text, GArray *codes)
{
    struct span piece;
    bool spent = false;
    while (span_cut(&text, '+', &piece, &spent)) {
        struct blocklist_code code = { .state = LISTING_LISTED, .meaning = "listed" };
        ptrdiff_t dash = span_find(piece, '-');
        struct span first = dash < 0 ? piece : span_head(piece, (size_t)dash);
        struct span last = dash < 0 ? piece : span_from(piece, (size_t)dash + 1);
        if (!parse_code(span_trim(first), &code.first) ||
            !parse_code(span_trim(last), &code.last) || code.last < code.first)
            return false;
        g_array_append_val(codes, code);
    }
    return true;
}
