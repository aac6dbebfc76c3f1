/* SPDX-License-Identifier: Apache-2.0 */
/* The rows that hang on a mail: URLs, files, patterns, further recipients and domains. */
#include "store/batch.h"

#include <string.h>

#include "base/domain.h"
#include "base/text.h"
#include "report/link.h"

#define CHARS_FILENAME 255

enum { URL_EMAIL, URL_ID, URL_POSITION, URL_FLAGS, URL_OUTER };
const struct column batch_url_columns[] = {
    [URL_EMAIL] = { "emailId", CELL_NUMBER },       [URL_ID] = { "urlId", CELL_REFERENCE },
    [URL_POSITION] = { "position", CELL_NUMBER },   [URL_FLAGS] = { "flags", CELL_NUMBER },
    [URL_OUTER] = { "outerUrlId", CELL_REFERENCE },
};

enum { FILE_EMAIL, FILE_ID, FILE_POSITION, FILE_NAME };
const struct column batch_file_columns[] = {
    [FILE_EMAIL] = { "emailId", CELL_NUMBER },
    [FILE_ID] = { "fileId", CELL_REFERENCE },
    [FILE_POSITION] = { "position", CELL_NUMBER },
    [FILE_NAME] = { "filename", CELL_TEXT },
};

enum { RCPT_EMAIL, RCPT_POSITION, RCPT_LOCAL, RCPT_DOMAIN };
const struct column batch_rcpt_columns[] = {
    [RCPT_EMAIL] = { "emailId", CELL_NUMBER },
    [RCPT_POSITION] = { "position", CELL_NUMBER },
    [RCPT_LOCAL] = { "emailLocalId", CELL_REFERENCE },
    [RCPT_DOMAIN] = { "domainId", CELL_REFERENCE },
};

enum { DOMAIN_EMAIL, DOMAIN_POSITION, DOMAIN_ID };
const struct column batch_domain_columns[] = {
    [DOMAIN_EMAIL] = { "emailId", CELL_NUMBER },
    [DOMAIN_POSITION] = { "position", CELL_NUMBER },
    [DOMAIN_ID] = { "domainId", CELL_REFERENCE },
};

enum { PATTERN_EMAIL, PATTERN_ID };
const struct column batch_pattern_columns[] = {
    [PATTERN_EMAIL] = { "emailId", CELL_NUMBER },
    [PATTERN_ID] = { "patternId", CELL_REFERENCE },
};

/* The text, empty and with batch->flaw set when it is no UTF-8. */
static struct span
checked(struct batch *batch, const char *column, const char *text)
{
    if (text != NULL && !g_utf8_validate(text, -1, NULL)) {
        batch->flaw = column;
        return span_of("");
    }
    return span_of(text);
}

const int64_t *
batch_domain(struct batch *batch, const char *column, const char *name)
{
    struct span span = checked(batch, column, name);
    if (span.len == 0)
        return &wanted_domain(batch->wanted, span_of(""))->id;
    g_autofree char *canonical = domain_canonical(span);
    if (canonical == NULL)
        canonical = g_ascii_strdown(span.octets, (gssize)span.len);
    /* Most names are in their canonical form already, and live as long as the batch. */
    if (!span_equals(span, canonical))
        span = wanted_keep(batch->wanted, span_of(canonical));
    return &wanted_domain(batch->wanted, span)->id;
}

void
batch_address(struct batch *batch, const char *column, const char *address, const int64_t **local,
              const int64_t **domain)
{
    *local = NULL;
    *domain = NULL;
    if (address == NULL)
        return;
    struct span whole = checked(batch, column, address);
    size_t at = whole.len;
    while (at > 0 && whole.octets[at - 1] != '@')
        at--;
    /* Without an @ all of it is the local part. */
    struct span local_part = at > 0 ? span_head(whole, at - 1) : whole;
    *local = &wanted_local(batch->wanted, local_part)->id;
    *domain = batch_domain(batch, column, at > 0 ? whole.octets + at : "");
}

static const struct entry *
link_host(struct batch *batch, const char *host)
{
    struct span name = checked(batch, "url", host);
    return name.len > 0 ? wanted_domain(batch->wanted, name) : NULL;
}

