/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reply_status.h"

#include "report/address.h"

/* "5.1.1" at the front; its length, or 0. */
static size_t
code_at(struct span at)
{
    size_t len = 0;
    for (unsigned part = 0; part < 3; part++) {
        size_t from = len;
        if (part > 0 && (len >= at.len || at.octets[len++] != '.'))
            return 0;
        from = len;
        while (len < at.len && len - from < 3 && g_ascii_isdigit(at.octets[len]))
            len++;
        if (len == from)
            return 0;
    }
    if (at.octets[1] != '.' || strchr("245", at.octets[0]) == NULL)
        return 0;
    /* Not the beginning of an address or a version. */
    if (len < at.len &&
        (g_ascii_isalnum(at.octets[len]) ||
         (at.octets[len] == '.' && len + 1 < at.len && g_ascii_isdigit(at.octets[len + 1]))))
        return 0;
    return len;
}

static bool
reply_code_at(struct span at)
{
    return at.len >= 4 && at.octets[0] == '5' && at.octets[1] == '5' && at.octets[2] >= '0' &&
           at.octets[2] <= '4' && (at.octets[3] == ' ' || at.octets[3] == '-');
}

char *
reply_status_of_text(struct span text)
{
    bool bare = false;
    char before = ' ';
    for (size_t i = 0; i < text.len; before = text.octets[i++]) {
        struct span at = span_from(text, i);
        size_t len;
        if (!g_ascii_isdigit(at.octets[0]) || g_ascii_isalnum(before) || before == '.')
            continue;
        len = code_at(at);
        if (len > 0)
            return g_strndup(at.octets, len);
        bare = bare || reply_code_at(at);
    }
    return bare ? g_strdup("5.0.0") : NULL;
}

/* Cuts a line into name and value; false when it is none. */
static bool
cut_field(struct span line, struct span *name, struct span *value)
{
    ptrdiff_t colon = span_find(line, ':');
    if (colon < 0)
        return false;
    *name = span_trim(span_head(line, (size_t)colon));
    *value = span_trim(span_from(line, (size_t)colon + 1));
    return true;
}

char *
reply_status_of_dsn(const char *delivery_status)
{
    struct span rest = span_of(delivery_status), line, name, value;
    struct span first = { NULL, 0 }, status = { NULL, 0 };
    bool failed = false, chosen = false;
    while (!chosen && span_line(&rest, &line)) {
        if (span_trim(line).len == 0) {
            failed = false;
            status = (struct span){ NULL, 0 };
        } else if (cut_field(line, &name, &value)) {
            if (span_equals_nocase(name, "Action"))
                failed = span_starts_nocase(value, "fail");
            else if (span_equals_nocase(name, "Status"))
                status = span_head(value, code_at(value));
            if (first.len == 0)
                first = status;
            chosen = failed && status.len > 0;
        }
    }
    first = chosen ? status : first;
    return first.len > 0 ? span_dup(first) : NULL;
}

void
reply_status_addresses(const char *delivery_status, GPtrArray *addresses, size_t max)
{
    struct span rest = span_of(delivery_status), line, name, value;
    while (addresses->len < max && span_line(&rest, &line)) {
        if (!cut_field(line, &name, &value) || (!span_equals_nocase(name, "Final-Recipient") &&
                                                !span_equals_nocase(name, "Original-Recipient")))
            continue;
        ptrdiff_t type = span_find(value, ';'); /* "rfc822; user@example.com" */
        char *address = address_first(span_from(value, (size_t)(type + 1)));
        if (address != NULL)
            g_ptr_array_add(addresses, address);
    }
}
