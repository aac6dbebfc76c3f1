/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/pattern.h"

#include "base/text.h"
#include "classify/body_digest.h"

#define TEMPLATE_LETTERS_MIN 4  /* fewer tell nothing: "* #" */
#define JOINT_SUBJECT_CHARS 500 /* leaves the sender its place behind the subject */
#define QUERY_KEYS_MAX 20

struct collector {
    GArray *patterns; /* of struct masked_pattern */
    struct known_words known;
};

static void
collect(struct collector *collector, const char *kind, const char *text)
{
    size_t len = text_cut_chars(text, strlen(text), PATTERN_CHARS_MAX);
    g_autofree char *cut = g_strndup(text, len);
    for (size_t i = 0; i < collector->patterns->len; i++) {
        const struct masked_pattern *old =
            &g_array_index(collector->patterns, struct masked_pattern, i);
        if (strcmp(old->kind, kind) == 0 && strcmp(old->text, cut) == 0)
            return;
    }
    struct masked_pattern pattern = { .kind = kind, .text = g_steal_pointer(&cut) };
    g_array_append_val(collector->patterns, pattern);
}

/* Ideographs say more each than letters do. */
static bool
tells(const char *masked, size_t letters)
{
    return mask_letters(masked) >= letters ||
           (mask_letters(masked) >= 2 && (masked[strcspn(masked, "\xe3\xe4\xe5\xe6\xe7\xe8\xe9"
                                                                 "\xea\xeb\xec\xed")] != '\0'));
}

static char *
subject_template(const struct report *report, const struct known_words *known)
{
    g_autofree char *masked = NULL;
    if (report->original->subject == NULL)
        return NULL;
    masked = mask_text(span_of(report->original->subject), MASK_NAMES, known);
    return tells(masked, TEMPLATE_LETTERS_MIN) ? g_steal_pointer(&masked) : NULL;
}

/* The display name of a From: field: what stands before its address, quotes off; or empty. */
static struct span
display_name(const char *from)
{
    struct span name = span_of(from);
    ptrdiff_t open = span_find(name, '<');
    if (open < 0)
        return span_head(name, 0);
    name = span_trim(span_head(name, (size_t)open));
    while (name.len > 0 && strchr("\"'", name.octets[0]) != NULL)
        name = span_from(name, 1);
    while (name.len > 0 && strchr("\"'", name.octets[name.len - 1]) != NULL)
        name.len--;
    return span_trim(name);
}

static char *
sender_template(const struct report *report, const struct known_words *known)
{
    const char *address = report->original->from_address;
    if (address == NULL || *address == '\0')
        return NULL;
    ptrdiff_t at = span_find(span_of(address), '@');
    struct span local = at < 0 ? span_of(address) : span_head(span_of(address), (size_t)at);
    struct span domain = at < 0 ? span_head(local, 0) : span_from(span_of(address), (size_t)at + 1);
    struct known_words person;
    struct span name = display_name(report->original->from);
    /* "John Smith" <john.smith@...>: a person; words that both have are the person's. A name of
     * one word is as likely that of the firm. */
    known_words_init(&person);
    if (span_find(local, '.') > 0 && span_find(name, ' ') > 0)
        known_words_add(&person, address);
    g_autofree char *masked_local = mask_text(local, MASK_TOKENS, known);
    g_autofree char *masked_domain = mask_text(domain, MASK_TOKENS, NULL);
    g_autofree char *first = mask_text(name, MASK_TOKENS, &person);
    g_autofree char *masked_name = mask_text(span_of(first), MASK_TOKENS, known);
    if (strcmp(masked_name, "*") == 0 && person.words->len > 0) {
        g_free(masked_local);
        masked_local = g_strdup("*");
    }
    known_words_clear(&person);
    return g_strdup_printf("%s%s<%s@%s>", masked_name, *masked_name != '\0' ? " " : "",
                           masked_local, masked_domain);
}

static void
collect_subject_and_sender(struct collector *collector, const struct report *report)
{
    g_autofree char *subject = subject_template(report, &collector->known);
    g_autofree char *sender = sender_template(report, &collector->known);
    if (subject != NULL)
        collect(collector, "subject", subject);
    if (sender != NULL)
        collect(collector, "sender", sender);
    if (subject != NULL && sender != NULL) {
        size_t len = text_cut_chars(subject, strlen(subject), JOINT_SUBJECT_CHARS);
        g_autofree char *both = g_strdup_printf("%.*s | %s", (int)len, subject, sender);
        collect(collector, "subject+sender", both);
    }
}

