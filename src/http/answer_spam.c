/* SPDX-License-Identifier: Apache-2.0 */
/* /reportspam: a mail pasted or uploaded, the networks on its way, and complaints to them. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "complaint/prepare_pasted.h"
#include "complaint/sender.h"
#include "enrich/enrich.h"
#include "http/answers.h"
#include "http/page.h"
#include "ingest/contact_gather.h"
#include "ingest/contact_run.h"
#include "render/defang.h"
#include "store/contact.h"

#define ASK_SECONDS 6
#define TARGETS_MAX PASTED_IPS_MAX
#define PREVIEW_OCTETS (16 * 1024)
#define SHOWN_OCTETS (64 * 1024) /* of a file; a pasted text is shown whole */

static struct pasted_mail *
read_mail(struct visit *visit, struct span octets, GError **error)
{
    size_t count = 0;
    g_autofree struct ip_range *ranges = config_ranges(visit->config->networks.public, &count);
    const struct pasted_wish wish = {
        .mask_headers = (const char *const *)visit->config->web.mask_headers,
        .own_domains = (const char *const *)visit->config->dnsbl.wldomain,
        .public = ranges,
        .public_count = count,
    };
    return pasted_mail_read(octets, &wish, error);
}

/* --- analyse --- */

/* The contacts of an address, and of its AS, as one text; caller frees. */
static char *
addresses_of(struct visit *visit, struct contact_find *find, const struct ip *ip, uint32_t asn)
{
    struct contact_result result = contact_find_ip(find, ip);
    g_autofree char *as_addresses = NULL;
    GString *list = g_string_new(NULL);
    if (result.known == KNOWN && result.first != NULL)
        g_string_append(list, result.first->addresses);
    if (asn != 0 && contact_read_asn(visit->db, asn, &as_addresses, NULL) && as_addresses != NULL)
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", as_addresses);
    return g_string_free(list, FALSE);
}

/* The host that handed the mail to the first of ours: its line is proof, those below it may be made
 * up by whoever sent the mail. */
static guint
nearest_stranger(const struct visit *visit, const struct pasted_mail *mail)
{
    size_t count = 0;
    g_autofree struct ip_range *own = config_ranges(visit->config->networks.own, &count);
    for (guint i = 0; i < mail->ips->len; i++) {
        bool ours = false;
        for (size_t k = 0; k < count; k++)
            ours = ours || ip_in_range(&g_array_index(mail->ips, struct ip, i), &own[k]);
        if (!ours)
            return i;
    }
    return mail->ips->len;
}

/* What would go out about one address if nothing is changed. */
static void
put_preview(const struct visit *visit, const struct pasted_mail *mail, const struct ip *ip,
            uint32_t asn, json_t *view)
{
    const struct pasted_target target = { .ip = *ip, .asn = asn, .addresses = "" };
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    for (guint i = 0; i < mail->uris->len; i++)
        g_ptr_array_add(uris, ((struct pasted_uri *)g_ptr_array_index(mail->uris, i))->url);
    g_ptr_array_add(uris, NULL);
    g_autoptr(GError) trouble = NULL;
    g_autoptr(ArfMessage) message = prepare_pasted_message(
        visit->config, mail, &target, (const char *const *)uris->pdata, &trouble);
    g_autoptr(GString) text = g_string_new(NULL);
    if (message != NULL)
        text_append_utf8(text, span_head(span_of_bytes(message->rest), PREVIEW_OCTETS));
    json_object_set_new(view, "preview",
                        json_string(message != NULL ? text->str : trouble->message));
}

