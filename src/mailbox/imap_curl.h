/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_curl - connects and logs in by libcurl, and stops there (CURLOPT_CONNECT_ONLY)
 *
 * Passwords: SASL PLAIN (and so no Kerberos by the look of a user name), else what the server
 * offers and libcurl knows, down to the LOGIN command. Tokens: OAUTHBEARER or XOAUTH2, nothing
 * else. Threads: no shared state. The program must ignore SIGPIPE.
 */
#pragma once

#include <curl/curl.h>

#include "mailbox/imap_connection.h"

/* A handle for curl_easy_send() and curl_easy_recv(); caller frees with curl_easy_cleanup().
 * NULL with FAULT_OPERATOR (certificate, refused, no TLS there) or FAULT_RETRY. */
CURL *imap_curl_login(const struct imap_login *login, GError **error);
