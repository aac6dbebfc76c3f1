/* SPDX-License-Identifier: Apache-2.0 */
#include "http/request.h"

const char *
request_form(const struct request *request, const char *name)
{
    return form_get(&request->body_form, name);
}

void
request_free(struct request *request)
{
    if (request == NULL)
        return;
    char *const texts[] = { request->method_name,   request->url,          request->path,
                            request->raw_path,      request->host,         request->authorization,
                            request->origin,        request->fetch_site,   request->proxy_user,
                            request->if_none_match, request->content_type, request->accept_encoding,
                            request->user };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    form_clear(&request->query);
    form_clear(&request->cookies);
    form_clear(&request->body_form);
    if (request->body != NULL)
        g_byte_array_unref(request->body);
    g_clear_error(&request->flaw);
    reply_clear(&request->reply);
    g_free(request);
}
