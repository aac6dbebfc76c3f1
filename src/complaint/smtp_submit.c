/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/smtp_submit.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "complaint/arf_message.h"
#include "complaint/smtp_reply.h"

#define LINE_OCTETS_MAX 998
#define CODE_BYE 221
#define CODE_LEAVING 421

struct smtp_line {
    const struct smtp_settings *settings;
    CURL *curl;
    char *url;
    char reason[CURL_ERROR_SIZE];
    /* of the transfer in hand */
    struct span rest;
    bool in_mail; /* the server said 354, octets were asked for */
    bool all_out;
    struct smtp_reply reply;   /* being read */
    struct smtp_reply refusal; /* the first since something was accepted: QUIT is answered, too */
    struct smtp_reply verdict; /* the first behind the mail's first octet */
    bool answered;             /* something was said */
    curl_socket_t socket;      /* CURL_SOCKET_BAD: none */
};

void
smtp_submit_open(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum smtp_tls
smtp_tls_of(const char *word)
{
    if (strcmp(word, "none") == 0)
        return SMTP_TLS_NONE;
    if (strcmp(word, "starttls") == 0)
        return SMTP_TLS_STARTTLS;
    return strcmp(word, "tls") == 0 ? SMTP_TLS_TLS : SMTP_TLS_OPTIONAL;
}

static size_t
read_octets(char *buffer, size_t size, size_t count, void *closure)
{
    struct smtp_line *line = closure;
    struct span piece = span_head(line->rest, size * count);
    line->in_mail = true;
    if (piece.len > 0)
        memcpy(buffer, piece.octets, piece.len);
    line->rest = span_from(line->rest, piece.len);
    line->all_out = line->rest.len == 0;
    return piece.len;
}

static size_t
note_line(char *octets, size_t size, size_t count, void *closure)
{
    struct smtp_line *line = closure;
    if (!smtp_reply_add(&line->reply, (struct span){ octets, size * count }))
        return size * count;
    line->answered = true;
    if (line->in_mail && !line->verdict.whole)
        line->verdict = line->reply;
    if (line->reply.code >= 400 && !line->refusal.whole)
        line->refusal = line->reply;
    else if (line->reply.code < 400 && line->reply.code != CODE_BYE)
        line->refusal.whole = false;
    return size * count;
}

static int
note_socket(void *closure, curl_socket_t socket, curlsocktype purpose)
{
    struct smtp_line *line = closure;
    (void)purpose;
    line->socket = socket;
    return CURL_SOCKOPT_OK;
}

static int
close_socket(void *closure, curl_socket_t socket)
{
    struct smtp_line *line = closure;
    if (line->socket == socket)
        line->socket = CURL_SOCKET_BAD;
    return close(socket);
}

/* libcurl says QUIT and waits for the answer, which may never come: nothing is read any more. */
static void
stop_listening(struct smtp_line *line)
{
    if (line->socket != CURL_SOCKET_BAD)
        shutdown(line->socket, SHUT_RD);
}

static size_t
drop_octets(char *octets, size_t size, size_t count, void *closure)
{
    (void)octets;
    (void)closure;
    return size * count;
}

static int
ask_whether_to_go_on(void *closure, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct smtp_line *line = closure;
    (void)a, (void)b, (void)c, (void)d;
    if (line->settings->give_up == NULL ||
        !line->settings->give_up(line->settings->closure, line->in_mail))
        return 0;
    stop_listening(line);
    return 1;
}

static void
set_tls(CURL *curl, const struct smtp_settings *settings)
{
    bool unverified = settings->tls == SMTP_TLS_OPTIONAL && settings->ca_file == NULL;
    long use = settings->tls == SMTP_TLS_NONE       ? (long)CURLUSESSL_NONE
               : settings->tls == SMTP_TLS_OPTIONAL ? (long)CURLUSESSL_TRY
                                                    : (long)CURLUSESSL_ALL;
    curl_easy_setopt(curl, CURLOPT_USE_SSL, use);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, unverified ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, unverified ? 0L : 2L);
    if (settings->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
    if (settings->user != NULL && settings->user[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, settings->password);
    }
}

struct smtp_line *
smtp_line_new(const struct smtp_settings *settings)
{
    struct smtp_line *line = g_new0(struct smtp_line, 1);
    bool v6 = strchr(settings->host, ':') != NULL && settings->host[0] != '[';
    CURL *curl = curl_easy_init();
    g_assert(curl != NULL); /* lack of memory */
    line->settings = settings;
    line->curl = curl;
    line->socket = CURL_SOCKET_BAD;
    line->url = g_strdup_printf("%s://%s%s%s:%u", settings->tls == SMTP_TLS_TLS ? "smtps" : "smtp",
                                v6 ? "[" : "", settings->host, v6 ? "]" : "", settings->port);
    curl_easy_setopt(curl, CURLOPT_URL, line->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, line->reason);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                     MAX((long)(settings->timeout_ms + 999) / 1000, 1L));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SMTP_TRANSFER_SECONDS);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_octets);
    curl_easy_setopt(curl, CURLOPT_READDATA, line);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, line);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_octets);
    curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, note_socket);
    curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, line);
    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, line);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_whether_to_go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, line);
    set_tls(curl, settings);
    return line;
}