/* The wrapper that a URL was taken out of is a URL of its own. */
static const int64_t *
outer_url(struct batch *batch, const char *outer, int64_t arrival)
{
    g_autoptr(GString) key = g_string_new(NULL);
    g_autoptr(GString) host = g_string_new(NULL);
    struct span url = checked(batch, "url", outer);
    const struct entry *host_entry = NULL;
    struct span key_text = url;
    if (url_normalize(url, key, host)) {
        struct span kept = wanted_keep(batch->wanted, (struct span){ host->str, host->len });
        host_entry = link_host(batch, kept.octets);
        key_text = (struct span){ key->str, key->len };
    }
    return &wanted_url(batch->wanted, key_text, url, host_entry, arrival)->id;
}

static void
add_urls(struct batch *batch, const struct report *report, int64_t email_id, int64_t arrival)
{
    struct rows *rows = batch->rows[BATCH_URL];
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < report->link_count; i++) {
        const struct link *link = &report->links[i];
        struct entry *entry =
            wanted_url(batch->wanted, checked(batch, "url", link->key),
                       checked(batch, "url", link->url), link_host(batch, link->host), arrival);
        if (!g_hash_table_add(met, entry))
            continue;
        rows_begin(rows);
        rows_number(rows, URL_EMAIL, email_id);
        rows_reference(rows, URL_ID, &entry->id);
        rows_number(rows, URL_POSITION, (int64_t)i + 1);
        rows_number(rows, URL_FLAGS, link->flags);
        if ((link->flags & LINK_NOT_REPORTABLE) == 0)
            batch_note_link(batch, entry);
        if (link->outer != NULL)
            rows_reference(rows, URL_OUTER, outer_url(batch, link->outer, arrival));
    }
}

static void
add_files(struct batch *batch, const struct report *report, int64_t email_id, int64_t arrival)
{
    struct rows *rows = batch->rows[BATCH_FILE];
    for (size_t i = 0; i < report->attachment_count; i++) {
        const struct attachment *file = &report->attachments[i];
        struct span name = checked(batch, "filename", file->filename);
        if (batch->flaw != NULL)
            return;
        rows_begin(rows);
        rows_number(rows, FILE_EMAIL, email_id);
        rows_reference(rows, FILE_ID, &wanted_file(batch->wanted, file, arrival)->id);
        rows_number(rows, FILE_POSITION, (int64_t)i + 1);
        rows_text(rows, FILE_NAME, name.octets,
                  text_cut_chars(name.octets, name.len, CHARS_FILENAME));
    }
}

static void
add_patterns(struct batch *batch, const struct record_report *report, int64_t email_id)
{
    struct rows *rows = batch->rows[BATCH_PATTERN];
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < report->pattern_count; i++) {
        const struct pattern *pattern = &report->patterns[i];
        struct entry *entry =
            wanted_pattern(batch->wanted, pattern->kind, checked(batch, "pattern", pattern->text));
        if (!g_hash_table_add(met, entry))
            continue;
        rows_begin(rows);
        rows_number(rows, PATTERN_EMAIL, email_id);
        rows_reference(rows, PATTERN_ID, &entry->id);
    }
}

/* The first recipient and the first domain stand in arfEmail. */
static void
add_further(struct batch *batch, const struct report *report, int64_t email_id)
{
    for (size_t i = 1; i < report->original_rcpt_to.count; i++) {
        const int64_t *local, *domain;
        struct rows *rows = batch->rows[BATCH_RCPT_TO];
        batch_address(batch, "originalRcptToLocalId", report->original_rcpt_to.items[i], &local,
                      &domain);
        rows_begin(rows);
        rows_number(rows, RCPT_EMAIL, email_id);
        rows_number(rows, RCPT_POSITION, (int64_t)i + 1);
        rows_reference(rows, RCPT_LOCAL, local);
        rows_reference(rows, RCPT_DOMAIN, domain);
    }
    for (size_t i = 1; i < report->reported_domain.count; i++) {
        struct rows *rows = batch->rows[BATCH_REPORTED_DOMAIN];
        rows_begin(rows);
        rows_number(rows, DOMAIN_EMAIL, email_id);
        rows_number(rows, DOMAIN_POSITION, (int64_t)i + 1);
        rows_reference(rows, DOMAIN_ID,
                       batch_domain(batch, "reportedDomainID", report->reported_domain.items[i]));
    }
}

void
batch_email_links(struct batch *batch, const struct record_report *report, int64_t email_id,
                  int64_t arrival)
{
    add_urls(batch, report->report, email_id, arrival);
    add_files(batch, report->report, email_id, arrival);
    add_patterns(batch, report, email_id);
    add_further(batch, report->report, email_id);
}
