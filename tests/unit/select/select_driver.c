/* SPDX-License-Identifier: Apache-2.0 */
/* select_driver SOCKET DATABASE NOW - reads commands on stdin, a line each, answers each with a line
 * of JSON: {"ms": of the call, ...} or {"error":...,"slow":bool}. For integration tests and the
 * bench: the reads of select/ without HTTP before them. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "select/campaign.h"
#include "select/email_detail.h"
#include "select/email_rows.h"
#include "select/figures.h"
#include "select/graph.h"
#include "select/held_rows.h"
#include "select/map.h"
#include "select/network_rows.h"
#include "select/overview.h"
#include "select/read.h"
#include "select/selection_ids.h"
#include "select/selection_path.h"
#include "select/url_rows.h"

static struct db *db;
static struct figures *figures;
static int64_t now;

typedef json_t *answer(char *rest, GError **error);

static struct selection *
parse(const char *query, GError **error)
{
    struct selection_pair pairs[SELECTION_PAIRS_MAX];
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(query, "&", SELECTION_PAIRS_MAX);
    size_t count = 0;
    for (unsigned i = 0; parts[i] != NULL; i++) {
        char *equals = strchr(parts[i], '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        char *value = g_uri_unescape_string(equals + 1, NULL);
        g_ptr_array_add(texts, value);
        pairs[count++] = (struct selection_pair){ parts[i], value != NULL ? value : "" };
    }
    return selection_parse(pairs, count, NULL, error);
}

static json_t *
row_json(const struct email_row *row)
{
    json_t *urls = json_array(), *files = json_array();
    for (size_t i = 0; i < row->url_count; i++)
        json_array_append_new(urls, json_string(row->urls[i].url));
    for (size_t i = 0; i < row->file_count; i++)
        json_array_append_new(files, json_string(row->files[i].filename));
    return json_pack(
        "{sI ss? ss? sI ss? ss? ss? ss? ss? ss? ss? sb si ss so so}", "emailId",
        (json_int_t)row->email_id, "subject", row->subject, "emailType", row->email_type,
        "arrivalDate", (json_int_t)row->arrival_date, "from", row->from_address, "rcptTo",
        row->rcpt_to, "reportedDomain", row->reported_domain, "sourceIp", row->source_ip,
        "sourceDomain", row->source_domain, "countryCode", row->country_code, "deliveryResult",
        row->delivery_result, "reported", row->reported, "sourceAsn", (int)row->source_asn, "list",
        (const char[]){ (char)row->list, '\0' }, "urls", urls, "files", files);
}

static json_t *
emails_json(const struct email_rows *rows)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, row_json(&rows->rows[i]));
    return json_pack("{so ss? ss?}", "emails", list, "next", rows->next, "previous",
                     rows->previous);
}

static json_t *
emails(char *rest, GError **error)
{
    g_autoptr(Selection) selection = parse(rest, error);
    g_autoptr(EmailRows) rows =
        selection != NULL ? email_rows_read(db, selection, now, EMAIL_ROWS_LINKS, error) : NULL;
    return rows != NULL ? emails_json(rows) : NULL;
}

/* As the list page: rows without links, the total, and the total that came with the rows. */
static json_t *
page(char *rest, GError **error)
{
    int64_t total = 0;
    g_autoptr(Selection) selection = parse(rest, error);
    g_autoptr(EmailRows) rows =
        selection != NULL ? email_rows_read(db, selection, now, 0, error) : NULL;
    if (rows == NULL || !email_total(db, selection, now, rows, &total, error))
        return NULL;
    json_t *json = emails_json(rows);
    json_object_set_new(json, "total", json_integer(total));
    json_object_set_new(json, "came", json_integer(rows->total));
    return json;
}

static json_t *
ids(char *rest, GError **error)
{
    g_autoptr(Selection) selection = parse(rest, error);
    g_autoptr(GArray) found =
        selection != NULL ? selection_ids(db, selection, now, SELECTION_IDS_MAX, NULL, error)
                          : NULL;
    if (found == NULL)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < found->len; i++)
        json_array_append_new(list, json_integer(g_array_index(found, int64_t, i)));
    return json_pack("{so}", "ids", list);
}

