/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enrich_driver CONFIG [DEADLINE-S] - facts about what stdin names, for the tests of enrich
 *
 * Lines: "ip ADDRESS", "host NAME", "asn NUMBER", each with what is wanted behind it (name network
 * lists address; nothing: all); "know PREFIX ASN COUNTRY"; "run"; "clear". A "run" and the end of
 * the input print one JSON object for each address, host and AS that was named since the last run,
 * in order, then {"whole", "seconds", "asked", ...}. An error is printed, exit 78 or 75.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "enrich/enrich.h"

struct driver {
    struct enrich *enrich;
    GPtrArray *named; /* lines */
    int64_t limit_us;
};

static const char *const known_words[] = { "not known", "none", "known" };
static const char *const from_words[] = { "none", "file", "mmdb", "dns" };
static const char *const state_words[] = { "not known", "clean", "policy", "listed" };

static json_t *
network_json(const struct network *network)
{
    char base[IP_TEXT_MAX];
    g_autofree char *prefix =
        g_strdup_printf("%s/%u", ip_text(&network->prefix.base, base), network->prefix.prefix);
    return json_pack(
        "{s:s, s:I, s:s, s:s?, s:s, s:I}", "prefix", network->prefix.base.len != 0 ? prefix : "",
        "asn", (json_int_t)network->asn, "country", network->country, "asns", network->asns, "from",
        from_words[network->from], "held", (json_int_t)(network->expires - clock_now()));
}

static json_t *
listings_json(const struct listing *listings, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:s, s:s, s:I}", "list", listings[i].list,
                                        "state", state_words[listings[i].state], "codes",
                                        listings[i].codes, "meaning", listings[i].meaning, "held",
                                        (json_int_t)(listings[i].expires - clock_now())));
    return array;
}

static json_t *
ip_json(const struct ip_fact *fact)
{
    char text[IP_TEXT_MAX];
    return json_pack("{s:s, s:b, s:s, s:s?, s:b, s:I, s:s, s:o, s:o}", "ip",
                     ip_text(&fact->ip, text), "special", (int)fact->special, "name_known",
                     known_words[fact->name_known], "name", fact->name, "confirmed",
                     (int)fact->name_confirmed, "name_held",
                     (json_int_t)(fact->name_expires - clock_now()), "network_known",
                     known_words[fact->network_known], "network", network_json(&fact->network),
                     "listings", listings_json(fact->listings, fact->listing_count));
}

static json_t *
host_json(const struct host_fact *fact)
{
    char text[IP_TEXT_MAX];
    return json_pack("{s:s, s:s?, s:s, s:s, s:I, s:s, s:o, s:o}", "host", fact->host, "registrable",
                     fact->registrable, "address_known", known_words[fact->address_known],
                     "address", ip_text(&fact->address, text), "address_held",
                     (json_int_t)(fact->address_expires - clock_now()), "network_known",
                     known_words[fact->network_known], "network", network_json(&fact->network),
                     "listings", listings_json(fact->listings, fact->listing_count));
}

static json_t *
as_json(uint32_t asn, const struct as_name *name)
{
    if (name == NULL)
        return json_pack("{s:I, s:n}", "asn", (json_int_t)asn, "name");
    return json_pack("{s:I, s:s, s:s, s:I}", "asn", (json_int_t)asn, "name", name->name, "country",
                     name->country, "held", (json_int_t)(name->expires - clock_now()));
}

