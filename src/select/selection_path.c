/* SPDX-License-Identifier: Apache-2.0 */
#include "select/selection_path.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

/* What is left of the path. */
struct walk {
    const char *const *at;
    size_t left;
    struct selection *selection;
    GError **error;
    bool bad;   /* *error is set */
    bool slash; /* the piece that a final slash would make is missing */
    bool limit; /* the title tells the limit */
    bool wrong; /* something stands where nothing may */
};

static bool
take(struct walk *walk, const char *word)
{
    if (walk->left == 0 || strcmp(walk->at[0], word) != 0)
        return false;
    walk->at++;
    walk->left--;
    return true;
}

static bool
take_number(struct walk *walk, uint32_t most, uint32_t *number)
{
    if (walk->left == 0 || !span_to_u32(span_of(walk->at[0]), number) || *number > most)
        return false;
    walk->at++;
    walk->left--;
    return true;
}

static bool
at_end(const struct walk *walk)
{
    return walk->left == 0;
}

/* The end as /x/: /x alone is redirected there. */
static bool
at_slash(struct walk *walk)
{
    walk->slash = walk->left == 0;
    if (!take(walk, ""))
        return false;
    walk->wrong = walk->wrong || walk->left > 0;
    return !walk->wrong;
}

/* "days/D" and "days/D/daysago/A", or with `bare` "days/D/A". */
static bool
take_window(struct walk *walk, bool daysago, bool bare)
{
    uint32_t days, ago;
    if (!take(walk, "days") || !take_number(walk, SELECTION_DAYS_MAX / 2, &days))
        return false;
    walk->selection->days = days;
    if (at_end(walk))
        return true;
    if ((daysago && take(walk, "daysago")) || bare) {
        if (!take_number(walk, SELECTION_DAYS_MAX / 2, &ago))
            return false;
        walk->selection->days_ago = ago;
    }
    return true;
}

/* Nothing, "limit/", "limit/N" */
static bool
take_limit(struct walk *walk)
{
    uint32_t limit = 0;
    if (!take(walk, "limit"))
        return false;
    walk->limit = true;
    if (at_slash(walk))
        return true;
    if (!take_number(walk, G_MAXUINT32, &limit) || !at_end(walk)) {
        walk->wrong = true;
        return false;
    }
    /* 0 is no limit: the most that a page has; its next link leads on. */
    walk->selection->limit = limit == 0 ? SELECTION_LIMIT_MAX : MIN(limit, SELECTION_LIMIT_MAX);
    return true;
}

/* What may stand behind a filter: the end, a limit, a window. */
static bool
take_rest(struct walk *walk)
{
    return at_end(walk) || take_limit(walk) || (take_window(walk, true, false) && at_end(walk));
}

static bool
bad_word(struct walk *walk, const char *what, const char *const *words, const char *more)
{
    g_autofree char *list = g_strjoinv(", ", (char **)(uintptr_t)words);
    g_autofree char *shown = text_masked(span_of(walk->at[0]), 40);
    walk->bad = true;
    g_set_error(walk->error, FAULT, FAULT_REJECT, "%s: one of %s%s, not \"%s\"", what, list, more,
                shown);
    return false;
}

static bool
take_type(struct walk *walk)
{
    if (walk->left == 0)
        return false;
    if (take(walk, "reported")) {
        walk->selection->reported = SELECT_YES;
        return true;
    }
    for (unsigned i = 1; selection_types[i] != NULL; i++)
        if (take(walk, selection_types[i])) {
            walk->selection->type = i;
            return true;
        }
    return bad_word(walk, "type", selection_types + 1, ", reported");
}

/* /email/type/T ... */
static bool
email_type(struct walk *walk)
{
    uint32_t listed;
    walk->selection->fbtype = FBTYPE_AUTH_FAILURE;
    if (at_slash(walk))
        return true;
    if (!take_type(walk))
        return false;
    if (at_end(walk) || take_limit(walk))
        return true;
    if (!take_window(walk, true, false))
        return false;
    if (at_end(walk))
        return true;
    if (walk->selection->days_ago != 0 || !take(walk, "filterlisted") ||
        !take_number(walk, G_MAXUINT32, &listed))
        return false;
    walk->selection->listed = listed != 0;
    return at_end(walk);
}

static bool
email_fbtype(struct walk *walk)
{
    if (walk->left == 0)
        return false;
    unsigned found = 0;
    for (unsigned i = 1; selection_fbtypes[i] != NULL && found == 0; i++)
        if (take(walk, selection_fbtypes[i]))
            found = i;
    if (found == 0)
        return bad_word(walk, "fbtype", selection_fbtypes + 1, "");
    walk->selection->fbtype = found;
    return at_end(walk) || take_limit(walk) || (take_window(walk, false, false) && at_end(walk));
}

static bool
email_asn(struct walk *walk)
{
    uint32_t asn = 0;
    walk->selection->has_asn = true;
    if (at_slash(walk))
        return true;
    if (!take_number(walk, G_MAXUINT32, &asn))
        return false;
    walk->selection->asn = asn;
    if (at_end(walk))
        return true;
    if (!take(walk, "type"))
        return take_window(walk, true, false) && at_end(walk);
    if (at_slash(walk))
        return true;
    if (!take_type(walk))
        return false;
    return at_end(walk) || (take_window(walk, false, true) && at_end(walk));
}