/* The first 20 ids, and whether there are more. */
static json_t *
first(char *rest, GError **error)
{
    bool cut = false;
    g_autoptr(Selection) selection = parse(rest, error);
    g_autoptr(GArray) found =
        selection != NULL ? selection_ids(db, selection, now, 20, &cut, error) : NULL;
    if (found == NULL)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < found->len; i++)
        json_array_append_new(list, json_integer(g_array_index(found, int64_t, i)));
    return json_pack("{so sb}", "ids", list, "cut", cut);
}

static bool
count_row(void *user, const struct email_row *row)
{
    json_array_append_new(user, json_integer(row->email_id));
    return true;
}

static json_t *
stream(char *rest, GError **error)
{
    bool cut = false;
    g_autoptr(Selection) selection = parse(rest, error);
    json_t *list = json_array();
    if (selection == NULL || !email_rows_stream(db, selection, now, 0, EMAIL_ROWS_STREAM_MAX,
                                                count_row, list, &cut, error)) {
        json_decref(list);
        return NULL;
    }
    return json_pack("{so sb}", "ids", list, "cut", cut);
}

static json_t *
urls_of(char *rest, enum selection_of of, GError **error)
{
    static const char *const hidden[] = { "hidden.example.test", NULL };
    g_autoptr(Selection) selection = parse(rest, error);
    g_autoptr(UrlRows) rows =
        selection != NULL ? url_rows_read(db, selection, of, hidden, now, error) : NULL;
    if (rows == NULL)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(
            list, json_pack("{sI ss ss? ss? sI}", "urlId", (json_int_t)rows->rows[i].url_id, "url",
                            rows->rows[i].url, "host", rows->rows[i].host, "lists",
                            rows->rows[i].lists, "last", (json_int_t)rows->rows[i].last_seen));
    return json_pack("{so ss? ss?}", "urls", list, "next", rows->next, "previous", rows->previous);
}

static json_t *
urls(char *rest, GError **error)
{
    return urls_of(rest, SELECT_URLS, error);
}

static json_t *
urls_of_mails(char *rest, GError **error)
{
    return urls_of(rest, SELECT_URLS_OF_MAILS, error);
}

/* "email/type/bounce/days/2" */
static json_t *
path(char *rest, GError **error)
{
    static const char *const words[] = { "found", "none", "bad", "slash" };
    struct selection_path found = { 0 };
    g_auto(GStrv) pieces = g_strsplit(rest, "/", SELECTION_PIECES_MAX + 1);
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        char *plain = g_uri_unescape_string(pieces[i], NULL);
        g_free(pieces[i]);
        pieces[i] = plain != NULL ? plain : g_strdup("");
    }
    enum selection_path_answer code =
        selection_from_path((const char *const *)pieces, g_strv_length(pieces), now, &found, error);
    if (code == PATH_BAD)
        return NULL;
    g_autofree char *query = code == PATH_FOUND ? selection_query(found.selection, false) : NULL;
    json_t *json = json_pack("{ss ss? ss? si}", "answer", words[code], "query", query, "title",
                             found.title, "of", (int)found.of);
    selection_path_clear(&found);
    return json;
}

static json_t *
hours_json(GArray *hours)
{
    json_t *list = json_array();
    for (guint i = 0; hours != NULL && i < hours->len; i++) {
        const struct graph_hour *hour = &g_array_index(hours, struct graph_hour, i);
        json_array_append_new(list, json_pack("[I, I, I, I]", (json_int_t)hour->hour,
                                              (json_int_t)hour->normal, (json_int_t)hour->bounce,
                                              (json_int_t)hour->auto_replied));
    }
    json_t *json = hours != NULL ? json_pack("{so}", "hours", list) : NULL;
    if (json == NULL)
        json_decref(list);
    return json;
}

static json_t *
live(char *rest, GError **error)
{
    g_autoptr(GArray) hours = graph_live(db, now, strcmp(rest, "weighted") == 0, error);
    return hours_json(hours);
}

static json_t *
reported(char *rest, GError **error)
{
    (void)rest;
    g_autoptr(GArray) days = graph_reported(db, now, 90, error);
    if (days == NULL)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < days->len; i++) {
        const struct graph_day *day = &g_array_index(days, struct graph_day, i);
        json_array_append_new(list,
                              json_pack("[I, I]", (json_int_t)day->day, (json_int_t)day->reported));
    }
    return json_pack("{so}", "days", list);
}

