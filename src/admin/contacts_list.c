/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/contacts.h"

#include <stdio.h>

#include "admin/option.h"
#include "admin/shown.h"
#include "base/fault.h"
#include "enrich/contact_choice.h"
#include "enrich/enrich.h"
#include "ingest/contact_gather.h"
#include "ingest/contact_run.h"
#include "store/contact.h"

#define PATIENCE_S 60 /* a person waits; [dns] budget is for runs */

struct order {
    struct ip ip; /* of no length: not asked for */
    uint32_t asn;
    bool all, ask;
};

/* Everything that is known of one address. */
struct view {
    const struct contacts_site *site;
    const struct order *order;
    uint32_t asn;
    const char *failure;
};

static void
print_line(const char *word, const char *what, const char *address, const char *more)
{
    g_autofree char *shown = shown_text(span_of(address), false);
    g_autofree char *shown_more = shown_text(span_of(more), false);
    printf("%-7s %-24s %s%s%s\n", word, what, shown, more[0] != '\0' ? "  " : "", shown_more);
}

static char *
prefix_text(const struct ip_range *prefix)
{
    char text[IP_TEXT_MAX];
    ip_text(&prefix->base, text);
    return prefix->prefix == prefix->base.len * 8u ? g_strdup(text)
                                                   : g_strdup_printf("%s/%u", text, prefix->prefix);
}

/* "of 2026-01-31", ", too old" when it does not hold any more. Caller frees. */
static char *
age_text(int64_t checked, int64_t expires)
{
    char text[CLOCK_TEXT_MAX];
    clock_sql(checked, text);
    text[strcspn(text, " ")] = '\0';
    bool old = expires != CLOCK_UNKNOWN && expires <= clock_now();
    return g_strdup_printf("of %s%s", text, old ? ", too old" : "");
}

/* All sources, when they are to be asked; their answers go into the database. */
static bool
ask_all(struct view *view, struct contact_find *find, GError **error)
{
    struct contact_run_counts counts = { .failure = "" };
    int64_t deadline_us = clock_monotonic_us() + PATIENCE_S * G_USEC_PER_SEC;
    if (!contact_run_ask(find, view->site->db, &view->order->ip, 1, deadline_us, NULL, &counts,
                         error))
        return false;
    view->failure = counts.failure;
    return true;
}

/* The AS of an address that sent nothing yet: what the networks file and MMDB say, and DNS when it
 * may be asked. */
static bool
find_asn(struct view *view, GError **error)
{
    static char nobody[] = "";
    struct config config = *view->site->config;
    if (!view->order->ask)
        config.dns.cymru4 = config.dns.cymru6 = nobody;
    g_autoptr(Enrich) enrich = enrich_new(&config, error);
    if (enrich == NULL)
        return false;
    enrich_add_ip(enrich, &view->order->ip, ENRICH_NETWORK);
    enrich_run(enrich, clock_monotonic_us() + PATIENCE_S * G_USEC_PER_SEC, NULL);
    const struct ip_fact *fact = enrich_ip(enrich, &view->order->ip);
    if (fact != NULL && fact->network.asn != 0)
        view->asn = fact->network.asn;
    return true;
}

static bool
read_view(struct view *view, struct contact_choice *choice, GError **error)
{
    const struct order *order = view->order;
    const struct config *config = view->site->config;
    struct db *db = view->site->db;
    g_autoptr(ContactFind) find = contact_find_open(config, error);
    view->asn = order->asn;
    if (find == NULL || (order->ask && !ask_all(view, find, error)))
        return false;
    g_autoptr(ContactGathering) gathering =
        contact_gather(config, db, find, &order->ip, NULL, order->ip.len != 0 ? 1 : 0, error);
    return gathering != NULL &&
           (order->ip.len == 0 || view->asn != 0 ||
            contact_asn_of(db, &order->ip, &view->asn, error)) &&
           (order->ip.len == 0 || view->asn != 0 || find_asn(view, error)) &&
           contact_gathering_choose(gathering, db, &order->ip, view->asn, choice, error);
}

static bool
is_special(const struct config *config, const struct ip *ip)
{
    size_t count = 0;
    g_autofree struct ip_range *ranges = config_ranges(config->networks.public, &count);
    return ip->len != 0 && !ip_is_public(ip, ranges, count);
}

static void
print_state(const struct view *view, const struct contact_choice *choice)
{
    switch (choice->known) {
    case KNOWN:
        break;
    case KNOWN_NONE:
        puts("none    those who were asked name nobody");
        break;
    case NOT_KNOWN:
        if (view->failure[0] != '\0')
            print_line("unknown", "no answer", view->failure, "");
        else
            puts(view->order->ask ? "unknown nobody is there to ask: see [rdap] and [dns] abuse"
                                  : "unknown nobody has answered yet; --ask asks");
        break;
    }
}