static void
print(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static void
add_network(void *user, const struct network *network)
{
    json_array_append_new(user, network_json(network));
}

static unsigned
wanted_of(char *const *words)
{
    static const char *const names[] = { "name", "network", "lists", "address" };
    unsigned wanted = 0;
    for (; *words != NULL; words++)
        for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
            wanted |= strcmp(*words, names[i]) == 0 ? 1u << i : 0;
    return wanted != 0 ? wanted : 15u;
}

static void
run(struct driver *driver)
{
    json_t *networks = json_array();
    json_t *warnings = json_array();
    struct resolver_counts counts;
    int64_t began = clock_monotonic_us();
    bool whole = enrich_run(driver->enrich, began + driver->limit_us, NULL);
    double seconds = (double)(clock_monotonic_us() - began) / 1e6;
    for (guint i = 0; i < driver->named->len; i++) {
        g_auto(GStrv) words = g_strsplit(g_ptr_array_index(driver->named, i), " ", -1);
        struct ip ip;
        uint32_t asn = (uint32_t)strtoul(words[1], NULL, 10);
        if (strcmp(words[0], "ip") == 0 && ip_parse(span_of(words[1]), &ip))
            print(ip_json(enrich_ip(driver->enrich, &ip)));
        else if (strcmp(words[0], "host") == 0)
            print(host_json(enrich_host(driver->enrich, words[1])));
        else
            print(as_json(asn, enrich_asn(driver->enrich, asn)));
    }
    g_ptr_array_set_size(driver->named, 0);
    enrich_networks(driver->enrich, add_network, networks);
    for (const char *const *text = enrich_warnings(driver->enrich); *text != NULL; text++)
        json_array_append_new(warnings, json_string(*text));
    enrich_counts(driver->enrich, &counts);
    print(json_pack("{s:b, s:f, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "whole", (int)whole, "seconds",
                    seconds, "asked", (json_int_t)counts.asked, "found", (json_int_t)counts.found,
                    "none", (json_int_t)counts.none, "not_known", (json_int_t)counts.not_known,
                    "shared", (json_int_t)counts.shared, "networks", networks, "warnings",
                    warnings));
}

static void
know(struct driver *driver, char *const *words)
{
    struct network network = { .from = NETWORK_FROM_DNS, .expires = clock_now() + 1000 };
    if (!ip_range_parse(span_of(words[1]), &network.prefix))
        exit(64);
    network.asn = (uint32_t)strtoul(words[2], NULL, 10);
    g_strlcpy(network.country, words[3], sizeof network.country);
    enrich_know(driver->enrich, &network);
}

static void
obey(struct driver *driver, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    struct ip ip;
    if (strcmp(words[0], "run") == 0) {
        run(driver);
        return;
    }
    if (strcmp(words[0], "clear") == 0) {
        enrich_clear(driver->enrich);
        return;
    }
    if (words[1] == NULL)
        exit(64);
    if (strcmp(words[0], "know") == 0) {
        know(driver, words);
        return;
    }
    if (strcmp(words[0], "ip") == 0 && ip_parse(span_of(words[1]), &ip))
        enrich_add_ip(driver->enrich, &ip, wanted_of(words + 2));
    else if (strcmp(words[0], "host") == 0)
        enrich_add_host(driver->enrich, words[1], wanted_of(words + 2));
    else if (strcmp(words[0], "asn") == 0)
        enrich_add_asn(driver->enrich, (uint32_t)strtoul(words[1], NULL, 10));
    else
        exit(64);
    g_ptr_array_add(driver->named, g_strdup(line));
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = argc > 1 ? config_load(argv[1], &error) : NULL;
    g_autoptr(Enrich) enrich = config != NULL ? enrich_new(config, &error) : NULL;
    g_autoptr(GPtrArray) named = g_ptr_array_new_with_free_func(g_free);
    struct driver driver = { enrich, named,
                             (argc > 2 ? strtol(argv[2], NULL, 10) : 60) * G_USEC_PER_SEC };
    char line[1024];
    if (enrich == NULL) {
        printf("%s\n", error != NULL ? error->message : "enrich_driver CONFIG [DEADLINE-S]");
        return fault_exit_code(error);
    }
    while (fgets(line, sizeof line, stdin) != NULL)
        obey(&driver, g_strchomp(line));
    if (named->len > 0)
        run(&driver);
    return 0;
}
