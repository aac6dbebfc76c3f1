/* SPDX-License-Identifier: Apache-2.0 */
#include "report/feedback_report.h"

#include "base/text.h"
#include "report/address.h"
#include "report/field.h"
#include "report/gmime_border.h"
#include "report/mail_date.h"

enum form {
    FORM_TEXT, /* as written */
    FORM_WORD, /* the first word, lower case */
    FORM_PATH, /* an envelope address; empty is a value */
    FORM_PATH_LIST,
    FORM_DOMAIN_LIST,
    FORM_URI_LIST,
    FORM_TEXT_LIST,
    FORM_IP,
    FORM_PORT,
    FORM_NUMBER,
    FORM_DATE,         /* Arrival-Date */
    FORM_RECEIVED_DATE /* its historic name: counts when the other is absent */
};

#define OF(member) offsetof(struct report, member)
/* clang-format off */
static const struct { const char *name; enum form form; size_t offset; } known[] = {
    { "Feedback-Type", FORM_WORD, OF(feedback_type) },
    { "User-Agent", FORM_TEXT, OF(user_agent) },
    { "Version", FORM_TEXT, OF(version) },
    { "Source-IP", FORM_IP, OF(source_ip) },
    { "Source-Port", FORM_PORT, OF(source_port) },
    { "Arrival-Date", FORM_DATE, OF(arrival_date) },
    { "Received-Date", FORM_RECEIVED_DATE, OF(arrival_date) },
    { "Original-Mail-From", FORM_PATH, OF(original_mail_from) },
    { "Original-Rcpt-To", FORM_PATH_LIST, OF(original_rcpt_to) },
    { "Reported-Domain", FORM_DOMAIN_LIST, OF(reported_domain) },
    { "Reported-URI", FORM_URI_LIST, OF(reported_uri) },
    { "Auth-Failure", FORM_WORD, OF(auth_failure) },
    { "Delivery-Result", FORM_TEXT, OF(delivery_result_raw) },
    { "Identity-Alignment", FORM_TEXT, OF(identity_alignment) },
    { "Authentication-Results", FORM_TEXT_LIST, OF(authentication_results) },
    { "Original-Envelope-Id", FORM_TEXT, OF(original_envelope_id) },
    { "Reporting-MTA", FORM_TEXT, OF(reporting_mta) },
    { "DKIM-Domain", FORM_TEXT, OF(dkim_domain) },
    { "DKIM-Selector", FORM_TEXT, OF(dkim_selector) },
    { "DKIM-Identity", FORM_TEXT, OF(dkim_identity) },
    { "Incidents", FORM_NUMBER, OF(incidents) },
    { "Message-ID", FORM_TEXT, OF(message_id) },
};
/* clang-format on */

void
feedback_list_add(struct report *report, struct string_list *list, const char *value)
{
    const char **items;
    if (value[0] == '\0')
        return;
    if (list->count >= FEEDBACK_VALUES_MAX) {
        report->truncated = true;
        return;
    }
    items = g_renew(const char *, (const char **)(uintptr_t)list->items, list->count + 1);
    items[list->count++] = g_string_chunk_insert(report->arena, value);
    list->items = items;
}

const char *
feedback_delivery_result(const char *raw)
{
    static const char *const words[] = { "delivered", "spam", "policy", "reject" };
    g_autofree char *lower = g_ascii_strdown(raw, -1);
    g_autoptr(GString) first = g_string_new(NULL);
    field_first_word(span_of(lower), first);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(first->str, words[i]) == 0)
            return words[i];
    if (strstr(lower, "quarantine") != NULL)
        return "policy";
    if (strstr(lower, "junk") != NULL)
        return "spam";
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(lower, words[i]) != NULL)
            return words[i];
    return "other";
}

static void
take_text(struct report *report, size_t offset, struct span value)
{
    const char **slot = (const char **)(void *)((char *)report + offset);
    g_autoptr(GString) decoded = g_string_new(NULL);
    gmime_border_header(value, decoded);
    if (decoded->len > 0)
        *slot = g_string_chunk_insert(report->arena, decoded->str);
}