static void
print_targets(const struct view *view, const struct contact_choice *choice)
{
    for (guint i = 0; i < choice->targets->len; i++) {
        const struct contact_target *target = g_ptr_array_index(choice->targets, i);
        g_autofree char *place = target->origin == CONTACT_AS ? g_strdup_printf("AS%u", view->asn)
                                                              : prefix_text(&target->prefix);
        g_autofree char *what =
            g_strdup_printf("%s %s", contact_origin_word(target->origin), place);
        g_autofree char *age = target->checked != CLOCK_UNKNOWN
                                   ? age_text(target->checked, CLOCK_UNKNOWN)
                                   : g_strdup("");
        g_autofree char *more =
            target->left_out != NULL
                ? g_strdup_printf("%s%s%s", target->left_out, age[0] != '\0' ? ", " : "", age)
                : g_strdup(age);
        print_line(target->left_out != NULL ? "leave" : "write", what, target->address, more);
    }
}

/* What would be written about one address or one AS. */
static bool
list_one(const struct contacts_site *site, const struct order *order, GError **error)
{
    char text[IP_TEXT_MAX];
    struct contact_choice choice = { .known = NOT_KNOWN };
    struct view view = { .site = site, .order = order, .failure = "" };
    bool good = read_view(&view, &choice, error);
    if (good) {
        if (order->ip.len != 0)
            printf("%s, ", ip_text(&order->ip, text));
        printf(view.asn != 0 ? "AS%u\n" : "AS not known\n", view.asn);
        if (is_special(site->config, &order->ip))
            puts("none    a special-purpose address: nobody is asked or told");
        else if (order->ip.len != 0)
            print_state(&view, &choice);
        print_targets(&view, &choice);
    }
    contact_choice_clear(&choice);
    return good;
}

static void
print_asn(void *user, uint32_t asn, const char *email)
{
    g_autofree char *what = g_strdup_printf("AS%u", asn);
    (void)user;
    print_line("asn", what, email, "");
}

static void
print_row(void *user, const struct contact_row *row)
{
    g_autofree char *what = prefix_text(&row->prefix);
    g_autofree char *age = age_text(row->checked, row->expires);
    (void)user;
    print_line(row->origin, what, row->email[0] != '\0' ? row->email : "nobody", age);
}

static void
print_opt_out(void *user, const struct opt_out_row *row)
{
    g_autofree char *age = age_text(row->since, CLOCK_UNKNOWN);
    g_autofree char *more =
        g_strdup_printf("%s%s%s", age, row->reason[0] != '\0' ? ": " : "", row->reason);
    (void)user;
    print_line("disabled", row->kind, row->subject, more);
}

bool
contacts_list(const struct contacts_site *site, int argc, char **argv, GError **error)
{
    g_autofree char *ip = NULL, *asn = NULL;
    gboolean all = FALSE, ask = FALSE;
    const GOptionEntry entries[] = { { "ip", 0, 0, G_OPTION_ARG_STRING, &ip,
                                       "Who would be written to about this address", "ADDRESS" },
                                     { "asn", 0, 0, G_OPTION_ARG_STRING, &asn,
                                       "About this AS, or: the address is of this AS", "N" },
                                     { "ask", 0, 0, G_OPTION_ARG_NONE, &ask,
                                       "Ask RDAP and Abusix now, where need be", NULL },
                                     { "all", 0, 0, G_OPTION_ARG_NONE, &all,
                                       "What was found, too, not only what persons said", NULL },
                                     G_OPTION_ENTRY_NULL };
    struct order order = { .asn = 0 };
    if (!option_read(argc, argv, entries, "", "Without --ip and --asn: what is stored.", NULL,
                     error))
        return false;
    order.all = all;
    order.ask = ask;
    struct span number = span_of(asn);
    if (span_starts_nocase(number, "AS"))
        number = span_from(number, 2);
    if ((asn != NULL && (!span_to_u32(number, &order.asn) || order.asn == 0)) ||
        (ip != NULL && !ip_parse(span_of(ip), &order.ip)) || ((ip != NULL || asn != NULL) && all) ||
        (ask && ip == NULL)) {
        g_set_error(error, FAULT, FAULT_USAGE,
                    "%s takes --ip ADDRESS [--asn N] [--ask], --asn N, --all, or nothing", argv[0]);
        return false;
    }
    if (ip != NULL || asn != NULL)
        return list_one(site, &order, error);
    return contact_read_asns(site->db, print_asn, NULL, error) &&
           contact_read_all(site->db, order.all ? NULL : contact_origin_word(CONTACT_PERSON),
                            print_row, NULL, error) &&
           opt_out_read_all(site->db, print_opt_out, NULL, error) &&
           wish_read_all(site->db, contacts_wish_print, NULL, error);
}