static bool
put_ips(struct visit *visit, const struct pasted_mail *mail, json_t *view, GError **error)
{
    const struct ip *ips = (const struct ip *)(const void *)mail->ips->data;
    int64_t until = clock_monotonic_us() + ASK_SECONDS * G_TIME_SPAN_SECOND;
    struct contact_run_counts counts = { .failure = "" };
    g_autoptr(Enrich) enrich = enrich_new(visit->config, error);
    g_autoptr(ContactFind) find = enrich != NULL ? contact_find_open(visit->config, error) : NULL;
    json_t *list = json_array();
    json_object_set_new(view, "ips", list);
    if (find == NULL)
        return false;
    for (guint i = 0; i < mail->ips->len; i++)
        enrich_add_ip(enrich, &ips[i], ENRICH_NAME | ENRICH_NETWORK);
    enrich_run(enrich, until, NULL);
    if (!contact_run_ask(find, visit->db, ips, mail->ips->len, until, NULL, &counts, error))
        return false;
    guint nearest = nearest_stranger(visit, mail);
    for (guint i = 0; i < mail->ips->len; i++) {
        const struct ip_fact *fact = enrich_ip(enrich, &ips[i]);
        uint32_t asn = fact->network_known == KNOWN ? fact->network.asn : 0;
        g_autofree char *addresses = addresses_of(visit, find, &ips[i], asn);
        char text[IP_TEXT_MAX];
        if (i == nearest)
            put_preview(visit, mail, &ips[i], asn, view);
        json_array_append_new(
            list, json_pack("{s:i, s:b, s:s, s:I, s:s, s:s, s:s}", "k", (int)i, "ticked",
                            i == nearest, "ip", ip_text(&ips[i], text), "asn", (json_int_t)asn,
                            "country", asn != 0 ? fact->network.country : "", "name",
                            fact->name_known == KNOWN ? fact->name : "", "addresses", addresses));
    }
    return true;
}

/* A file goes to the browser and back octet by octet: as text it would come back as another mail,
 * where it is no UTF-8. */
static void
put_mail(json_t *view, const struct pasted_mail *mail, bool from_file)
{
    gsize len = 0;
    const char *shown = g_bytes_get_data(mail->shown, &len);
    gsize kept = from_file ? MIN(len, SHOWN_OCTETS) : len;
    g_autofree char *valid = g_utf8_make_valid(shown != NULL ? shown : "", (gssize)kept);
    json_object_set_new(view, from_file ? "text" : "email", json_string(valid));
    if (from_file) {
        g_autofree char *octets = g_base64_encode((const guchar *)shown, len);
        json_object_set_new(view, "octets", json_string(octets));
        json_object_set_new(view, "cut", json_boolean(kept < len));
    }
}

static bool
analyse(struct visit *visit, struct span octets, bool from_file, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(PastedMail) mail = read_mail(visit, octets, &trouble);
    json_t *view = json_object(), *uris = json_array();
    json_object_set_new(view, "uris", uris);
    if (mail == NULL) {
        if (!from_file)
            json_object_set_new(view, "email", json_stringn(octets.octets, octets.len));
        json_object_set_new(view, "problem", json_string(trouble->message));
        return page_render(visit, 200, "report_spam", "Report spam", view, error);
    }
    put_mail(view, mail, from_file);
    json_object_set_new(view, "analysed", json_true());
    json_object_set_new(view, "subject", json_string(mail->subject));
    for (guint i = 0; i < mail->uris->len; i++) {
        const struct pasted_uri *uri = g_ptr_array_index(mail->uris, i);
        g_autoptr(GString) shown = g_string_new(NULL);
        defang_append_url(shown, span_of(uri->url));
        json_array_append_new(
            uris, json_pack("{s:i, s:s, s:s}", "k", (int)i, "url", uri->url, "shown", shown->str));
    }
    if (!put_ips(visit, mail, view, error)) {
        json_decref(view);
        return false;
    }
    return page_render(visit, 200, "report_spam", "Report spam", view, error);
}

/* --- send --- */

/* The field NAME with number K behind it. */
static const char *
numbered(const struct visit *visit, const char *name, unsigned k)
{
    g_autofree char *field = g_strdup_printf("%s%u", name, k);
    return request_form(visit->request, field);
}

/* What is ticked is what was shown: the values themselves came along. */
static size_t
read_targets(const struct visit *visit, struct pasted_target *targets)
{
    size_t count = 0;
    for (unsigned k = 0; k < TARGETS_MAX; k++) {
        const char *ip = numbered(visit, "ip", k), *asn = numbered(visit, "asn", k);
        const char *addresses = numbered(visit, "abuseemail", k);
        if (numbered(visit, "abuseid", k) == NULL || ip == NULL ||
            !ip_parse(span_of(ip), &targets[count].ip))
            continue;
        targets[count].asn = asn != NULL ? (uint32_t)g_ascii_strtoull(asn, NULL, 10) : 0;
        targets[count].addresses = addresses != NULL ? addresses : "";
        count++;
    }
    return count;
}

