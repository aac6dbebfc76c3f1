/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_mail_driver WHAT - facts as JSON on stdin, for tests/integration/test_complaint_mail.py
 *
 * mail    prints the complaint as it goes out (To: of "to"), its id, subject and parts on stderr
 * redact  prints "original" (base64) redacted; "extent": "header" its header alone
 * pasted  prints what is seen in "original" as JSON
 * Keys are the members of struct complaint_facts and struct complaint_style. A refusal: exit 65.
 */
#include <jansson.h>
#include <stdio.h>

#include "complaint/arf_message.h"
#include "complaint/pasted_mail.h"
#include "report/redact.h"
#include "report/report_parse.h"

#define LIST_MAX 3000

struct driver {
    json_t *given;
    GPtrArray *lists;
    GBytes *original;
};

static const char *
text_of(const struct driver *driver, const char *key)
{
    return json_string_value(json_object_get(driver->given, key));
}

static int64_t
number_of(const struct driver *driver, const char *key)
{
    return json_integer_value(json_object_get(driver->given, key));
}

static bool
said(const struct driver *driver, const char *key)
{
    return json_is_true(json_object_get(driver->given, key));
}

static const char *const *
list_of(struct driver *driver, const char *key)
{
    const json_t *array = json_object_get(driver->given, key);
    const char **list;
    size_t count = json_array_size(array);
    if (!json_is_array(array))
        return NULL;
    list = g_new0(const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = json_string_value(json_array_get(array, i));
    g_ptr_array_add(driver->lists, list);
    return list;
}

static int
refused(const GError *error)
{
    fprintf(stderr, "refused: %s\n", error->message);
    return fault_exit_code(error);
}

static struct complaint_time *
times_of(const struct driver *driver, size_t *count)
{
    const json_t *array = json_object_get(driver->given, "times");
    struct complaint_time *times;
    *count = json_array_size(array);
    times = g_new0(struct complaint_time, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(array, i);
        times[i].arrival = json_integer_value(json_object_get(one, "arrival"));
        times[i].message_id = json_string_value(json_object_get(one, "message_id"));
    }
    return times;
}

static struct complaint_style
style_of(struct driver *driver)
{
    return (struct complaint_style){
        .sender = text_of(driver, "sender"),
        .site = text_of(driver, "site"),
        .mask_headers = list_of(driver, "mask_headers"),
        .token_key = text_of(driver, "token_key"),
        .zip_password = text_of(driver, "zip_password"),
        .zip = (enum complaint_zip)number_of(driver, "zip"),
        .zip_aes256 = said(driver, "zip_aes256"),
        .whole_in_zip = said(driver, "whole_in_zip"),
        .xarf = said(driver, "xarf"),
        .headers_part = said(driver, "headers_part"),
        .contact_text = text_of(driver, "contact_text"),
        .own_domains = list_of(driver, "own_domains"),
    };
}

static struct complaint_facts
facts_of(struct driver *driver)
{
    struct complaint_facts facts = {
        .reference = text_of(driver, "reference"),
        .type = (enum complaint_type)number_of(driver, "type"),
        .reported_as = text_of(driver, "reported_as"),
        .auth_failure = text_of(driver, "auth_failure"),
        .source_port = (uint32_t)number_of(driver, "source_port"),
        .source_domain = text_of(driver, "source_domain"),
        .source_confirmed = said(driver, "source_confirmed"),
        .asn = (uint32_t)number_of(driver, "asn"),
        .as_name = text_of(driver, "as_name"),
        .country_code = text_of(driver, "country_code"),
        .arrival = number_of(driver, "arrival"),
        .incidents = (uint32_t)number_of(driver, "incidents"),
        .subject = text_of(driver, "subject"),
        .mail_from = text_of(driver, "mail_from"),
        .message_id = text_of(driver, "message_id"),
        .reporting_mta = text_of(driver, "reporting_mta"),
        .reported_domains = list_of(driver, "reported_domains"),
        .uris = list_of(driver, "uris"),
        .authentication_results = list_of(driver, "authentication_results"),
        .recipients = list_of(driver, "recipients"),
        .original = driver->original,
        .headers_only = said(driver, "headers_only"),
        .has_attachments = said(driver, "has_attachments"),
        .forced = said(driver, "forced"),
    };
    ip_parse(span_of(text_of(driver, "source_ip")), &facts.source_ip);
    return facts;
}

static void
print_octets(GBytes *octets)
{
    struct span span = span_of_bytes(octets);
    if (span.len > 0)
        fwrite(span.octets, 1, span.len, stdout);
}

static int
print_mail(struct driver *driver)
{
    g_autoptr(GError) error = NULL;
    struct complaint_style style = style_of(driver);
    struct complaint_facts facts = facts_of(driver);
    size_t count;
    g_autofree struct complaint_time *times = times_of(driver, &count);
    g_autoptr(ArfMessage) message = NULL;
    g_autoptr(GBytes) whole = NULL;
    g_autofree char *told = NULL;
    facts.times = times;
    facts.time_count = count;
    message = arf_message_new(&facts, &style, number_of(driver, "now"), &error);
    if (message != NULL)
        whole = arf_message_for(message->rest, text_of(driver, "to"), &error);
    if (whole == NULL)
        return refused(error);
    print_octets(whole);
    json_t *line =
        json_pack("{s:s, s:s, s:b, s:b}", "message_id", message->message_id, "subject",
                  message->subject, "zipped", (int)message->zipped, "xarf", (int)message->xarf);
    json_dumpf(line, stderr, 0);
    json_decref(line);
    return 0;
}

static int
print_redacted(struct driver *driver)
{
    const struct redact_wish wish = { .recipients = list_of(driver, "recipients"),
                                      .mask_headers = list_of(driver, "mask_headers"),
                                      .key = text_of(driver, "token_key"),
                                      .headers_only = said(driver, "headers_only") };
    g_autoptr(Redactor) redactor = redactor_new(span_of_bytes(driver->original), &wish);
    g_autoptr(GBytes) mail =
        redactor_mail(redactor, g_strcmp0(text_of(driver, "extent"), "header") == 0 ? REDACT_HEADER
                                                                                    : REDACT_WHOLE);
    print_octets(mail);
    return 0;
}

static int
print_pasted(struct driver *driver)
{
    g_autoptr(GError) error = NULL;
    const struct pasted_wish wish = { .mask_headers = list_of(driver, "mask_headers"),
                                      .own_domains = list_of(driver, "own_domains") };
    g_autoptr(PastedMail) mail = pasted_mail_read(span_of_bytes(driver->original), &wish, &error);
    json_t *ips = json_array();
    json_t *uris = json_array();
    g_autofree char *shown = NULL;
    json_t *line;
    if (mail == NULL) {
        json_decref(ips);
        json_decref(uris);
        return refused(error);
    }
    for (guint i = 0; i < mail->ips->len; i++) {
        char text[IP_TEXT_MAX];
        json_array_append_new(ips,
                              json_string(ip_text(&g_array_index(mail->ips, struct ip, i), text)));
    }
    for (guint i = 0; i < mail->uris->len; i++) {
        const struct pasted_uri *uri = g_ptr_array_index(mail->uris, i);
        json_array_append_new(uris, json_string(uri->url));
    }
    shown = g_base64_encode(g_bytes_get_data(mail->shown, NULL), g_bytes_get_size(mail->shown));
    line = json_pack("{s:s, s:s, s:I, s:o, s:o, s:s, s:b}", "subject", mail->subject, "from",
                     mail->from_address, "date", (json_int_t)mail->date, "ips", ips, "uris", uris,
                     "shown", shown, "headers_only", (int)mail->headers_only);
    json_dumpf(line, stdout, JSON_ENSURE_ASCII);
    json_decref(line);
    return 0;
}

int
main(int argc, char **argv)
{
    struct driver driver = { .given = json_loadf(stdin, 0, NULL) };
    const char *original = text_of(&driver, "original");
    const char *what = argc > 1 ? argv[1] : "";
    int code;
    gsize len = 0;
    report_open();
    driver.lists = g_ptr_array_new_with_free_func(g_free);
    if (original != NULL) {
        guchar *octets = g_base64_decode(original, &len);
        driver.original = g_bytes_new_take(octets, len);
    }
    code = strcmp(what, "mail") == 0     ? print_mail(&driver)
           : strcmp(what, "redact") == 0 ? print_redacted(&driver)
                                         : print_pasted(&driver);
    if (driver.original != NULL)
        g_bytes_unref(driver.original);
    g_ptr_array_unref(driver.lists);
    json_decref(driver.given);
    return code;
}
