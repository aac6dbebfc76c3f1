/* SPDX-License-Identifier: Apache-2.0 */
/* synthetic - records as a parse thread would make them, from a number alone */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "store/record.h"

#define SYNTHETIC_NOW 1700000000 /* 2023-11-14 22:13:20 UTC */

G_GNUC_PRINTF(2, 3)
static inline const char *
keep(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return g_string_chunk_insert(report->arena, text);
}

/* Sets a list of the report, whose items report_free() frees, to copies. */
static inline void
set_list(struct report *report, struct string_list *list, size_t count, const char *const *items)
{
    const char **kept = g_new(const char *, count);
    for (size_t i = 0; i < count; i++)
        kept[i] = keep(report, "%s", items[i]);
    g_free((void *)(uintptr_t)list->items);
    *list = (struct string_list){ kept, count };
}

static inline void
digest_of(const char *text, unsigned char out[DIGEST_OCTETS])
{
    gsize len = DIGEST_OCTETS;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)text, -1);
    g_checksum_get_digest(checksum, out, &len);
    g_checksum_free(checksum);
}

static inline void
synthetic_links(struct report *report, unsigned n)
{
    size_t count = 1 + n % 3;
    /* In the arena, as the parser has them. */
    char blank[4 * sizeof(struct link)] = { 0 };
    char *place = g_string_chunk_insert_len(report->arena, blank, sizeof blank);
    struct link *links = (void *)(place + (16 - (uintptr_t)place % 16) % 16);
    for (unsigned i = 0; i < count; i++) {
        unsigned site = (n * 7 + i * 13) % 997, page = i == 0 ? n % 50 : n;
        links[i].host = keep(report, "www%u.example.com", site);
        links[i].url = keep(report, "http://WWW%u.example.com/a/b/mail%u.htm", site, page);
        links[i].key = keep(report, "http://www%u.example.com/a/b/mail%u.htm", site, page);
        links[i].flags = i == 1 ? LINK_DEFANGED : 0;
    }
    report->links = links;
    report->link_count = count;
}

static inline void
synthetic_file(struct report *report, unsigned n)
{
    struct attachment *file = g_new0(struct attachment, 1);
    g_autofree char *content = g_strdup_printf("file %u", n % 20);
    g_autofree char *md5 = g_compute_checksum_for_string(G_CHECKSUM_MD5, content, -1);
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, content, -1);
    file->filename = keep(report, "invoice%u.pdf", n % 30);
    file->type = "application/pdf";
    file->size = 1000 + n % 20;
    g_strlcpy(file->md5, md5, sizeof file->md5);
    g_strlcpy(file->sha256, sha256, sizeof file->sha256);
    report->attachments = file;
    report->attachment_count = 1;
}

static inline struct report *
synthetic_report(unsigned n)
{
    struct report *report = g_new0(struct report, 1);
    report->arena = g_string_chunk_new(1024);
    struct mail *outer = g_new0(struct mail, 1), *original = g_new0(struct mail, 1);
    outer->from_address = keep(report, "noreply@reporter%u.example.net", n % 10);
    outer->date = SYNTHETIC_NOW - 5;
    original->subject = keep(report, "Wire transfer %u for Fran\303\247ois", n % 1000);
    original->from = keep(report, "\"Bank %u\" <ceo%u@example.org>", n, n % 500);
    original->from_address = keep(report, "ceo%u@example.org", n % 500);
    report->outer = outer;
    report->original = original;
    report->kind = REPORT_ARF;
    report->feedback_type = "auth-failure";
    report->user_agent = "Reporter/1.0";
    report->version = "1";
    char ip[IP_TEXT_MAX];
    g_snprintf(ip, sizeof ip, "198.18.%u.%u", n / 250 % 250, n % 250);
    ip_parse(span_of(ip), &report->source_ip);
    report->arrival_date = SYNTHETIC_NOW - n % 86400;
    report->original_mail_from = keep(report, "bounce%u@mail%u.example.org", n, n % 700);
    const char *rcpt[] = { keep(report, "user%u@example.com", n) };
    set_list(report, &report->original_rcpt_to, 1, rcpt);
    const char *domain[] = { "example.org" };
    set_list(report, &report->reported_domain, 1, domain);
    report->auth_failure = "dmarc";
    report->delivery_result_raw = "reject";
    report->disposition = "reject";
    const char *results[] = {
        "mx.example.net; spf=fail smtp.mailfrom=example.org; "
        "dkim=none; dmarc=fail (p=reject dis=reject) header.from=example.org"
    };
    set_list(report, &report->authentication_results, 1, results);
    report->message_id = keep(report, "<%u@mail.example.org>", n);
    report->report_message_id = keep(report, "<report-%u@reporter.example.net>", n);
    synthetic_links(report, n);
    if (n % 10 == 0)
        synthetic_file(report, n);
    return report;
}

/* A message with one report and `raw_octets` of content that nothing compresses. */
static inline struct record *
synthetic_record(unsigned n, size_t raw_octets)
{
    struct record *record = g_new0(struct record, 1);
    g_autofree char *name = g_strdup_printf("mail %u", n);
    digest_of(name, record->digest);
    record->feed = "mailbox";
    record->received_date = SYNTHETIC_NOW;
    record->octets = raw_octets * 2;
    uint64_t *raw = g_malloc(raw_octets + 8), state = n * 2654435761u + 1;
    for (size_t i = 0; i < raw_octets / 8 + 1; i++)
        raw[i] = state = state * 6364136223846793005u + 1442695040888963407u;
    record->raw = g_bytes_new_take(raw, raw_octets);
    record->reports = g_new0(struct record_report, 1);
    record->report_count = 1;
    struct record_report *report = &record->reports[0];
    report->report = synthetic_report(n);
    report->judged = (struct judged){ "normal", "direct", false };
    report->report_auth = 'n';
    report->ip_trust = 's';
    report->patterns = g_new0(struct pattern, 2);
    report->pattern_count = 2;
    report->patterns[0] = (struct pattern){ "subject", g_strdup("wire transfer # for X") };
    report->patterns[1] = (struct pattern){ "url", g_strdup_printf("/a/b/mail%u.htm", n % 50) };
    memcpy(report->fingerprint, record->digest, DIGEST_OCTETS);
    return record;
}
