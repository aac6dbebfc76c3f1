/* SPDX-License-Identifier: Apache-2.0 */
#include "study/report_subject.h"

#include "base/domain.h"

#define DOMAIN_WORD "domain:"
#define SUBMITTER_WORD "submitter:"
#define ID_WORD "report-id:"

void
report_subject_clear(struct report_subject *subject)
{
    g_clear_pointer(&subject->domain, g_free);
    g_clear_pointer(&subject->submitter, g_free);
    g_clear_pointer(&subject->report_id, g_free);
}

/* What stands behind the key word: its first word, borrowed; empty when there is none. */
static struct span
word_behind(const char *key_word, size_t key_len, const char *end)
{
    const char *at = key_word + key_len;
    const char *stop;
    while (at < end && g_ascii_isspace(*at))
        at++;
    stop = at;
    while (stop < end && !g_ascii_isspace(*stop))
        stop++;
    return (struct span){ at, (size_t)(stop - at) };
}

/* The first or last place of the word in [from, end) that has a word behind it. */
static const char *
find_key(const char *from, const char *end, const char *key, bool last)
{
    size_t len = strlen(key);
    const char *found = NULL;
    for (const char *at = from; (size_t)(end - at) > len; at++) {
        if (*at != key[0] || strncmp(at, key, len) != 0 || word_behind(at, len, end).len == 0)
            continue;
        found = at;
        if (!last)
            break;
    }
    return found;
}

bool
report_subject_read_paper(const char *subject, struct report_subject *out)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *end, *domain, *submitter, *id;
    for (const char *at = subject; *at != '\0'; at++)
        if (strchr("{};", *at) == NULL)
            g_string_append_c(text, *at == '\t' ? ' ' : g_ascii_tolower(*at));
    end = text->str + text->len;
    domain = find_key(text->str, end, DOMAIN_WORD, false);
    id = domain != NULL ? find_key(domain, end, ID_WORD, true) : NULL;
    submitter = id != NULL ? find_key(domain, id, SUBMITTER_WORD, true) : NULL;
    if (submitter == NULL)
        return false;
    out->domain = span_dup(word_behind(domain, strlen(DOMAIN_WORD), end));
    out->submitter = span_dup(word_behind(submitter, strlen(SUBMITTER_WORD), end));
    out->report_id = span_dup(word_behind(id, strlen(ID_WORD), end));
    return true;
}

/* The word without what is written around it. */
static struct span
bare(struct span word)
{
    while (word.len > 0 && strchr("{}<>[]();,\"'", word.octets[0]) != NULL)
        word = span_from(word, 1);
    while (word.len > 0 && strchr("{}<>[]();,\"'", word.octets[word.len - 1]) != NULL)
        word.len--;
    return word;
}

bool
report_subject_read(const char *subject, struct report_subject *out)
{
    g_autofree char *lower = g_ascii_strdown(subject, -1);
    const char *end = lower + strlen(lower);
    const char *domain = find_key(lower, end, DOMAIN_WORD, false);
    const char *submitter = domain != NULL ? find_key(domain, end, SUBMITTER_WORD, false) : NULL;
    const char *id = domain != NULL ? find_key(domain, end, ID_WORD, false) : NULL;
    g_autofree char *domain_name = NULL;
    g_autofree char *submitter_name = NULL;
    if (submitter == NULL)
        return false;
    domain_name = domain_canonical(bare(word_behind(domain, strlen(DOMAIN_WORD), submitter)));
    submitter_name = domain_canonical(bare(
        word_behind(submitter, strlen(SUBMITTER_WORD), id != NULL && id > submitter ? id : end)));
    if (domain_name == NULL || submitter_name == NULL)
        return false;
    out->domain = g_steal_pointer(&domain_name);
    out->submitter = g_steal_pointer(&submitter_name);
    out->report_id = span_dup((struct span){ "", 0 });
    if (id != NULL) {
        struct span word = word_behind(id, strlen(ID_WORD), end);
        g_free(out->report_id);
        /* In the case in which it was written. */
        out->report_id = span_dup(bare((struct span){ subject + (word.octets - lower), word.len }));
    }
    return true;
}