/* Appends "?id&u", the keys of the query in their order. */
static void
append_keys(GString *out, struct span query, const struct known_words *known)
{
    struct span pair;
    bool spent = false;
    char mark = '?';
    for (size_t i = 0; i < QUERY_KEYS_MAX && span_cut(&query, '&', &pair, &spent); i++) {
        ptrdiff_t equals = span_find(pair, '=');
        g_autofree char *key =
            mask_text(equals < 0 ? pair : span_head(pair, (size_t)equals), MASK_TOKENS, known);
        g_string_append_c(out, mark);
        g_string_append(out, key);
        mark = '&';
    }
}

/* Cuts the last piece off a path. */
static struct span
cut_tail(struct span *path)
{
    size_t len = path->len;
    while (len > 0 && path->octets[len - 1] != '/')
        len--;
    struct span tail = span_from(*path, len);
    *path = span_head(*path, len > 0 ? len - 1 : 0);
    return tail;
}

/* Letters before the extension: "#.pdf" and "*.php" tell next to nothing. */
static bool
stem_tells(const char *masked)
{
    const char *dot = strrchr(masked, '.');
    g_autofree char *stem =
        g_strndup(masked, dot != NULL ? (size_t)(dot - masked) : strlen(masked));
    return tells(stem, 3);
}

static char *
url_shape(const struct link *link, const struct known_words *known)
{
    struct span rest = span_of(link->key);
    ptrdiff_t authority = span_find_string(rest, "://");
    rest = authority < 0 ? rest : span_from(rest, (size_t)authority + 3);
    ptrdiff_t slash = span_find(rest, '/');
    if (slash < 0)
        return NULL;
    rest = span_from(rest, (size_t)slash);
    ptrdiff_t mark = span_find(rest, '?');
    struct span path = mark < 0 ? rest : span_head(rest, (size_t)mark);
    while (path.len > 0 && path.octets[path.len - 1] == '/')
        path.len--;
    g_autofree char *tail = mask_text(cut_tail(&path), MASK_TOKENS, known);
    g_autoptr(GString) shape = g_string_new(tail);
    if (!stem_tells(tail)) {
        g_autofree char *before = mask_text(cut_tail(&path), MASK_TOKENS, known);
        if (mask_letters(before) > 0) {
            g_string_prepend_c(shape, '/');
            g_string_prepend(shape, before);
        }
    }
    if (mark >= 0)
        append_keys(shape, span_from(rest, (size_t)mark + 1), known);
    return tells(shape->str, TEMPLATE_LETTERS_MIN) ? g_strdup(shape->str) : NULL;
}

static void
collect_urls(struct collector *collector, const struct report *report)
{
    size_t before = collector->patterns->len;
    for (size_t i = 0; i < report->link_count; i++) {
        const struct link *link = &report->links[i];
        if ((link->flags & LINK_NOT_REPORTABLE) != 0 || link->key == NULL)
            continue;
        if (collector->patterns->len - before >= PATTERN_URLS_MAX)
            break;
        g_autofree char *shape = url_shape(link, &collector->known);
        if (shape != NULL)
            collect(collector, "url", shape);
    }
}

static void
collect_files(struct collector *collector, const struct report *report)
{
    for (size_t i = 0; i < report->attachment_count; i++) {
        const struct attachment *file = &report->attachments[i];
        if (file->size > 0 && file->sha256[0] != '\0')
            collect(collector, "file-hash", file->sha256);
        if (file->filename == NULL)
            continue;
        g_autofree char *name = mask_text(span_of(file->filename), MASK_TOKENS, &collector->known);
        if (stem_tells(name))
            collect(collector, "file", name);
    }
}

static void
learn_recipients(struct known_words *known, const struct report *report)
{
    for (size_t i = 0; i < report->original_rcpt_to.count && i < 10; i++)
        known_words_add(known, report->original_rcpt_to.items[i]);
    if (report->original != NULL)
        known_words_add(known, mail_field(report->original, "To"));
}

struct masked_pattern *
masked_patterns_of(const struct report *report, size_t *count)
{
    struct collector collector = {
        .patterns = g_array_new(FALSE, FALSE, sizeof(struct masked_pattern)),
    };
    known_words_init(&collector.known);
    learn_recipients(&collector.known, report);
    if (report->original != NULL) {
        struct span text = { report->original->text, report->original->text_len };
        collect_subject_and_sender(&collector, report);
        g_autofree char *digest = body_digest(text, &collector.known);
        if (digest != NULL)
            collect(&collector, "body", digest);
    }
    collect_urls(&collector, report);
    collect_files(&collector, report);
    known_words_clear(&collector.known);
    *count = collector.patterns->len;
    return (struct masked_pattern *)(void *)g_array_free(collector.patterns, *count == 0);
}

void
masked_patterns_free(struct masked_pattern *patterns, size_t count)
{
    for (size_t i = 0; patterns != NULL && i < count; i++)
        g_free(patterns[i].text);
    g_free(patterns);
}