/* "reported" or "all" over the last 7 days */
static json_t *
map(char *rest, GError **error)
{
    g_autoptr(Map) map = map_read(db, now - 7 * 86400, now, strcmp(rest, "reported") == 0, error);
    if (map == NULL)
        return NULL;
    json_t *countries = json_object(), *networks = json_object();
    for (size_t i = 0; i < map->country_count; i++)
        json_object_set_new(countries, map->countries[i].country_code,
                            json_integer(map->countries[i].total));
    for (size_t i = 0; i < map->network_count; i++) {
        g_autofree char *asn = g_strdup_printf("%u", map->networks[i].asn);
        json_object_set_new(networks, asn, json_integer(map->networks[i].total));
    }
    return json_pack("{sI sI so so}", "total", (json_int_t)map->total, "unknown",
                     (json_int_t)map->unknown, "countries", countries, "networks", networks);
}

static json_t *
overview(char *rest, GError **error)
{
    (void)rest;
    g_autoptr(Overview) overview = overview_read(db, now, error);
    return overview == NULL
               ? NULL
               : json_pack("{sI sI sI sI si}", "last24h", (json_int_t)overview->last_24h, "last7d",
                           (json_int_t)overview->last_7d, "reported7d",
                           (json_int_t)overview->reported_7d, "held", (json_int_t)overview->held,
                           "feeds", (int)overview->feeds->len);
}

static json_t *
ipv4(char *rest, GError **error)
{
    (void)rest;
    g_autoptr(GArray) blocks = overview_ipv4(db, now, 72, error);
    return blocks == NULL ? NULL : json_pack("{si}", "blocks", (int)blocks->len);
}

/* "KIND DAYS" */
static json_t *
campaigns(char *rest, GError **error)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    int64_t days = words[0] != NULL && words[1] != NULL ? g_ascii_strtoll(words[1], NULL, 10) : 2;
    g_autoptr(Campaigns) found = campaign_read(db, words[0], now - days * 86400, now, 50, error);
    if (found == NULL)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < found->count; i++)
        json_array_append_new(list, json_pack("{sI ss sI sI sI}", "patternId",
                                              (json_int_t)found->rows[i].pattern_id, "pattern",
                                              found->rows[i].pattern, "total",
                                              (json_int_t)found->rows[i].total, "reported",
                                              (json_int_t)found->rows[i].reported, "sources",
                                              (json_int_t)found->rows[i].sources));
    return json_pack("{so}", "campaigns", list);
}

static json_t *
companions(char *rest, GError **error)
{
    int64_t sample = 0;
    GStringChunk *text = g_string_chunk_new(1024);
    g_autoptr(GArray) found =
        campaign_companions(db, g_ascii_strtoll(rest, NULL, 10), &sample, text, error);
    json_t *list = json_array();
    for (guint i = 0; found != NULL && i < found->len; i++) {
        const struct campaign_companion *one = &g_array_index(found, struct campaign_companion, i);
        json_array_append_new(list, json_pack("{ss ss sI}", "kind", one->kind, "pattern",
                                              one->pattern, "together", (json_int_t)one->together));
    }
    g_string_chunk_free(text);
    json_t *json = json_pack("{so sI}", "companions", list, "sample", (json_int_t)sample);
    if (found == NULL)
        json_decref(json);
    return found != NULL ? json : NULL;
}

/* "asn" or "country" over the last 7 days */
static json_t *
networks(char *rest, GError **error)
{
    g_autoptr(NetworkRows) found =
        network_rows_read(db, strcmp(rest, "country") == 0, now - 7 * 86400, now, 100, error);
    if (found == NULL)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < found->count; i++)
        json_array_append_new(
            list, json_pack("{sI ss? sI sI}", "asn", (json_int_t)found->rows[i].asn, "country",
                            found->rows[i].country_code, "total", (json_int_t)found->rows[i].total,
                            "reported", (json_int_t)found->rows[i].reported));
    return json_pack("{so}", "networks", list);
}