void
smtp_line_free(struct smtp_line *line)
{
    if (line == NULL)
        return;
    stop_listening(line);
    curl_easy_cleanup(line->curl);
    g_free(line->url);
    g_free(line);
}

/* Lines of at most 998 octets ended by CRLF, and nothing but ASCII; NULL, or what is wrong. */
static const char *
flaw_of(struct span octets)
{
    size_t line = 0;
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char octet = (unsigned char)octets.octets[i];
        bool crlf = octet == '\r' && i + 1 < octets.len && octets.octets[i + 1] == '\n';
        if (octet == '\0' || octet > 127)
            return "the mail is not 7-bit";
        if ((octet == '\r' && !crlf) || octet == '\n')
            return "the mail has a line that does not end in CRLF";
        line = crlf ? 0 : line + 1;
        if (line > LINE_OCTETS_MAX)
            return "the mail has a line of more than 998 octets";
        i += crlf;
    }
    return octets.len == 0 ? "the mail is empty" : NULL;
}

static void
set_text(struct smtp_answer *answer, struct span text)
{
    g_autofree char *masked = text_masked(text, SMTP_TEXT_OCTETS);
    g_strlcpy(answer->text, masked, sizeof answer->text);
}

static void
set_end(struct smtp_answer *answer, enum smtp_end end, const struct smtp_reply *reply,
        const char *reason)
{
    answer->end = end;
    answer->code = reply != NULL ? reply->code : 0;
    set_text(answer, reply != NULL ? (struct span){ reply->text, reply->len } : span_of(reason));
}

static CURLcode
perform(struct smtp_line *line, const char *mail_from, const char *recipient, struct span octets)
{
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    CURLcode code;
    line->rest = octets;
    line->in_mail = line->all_out = false;
    line->reply = line->refusal = line->verdict = (struct smtp_reply){ 0 };
    line->answered = false;
    line->reason[0] = '\0';
    curl_easy_setopt(line->curl, CURLOPT_MAIL_FROM, mail_from);
    curl_easy_setopt(line->curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(line->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)octets.len);
    code = curl_easy_perform(line->curl);
    curl_easy_setopt(line->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    return code;
}

/* A kept connection that the server had left before it heard of this mail. */
static bool
was_stale(struct smtp_line *line, CURLcode code)
{
    long connects = 0;
    curl_easy_getinfo(line->curl, CURLINFO_NUM_CONNECTS, &connects);
    return code != CURLE_OK && code != CURLE_ABORTED_BY_CALLBACK && connects == 0 &&
           !line->in_mail &&
           (!line->answered || (line->refusal.whole && line->refusal.code == CODE_LEAVING));
}

/* Nothing of the mail was sent. A "5xx" counts only as an answer to MAIL, RCPT or DATA, which
 * libcurl reports as a failure to send; before that it is about us, and an operator's to mend. */
static void
judge_before(const struct smtp_line *line, CURLcode code, struct smtp_answer *answer)
{
    const struct smtp_reply *reply = line->refusal.whole ? &line->refusal : NULL;
    const char *reason = line->reason[0] != '\0' ? line->reason : curl_easy_strerror(code);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        set_end(answer, SMTP_GIVEN_UP, NULL, "stopped");
    else if (reply != NULL && code == CURLE_SEND_ERROR && reply->code != CODE_LEAVING)
        set_end(answer, reply->code >= 500 ? SMTP_FAILED : SMTP_DEFERRED, reply, "");
    else {
        set_end(answer, SMTP_DEFERRED, reply, reason);
        answer->away = true;
    }
}

/* It may have been delivered: what a person decides by. */
static void
judge_silence(const struct smtp_line *line, CURLcode code, struct smtp_answer *answer)
{
    g_autofree char *text =
        g_strdup_printf("%s: %s",
                        line->all_out ? "the mail was out, no answer came"
                                      : "the line ended while the mail was going out",
                        line->reason[0] != '\0' ? line->reason : curl_easy_strerror(code));
    set_end(answer, SMTP_UNKNOWN, NULL, text);
}

void
smtp_submit(struct smtp_line *line, const char *mail_from, const char *recipient,
            struct span octets, struct smtp_answer *answer)
{
    const char *flaw = flaw_of(octets);
    CURLcode code;
    *answer = (struct smtp_answer){ 0 };
    if (!complaint_address_ok(recipient) || !complaint_address_ok(mail_from))
        flaw = "an address that can't be written to";
    if (flaw != NULL) {
        set_end(answer, SMTP_FAILED, NULL, flaw);
        return;
    }
    code = perform(line, mail_from, recipient, octets);
    if (was_stale(line, code)) {
        curl_easy_setopt(line->curl, CURLOPT_FRESH_CONNECT, 1L);
        code = perform(line, mail_from, recipient, octets);
        curl_easy_setopt(line->curl, CURLOPT_FRESH_CONNECT, 0L);
    }
    if (!line->in_mail) {
        judge_before(line, code, answer);
        return;
    }
    if (line->verdict.whole && line->verdict.code >= 400)
        set_end(answer, line->verdict.code >= 500 ? SMTP_FAILED : SMTP_DEFERRED, &line->verdict,
                "");
    else if (line->verdict.whole && line->all_out && line->verdict.code < 300)
        set_end(answer, SMTP_SENT, &line->verdict, "");
    else
        judge_silence(line, code, answer);
}