static GPtrArray *
read_uris(const struct visit *visit, const struct pasted_mail *mail)
{
    GPtrArray *uris = g_ptr_array_new();
    for (guint i = 0; i < mail->uris->len; i++) {
        const struct pasted_uri *uri = g_ptr_array_index(mail->uris, i);
        for (unsigned k = 0; k < mail->uris->len; k++)
            if (numbered(visit, "urlid", k) != NULL &&
                g_strcmp0(numbered(visit, "url", k), uri->url) == 0) {
                g_ptr_array_add(uris, uri->url);
                break;
            }
    }
    g_ptr_array_add(uris, NULL);
    return uris;
}

static bool
is_of_mail(const struct pasted_mail *mail, const struct ip *ip)
{
    for (guint i = 0; i < mail->ips->len; i++)
        if (ip_equal(&g_array_index(mail->ips, struct ip, i), ip))
            return true;
    return false;
}

static bool
send(struct visit *visit, struct span octets, GError **error)
{
    struct pasted_target targets[TARGETS_MAX];
    size_t count = read_targets(visit, targets), kept = 0, queued = 0, nobody = 0;
    g_autofree char *detail = NULL;
    g_autofree char *text = NULL;
    g_autoptr(PastedMail) mail = read_mail(visit, octets, error);
    if (mail == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (is_of_mail(mail, &targets[i].ip))
            targets[kept++] = targets[i];
    if (kept == 0) {
        page_error(visit, 400, "No address was ticked: nobody would be told.");
        return true;
    }
    g_autoptr(GPtrArray) uris = read_uris(visit, mail);
    if (!prepare_pasted_queue(visit->db, visit->config, visit->person.name, mail, targets, kept,
                              (const char *const *)uris->pdata, &queued, error))
        return false;
    if (queued == 0) {
        page_error(
            visit, 400,
            "Nothing was sent: no abuse address stands beside what was ticked, and [reports] "
            "emailSpam names nobody. Go back and name one.");
        return true;
    }
    for (size_t i = 0; i < kept; i++)
        nobody += targets[i].addresses[strspn(targets[i].addresses, " ,\t\r\n")] == '\0';
    detail = g_strdup_printf("%zu complaints", queued);
    if (!visit_audit(visit, "send", "pasted mail", detail, error))
        return false;
    sender_wake();
    text = g_strdup_printf("This email is being reported: %zu complaints went into the outbox, %zu "
                           "to abuse addresses; of %zu ticked, %zu had none.",
                           queued, kept - nobody, kept, nobody);
    page_flash(visit, "/outbox", nobody < kept ? "ok" : "bad", text);
    return true;
}

bool
answer_spam(struct visit *visit, GError **error)
{
    return page_render(visit, 200, "report_spam", "Report spam", json_object(), error);
}

/* What was analysed before and came along; NULL: nothing. */
static GBytes *
carried_octets(const struct visit *visit)
{
    const char *text = request_form(visit->request, "octets");
    gsize len = 0;
    guchar *octets = text != NULL && text[0] != '\0' ? g_base64_decode(text, &len) : NULL;
    return octets != NULL ? g_bytes_new_take(octets, len) : NULL;
}

/* Sent is what was analysed; analysed is what is new. */
bool
answer_spam_post(struct visit *visit, GError **error)
{
    const char *text = request_form(visit->request, "email");
    g_autoptr(GBytes) carried = carried_octets(visit);
    bool pasted = text != NULL && text[0] != '\0';
    if (g_strcmp0(request_form(visit->request, "submit"), "Send ARF") == 0 &&
        (carried != NULL || pasted))
        return send(visit, carried != NULL ? span_of_bytes(carried) : span_of(text), error);
    if (visit->request->file.len > 0)
        return analyse(visit, visit->request->file, true, error);
    if (pasted)
        return analyse(visit, span_of(text), false, error);
    if (carried != NULL)
        return analyse(visit, span_of_bytes(carried), true, error);
    page_error(visit, 400, "Paste a whole mail, with its header, or choose a file that holds one.");
    return true;
}