/* "asn N", "country XX", "url N", "pattern N" over the last 30 days */
static json_t *
days(char *rest, GError **error)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    struct network_subject subject = { 0 };
    int64_t number = g_ascii_strtoll(words[1], NULL, 10);
    if (strcmp(words[0], "asn") == 0)
        subject.asn = (uint32_t)number;
    else if (strcmp(words[0], "country") == 0)
        subject.country = words[1];
    else if (strcmp(words[0], "url") == 0)
        subject.url_id = number;
    else
        subject.pattern_id = number;
    int64_t total = 0, marked = 0;
    g_autoptr(GArray) found = network_days(db, &subject, now - 30 * 86400, now, error);
    if (found == NULL)
        return NULL;
    for (guint i = 0; i < found->len; i++) {
        total += g_array_index(found, struct network_day, i).total;
        marked += g_array_index(found, struct network_day, i).reported;
    }
    return json_pack("{si sI sI}", "days", (int)found->len, "total", (json_int_t)total, "reported",
                     (json_int_t)marked);
}

static json_t *
detail(char *rest, GError **error)
{
    g_autoptr(EmailDetail) found = email_detail_read(db, g_ascii_strtoll(rest, NULL, 10), error);
    if (found == NULL)
        return *error == NULL ? json_pack("{sn}", "email") : NULL;
    json_t *fields = json_object(), *patterns = json_array(), *contacts = json_array();
    for (size_t i = 0; i < found->field_count; i++)
        json_object_set_new(fields, found->fields[i].name, json_string(found->fields[i].value));
    for (size_t i = 0; i < found->pattern_count; i++)
        json_array_append_new(patterns, json_string(found->patterns[i].kind));
    for (size_t i = 0; i < found->contact_count; i++)
        json_array_append_new(contacts, json_string(found->contacts[i].email));
    return json_pack("{so so so so sI si}", "email", row_json(found->row), "fields", fields,
                     "patterns", patterns, "contacts", contacts, "rawId", (json_int_t)found->raw_id,
                     "facts", (int)found->fact_count);
}

static json_t *
held(char *rest, GError **error)
{
    g_autoptr(HeldRows) found = held_rows_read(db, *rest != '\0' ? rest : NULL, 0, 0, 100, error);
    if (found == NULL)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < found->count; i++)
        json_array_append_new(list, json_string(found->rows[i].kind));
    return json_pack("{so}", "held", list);
}

static json_t *
counted(char *rest, GError **error)
{
    (void)rest;
    struct figures_set *set = figures_get(figures, db, now, error);
    if (set == NULL)
        return NULL;
    json_t *json = json_pack("{sI sI si si}", "last24h", (json_int_t)set->overview->last_24h, "map",
                             (json_int_t)set->map_reported->total, "live", (int)set->live->len,
                             "campaigns", (int)set->campaigns->count);
    figures_set_unref(set);
    return json;
}

/* clang-format off */
static const struct { const char *name; answer *answer; } commands[] = {
    { "emails", emails }, { "page", page }, { "ids", ids }, { "first", first }, { "stream", stream }, { "urls", urls },
    { "urlsofmails", urls_of_mails }, { "path", path }, { "live", live }, { "reported", reported },
    { "map", map }, { "overview", overview }, { "ipv4", ipv4 }, { "campaigns", campaigns },
    { "companions", companions }, { "networks", networks }, { "days", days }, { "detail", detail },
    { "held", held }, { "figures", counted },
};
/* clang-format on */

static void
serve(char *line)
{
    char *rest = strchr(line, ' ');
    g_autoptr(GError) error = NULL;
    json_t *json = NULL;
    if (rest != NULL)
        *rest++ = '\0';
    int64_t begun = clock_monotonic_us();
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i].name, line) == 0)
            json = commands[i].answer(rest != NULL ? rest : line + strlen(line), &error);
    if (json == NULL)
        json = json_pack("{ss sb}", "error", error != NULL ? error->message : "no answer", "slow",
                         read_was_slow(db));
    json_object_set_new(json, "ms", json_real((double)(clock_monotonic_us() - begun) / 1000));
    g_autofree char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    puts(text);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;
    size_t size = 0;
    if (argc != 4)
        return 64;
    struct db_settings settings = {
        .socket = argv[1], .user = "lafayette", .password = "lafayette", .name = argv[2]
    };
    now = g_ascii_strtoll(argv[3], NULL, 10);
    figures = figures_new();
    db = db_open(&settings, &error);
    if (db == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 75;
    }
    for (ssize_t len; (len = getline(&line, &size, stdin)) > 0;) {
        line[len - 1] = '\0';
        serve(line);
    }
    figures_free(figures);
    db_close(db);
    return 0;
}
