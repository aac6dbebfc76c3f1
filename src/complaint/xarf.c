/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/xarf.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/sha256.h"

#define XARF_VERSION "4.2.0"

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

static json_t *
person(const char *sender, const char *site)
{
    return json_pack("{s:s, s:s, s:s}", "org", site, "contact", sender, "domain", site);
}

static json_t *
evidence_json(GBytes *evidence, const char *type)
{
    struct span octets = span_of_bytes(evidence);
    g_autofree char *payload = g_base64_encode((const guchar *)octets.octets, octets.len);
    g_autofree char *hash = NULL;
    char hex[SHA256_HEX_MAX];
    sha256_hex(octets, hex);
    hash = g_strconcat("sha256:", hex, NULL);
    return json_pack("[{s:s, s:s, s:s, s:s, s:I}]", "content_type", type, "payload", payload,
                     "description", "the mail, its recipients made unreadable (RFC 6590)", "hash",
                     hash, "size", (json_int_t)octets.len);
}

char *
xarf_text(const struct complaint_facts *facts, const struct complaint_words *words,
          const char *sender, const char *site, GBytes *evidence, const char *evidence_type)
{
    g_autoptr(Json) report = NULL;
    g_autofree char *id = g_uuid_string_random();
    const char *url;
    char when[CLOCK_TEXT_MAX];
    char *dumped;
    char *text;
    if (facts->type == COMPLAINT_ABUSE || words->uris->len == 0 ||
        clock_rfc3339(facts->arrival, when)[0] == '\0')
        return NULL;
    url = g_ptr_array_index(words->uris, 0);
    report = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s}", "xarf_version",
                       XARF_VERSION, "report_id", id, "timestamp", when, "reporter",
                       person(sender, site), "sender", person(sender, site), "source_identifier",
                       words->source_ip, "category", "content", "type",
                       facts->type == COMPLAINT_VIRUS ? "malware" : "phishing", "url", url);
    if (report == NULL)
        return NULL;
    if (facts->source_port > 0 && facts->source_port <= 65535)
        json_object_set_new(report, "source_port", json_integer(facts->source_port));
    json_object_set_new(report, "description",
                        json_string("The URL stood in a mail from source_identifier."));
    if (evidence != NULL && g_bytes_get_size(evidence) <= XARF_EVIDENCE_OCTETS_MAX)
        json_object_set_new(report, "evidence", evidence_json(evidence, evidence_type));
    dumped = json_dumps(report, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    text = g_strdup(dumped);
    free(dumped);
    return text;
}
