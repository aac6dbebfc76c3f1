/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_curl.h"

#include "base/fault.h"
#include "base/text.h"
#include "mailbox/imap_command.h"
#include "mailbox/imap_response.h"

#define REFUSAL_OCTETS 200

/* What the server said when it refused; the words of a login never come this way. */
struct refusal {
    bool of_token;
    bool seen;
    bool passing; /* it says that it will be otherwise later */
    char *text;
};

/* A token is refused by a challenge that says why in base64 (RFC 7628, 3.2.2), and libcurl does not
 * wait for the NO behind it. An empty challenge only asks for the token. */
static void
note_challenge(struct refusal *refusal, struct span text)
{
    g_autofree char *base64 = span_dup(text);
    gsize len = 0;
    g_autofree guchar *reason = g_base64_decode(base64, &len);
    if (text.len == 0)
        return;
    refusal->seen = true;
    g_free(refusal->text);
    refusal->text = text_masked((struct span){ (const char *)reason, len }, REFUSAL_OCTETS);
}

/* libcurl hands each line of the server here while it logs in. */
static size_t
note_line(char *octets, size_t size, size_t count, void *user)
{
    struct refusal *refusal = user;
    struct imap_response response;
    struct span line = { octets, size * count };
    if (!imap_response_parse(line, &response, NULL))
        return line.len;
    if (response.kind == IMAP_CONTINUE && refusal->of_token) {
        note_challenge(refusal, response.text);
    } else if (response.kind == IMAP_TAGGED && response.status != IMAP_OK) {
        refusal->seen = true;
        refusal->passing = imap_code_passes(response.code);
        g_free(refusal->text);
        refusal->text = text_masked(response.text, REFUSAL_OCTETS);
    }
    return line.len;
}

static void
set_up(CURL *curl, const struct imap_login *login, struct refusal *refusal, char *reason)
{
    g_autofree char *url = g_strdup_printf("%s://%s:%u/", login->tls == IMAP_TLS ? "imaps" : "imap",
                                           login->host, login->port);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)login->connect_seconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)login->connect_seconds);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)login->connect_seconds);
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     login->tls == IMAP_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, login->unverified ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, login->unverified ? 0L : 2L);
    if (login->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, login->ca_file);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, refusal);
    curl_easy_setopt(curl, CURLOPT_USERNAME, login->user);
    if (login->token != NULL) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, login->token);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2;AUTH=OAUTHBEARER");
    } else {
        curl_easy_setopt(curl, CURLOPT_PASSWORD, login->password);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN");
    }
}

static enum fault
fault_of(CURLcode code, const struct refusal *refusal)
{
    switch (code) {
    case CURLE_LOGIN_DENIED:
        return refusal->passing ? FAULT_RETRY : FAULT_OPERATOR;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return FAULT_OPERATOR;
    default:
        return FAULT_RETRY;
    }
}

static void
set_failure(GError **error, const struct imap_login *login, CURLcode code,
            const struct refusal *refusal, const char *reason)
{
    enum fault fault = fault_of(code, refusal);
    if (code == CURLE_LOGIN_DENIED && refusal->seen)
        g_set_error(error, FAULT, (int)fault, "IMAP %s: user or %s refused: %s", login->host,
                    login->token != NULL ? "token" : "password", refusal->text);
    else if (code == CURLE_LOGIN_DENIED)
        g_set_error(error, FAULT, (int)fault, "IMAP %s: the server does not take %s", login->host,
                    login->token != NULL ? "XOAUTH2 or OAUTHBEARER" : "passwords");
    else if (code == CURLE_USE_SSL_FAILED)
        g_set_error(error, FAULT, (int)fault, "IMAP %s: the server offers no STARTTLS",
                    login->host);
    else
        g_set_error(error, FAULT, (int)fault, "IMAP %s: %s", login->host,
                    reason[0] != '\0' ? reason : curl_easy_strerror(code));
}

CURL *
imap_curl_login(const struct imap_login *login, GError **error)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct refusal refusal = { .of_token = login->token != NULL };
    CURLcode code = CURLE_FAILED_INIT;
    CURL *curl = curl_easy_init();
    if (curl != NULL) {
        set_up(curl, login, &refusal, reason);
        code = curl_easy_perform(curl);
        /* Denied without a word of the server: libcurl found no SASL PLAIN and sent nothing. Then
         * whatever else there is, the LOGIN command among it. */
        if (code == CURLE_LOGIN_DENIED && !refusal.seen && login->token == NULL) {
            curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, NULL);
            code = curl_easy_perform(curl);
        }
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, NULL);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, NULL);
    }
    if (code != CURLE_OK) {
        set_failure(error, login, code, &refusal, reason);
        curl_easy_cleanup(curl);
        curl = NULL;
    }
    g_free(refusal.text);
    return curl;
}