static void
take_list(struct report *report, enum form form, size_t offset, struct span value)
{
    struct string_list *list = (struct string_list *)(void *)((char *)report + offset);
    g_autoptr(GString) bare = g_string_new(NULL);
    g_autofree char *item = NULL;
    if (form == FORM_TEXT_LIST) {
        item = span_dup(span_trim(value));
    } else if (form == FORM_PATH_LIST) {
        item = address_path(value);
    } else if (form == FORM_URI_LIST) {
        struct span uri = span_trim(value);
        if (uri.len > 2 && uri.octets[0] == '<' && uri.octets[uri.len - 1] == '>')
            uri = (struct span){ uri.octets + 1, uri.len - 2 };
        item = span_dup(uri);
    } else {
        field_first_word(value, bare);
        item = g_ascii_strdown(bare->str, -1);
        if (g_str_has_suffix(item, "."))
            item[strlen(item) - 1] = '\0';
    }
    feedback_list_add(report, list, item);
}

static void
take_date(struct report *report, enum form form, struct span value, bool *arrival_stated)
{
    g_autofree char *text = span_dup(value);
    int64_t when = mail_date_parse(text);
    if (when == CLOCK_UNKNOWN || (form == FORM_RECEIVED_DATE && *arrival_stated))
        return;
    report->arrival_date = when;
    *arrival_stated |= form == FORM_DATE;
}

static void
take_number(struct report *report, enum form form, size_t offset, struct span value)
{
    uint32_t *slot = (uint32_t *)(void *)((char *)report + offset);
    g_autoptr(GString) word = g_string_new(NULL);
    guint32 number;
    field_first_word(value, word);
    if (span_to_u32(span_of(word->str), &number) && (form != FORM_PORT || number <= 65535))
        *slot = number;
}

static void
take(struct report *report, size_t index, struct span value, bool *arrival_stated)
{
    enum form form = known[index].form;
    size_t offset = known[index].offset;
    const char **slot = (const char **)(void *)((char *)report + offset);
    g_autoptr(GString) word = NULL;
    g_autofree char *path = NULL;
    switch (form) {
    case FORM_TEXT:
        take_text(report, offset, value);
        break;
    case FORM_WORD:
        word = g_string_new(NULL);
        field_first_word(value, word);
        g_string_ascii_down(word);
        if (word->len > 0)
            *slot = g_string_chunk_insert(report->arena, word->str);
        break;
    case FORM_PATH:
        path = address_path(value);
        *slot = g_string_chunk_insert(report->arena, path);
        break;
    case FORM_PATH_LIST:
    case FORM_DOMAIN_LIST:
    case FORM_URI_LIST:
    case FORM_TEXT_LIST:
        take_list(report, form, offset, value);
        break;
    case FORM_IP:
        word = g_string_new(NULL);
        field_first_word(value, word);
        ip_parse((struct span){ word->str, word->len }, &report->source_ip);
        break;
    case FORM_PORT:
    case FORM_NUMBER:
        take_number(report, form, offset, value);
        break;
    case FORM_DATE:
    case FORM_RECEIVED_DATE:
        take_date(report, form, value, arrival_stated);
        break;
    }
}

static unsigned
take_fields(const struct mail_field *fields, size_t count, struct report *report)
{
    unsigned taken = 0;
    bool arrival_stated = false;
    for (size_t i = 0; i < count; i++) {
        char initial = g_ascii_toupper(fields[i].name[0]);
        for (size_t k = 0; k < G_N_ELEMENTS(known); k++) {
            if (initial != known[k].name[0] ||
                g_ascii_strcasecmp(fields[i].name, known[k].name) != 0)
                continue;
            take(report, k, span_of(fields[i].value), &arrival_stated);
            taken++;
            break;
        }
    }
    if (report->delivery_result_raw != NULL)
        report->delivery_result = feedback_delivery_result(report->delivery_result_raw);
    return taken;
}

unsigned
feedback_report_read(struct span octets, struct report *report)
{
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    octets = field_skip_preamble(octets);
    if (field_read(octets, FIELD_END_NEVER, report->arena, fields) < octets.len)
        report->truncated = true;
    return take_fields((const struct mail_field *)(void *)fields->data, fields->len, report);
}

void
feedback_free(struct report *report)
{
    struct string_list *lists[] = { &report->original_rcpt_to, &report->reported_domain,
                                    &report->reported_uri, &report->authentication_results };
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_free((void *)(uintptr_t)lists[i]->items);
        *lists[i] = (struct string_list){ NULL, 0 };
    }
}