/* A raw LIKE pattern as the next piece; the form without one, "%", is all. */
static bool
pattern(struct walk *walk, enum selection_text which)
{
    if (at_slash(walk))
        return true;
    if (walk->left == 0)
        return false;
    const char *text = walk->at[0];
    if (strlen(text) > SELECTION_TEXT_MAX || !g_utf8_validate(text, -1, NULL))
        return false;
    if (*text != '\0' && strcmp(text, "%") != 0)
        walk->selection->texts[which] = g_strdup(text);
    walk->at++;
    walk->left--;
    return take_rest(walk);
}

static bool
url_id(struct walk *walk)
{
    guint64 id = 0;
    if (walk->left != 1 || !g_ascii_string_to_unsigned(walk->at[0], 10, 1, G_MAXINT64, &id, NULL))
        return false;
    walk->selection->url_id = (int64_t)id;
    return true;
}

static bool
email(struct walk *walk, char **text)
{
    *text = g_strdup("Email List");
    if (take(walk, "type"))
        return email_type(walk);
    if (take(walk, "fbtype"))
        return email_fbtype(walk);
    if (take(walk, "asn")) {
        bool found = email_asn(walk);
        g_free(*text);
        *text = g_strdup_printf("Email List for ASN - %u", walk->selection->asn);
        return found;
    }
    if (take(walk, "subject")) {
        g_free(*text);
        *text = g_strdup_printf("Emails with a subject containing %s",
                                walk->left > 0 && *walk->at[0] != '\0' ? walk->at[0] : "%");
        return pattern(walk, SELECT_SUBJECT_LIKE);
    }
    bool url = take(walk, "url");
    if (url || take(walk, "file")) {
        if (!take(walk, "pattern"))
            return false;
        g_free(*text);
        *text =
            g_strdup_printf("Emails that contains a %s with the pattern %s", url ? "url" : "file",
                            walk->left > 0 && *walk->at[0] != '\0' ? walk->at[0] : "%");
        return pattern(walk, url ? SELECT_URL_LIKE : SELECT_FILE_LIKE);
    }
    if (take(walk, "urlId")) {
        g_free(*text);
        *text = g_strdup("Emails containing an url");
        return url_id(walk);
    }
    walk->selection->fbtype = FBTYPE_AUTH_FAILURE;
    return at_slash(walk) || (take_window(walk, true, false) && at_end(walk));
}

static bool
url(struct walk *walk, enum selection_of *of, char **text)
{
    bool subject = take(walk, "subject");
    *of = subject ? SELECT_URLS_OF_MAILS : SELECT_URLS;
    const char *given = "%";
    bool found;
    if (take(walk, "pattern")) {
        if (walk->left > 0 && *walk->at[0] != '\0')
            given = walk->at[0];
        found = pattern(walk, subject ? SELECT_SUBJECT_LIKE : SELECT_URL_LIKE);
    } else {
        found = at_slash(walk) || (take_window(walk, true, false) && at_end(walk));
    }
    *text = subject ? g_strdup_printf("URLs from emails with a subject containing '%s'", given)
                    : g_strdup_printf("URLs with the pattern '%s'", given);
    return found;
}

static char *
title(const char *text, const struct selection *selection, int64_t now, bool limit)
{
    char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];
    int64_t from, to;
    GString *out = g_string_new(text);
    if (selection_window(selection, now, &from, &to)) {
        clock_sql(MAX(from, 0), first);
        clock_sql(MIN(to, MAX(now, 0) + CLOCK_DAY_S), last);
        g_string_append_printf(out, " %.10s - %.10s UTC", first, last);
    } else if (limit) {
        g_string_append_printf(out, " limit %u", selection_limit(selection));
    }
    return g_string_free(out, FALSE);
}

char *
selection_title(const char *text, const struct selection *selection, int64_t now)
{
    return title(text, selection, now, selection->limit != 0);
}

enum selection_path_answer
selection_from_path(const char *const *pieces, size_t count, int64_t now,
                    struct selection_path *path, GError **error)
{
    g_autoptr(Selection) selection = selection_new();
    g_autofree char *text = NULL;
    struct walk walk = { .at = pieces, .left = count, .selection = selection, .error = error };
    enum selection_of of = SELECT_EMAILS;
    if (count > SELECTION_PIECES_MAX)
        return PATH_NONE;
    bool found = false;
    if (take(&walk, "email"))
        found = email(&walk, &text);
    else if (take(&walk, "url"))
        found = url(&walk, &of, &text);
    if (walk.bad)
        return PATH_BAD;
    if (!found || walk.wrong)
        return walk.slash && walk.left == 0 && !walk.wrong ? PATH_SLASH : PATH_NONE;
    /* Every list without a window has a limit, told or not. */
    path->title = title(text, selection, now, selection->url_id == 0);
    path->of = of;
    path->selection = g_steal_pointer(&selection);
    return PATH_FOUND;
}

void
selection_path_clear(struct selection_path *path)
{
    g_clear_pointer(&path->selection, selection_free);
    g_clear_pointer(&path->title, g_free);
}
