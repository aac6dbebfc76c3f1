/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection - which mails or URLs a page is about: filters, window, order, place
 *
 * In:      (name, value) pairs of a query string or form, already percent-decoded, or the path of
 *          one of the original's routes; hostile.
 * Out:     one struct selection; or FAULT_REJECT whose text names the parameter and says what is
 *          allowed ("days: a number from 0 to 36500").
 * Back:    a canonical query string: equal selections give equal strings, and parsing one gives an
 *          equal selection.
 * Patterns: `subject`, `url`, `file` mean "contains"; in `source`, `domain`, `reporter`, `from` and
 *          `rcpt` the whole value; `*` stands for any text in all of them, everything else for
 *          itself. `subjectlike`, `urllike`, `filelike` are raw LIKE patterns on the whole value,
 *          as the original's paths have them. A host of `url` that has U-labels also stands for its
 *          A-labels (select/url_spelling.h).
 * Window:  days D and daysago A: from (today - D - A) 00:00:00 to (today - A) 23:59:59 UTC, D + 1
 *          whole days; days=0 is no window. since and until: dates or RFC 3339 times, inclusive;
 *          either may stand alone; not together with days. hours H: the last H hours, by
 *          themselves.
 * Limit:   rows a page, 1 to SELECTION_LIMIT_MAX; 0: SELECTION_LIMIT. (The page is a page with a
 *          window, too: the original's "no limit in a window" is its next links.)
 * Owns:    all strings, until selection_free(). Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/ip.h"

#define SELECTION_LIMIT 50
#define SELECTION_LIMIT_MAX 1000
#define SELECTION_TEXT_MAX 1000 /* octets of a value */
#define SELECTION_PAIRS_MAX 64
#define SELECTION_DAYS_MAX 36500
#define SELECTION_HOURS_MAX 8784 /* a year */

/* Texts, in the order of the canonical query string. */
enum selection_text {
    SELECT_SUBJECT,
    SELECT_SUBJECT_LIKE,
    SELECT_URL,
    SELECT_URL_LIKE,
    SELECT_FILE,
    SELECT_FILE_LIKE,
    SELECT_FROM,     /* address, @domain, or a * pattern; From: of the reported mail */
    SELECT_RCPT,     /* the same; any recipient of the reported mail */
    SELECT_DOMAIN,   /* the first reported domain */
    SELECT_SOURCE,   /* PTR name of the source address */
    SELECT_REPORTER, /* From: of the report; as SELECT_FROM */
    SELECT_Q,        /* what somebody typed: see selection_question() */
    SELECTION_TEXTS
};

enum selection_set { SELECT_ANY = 0, SELECT_NO, SELECT_YES };

/* Words that are chosen from a list; 0 is "any". */
enum select_type { TYPE_ANY, TYPE_NORMAL, TYPE_BOUNCE, TYPE_AUTO_REPLIED };
enum select_delivery {
    DELIVERY_ANY,
    DELIVERY_NONE,
    DELIVERY_QUARANTINE,
    DELIVERY_REJECT,
    DELIVERY_UNKNOWN
};
enum select_fbtype {
    FBTYPE_ANY,
    FBTYPE_AUTH_FAILURE,
    FBTYPE_ABUSE,
    FBTYPE_FRAUD,
    FBTYPE_VIRUS,
    FBTYPE_NOT_SPAM,
    FBTYPE_OPT_OUT,
    FBTYPE_OTHER,
    FBTYPE_UNKNOWN
};

/* ARRIVAL walks an index. The others sort the rows of the window: they are refused without one. */
enum select_sort {
    SORT_ARRIVAL,
    SORT_SUBJECT,
    SORT_IP,
    SORT_ASN,
    SORT_COUNTRY,
    SORT_TYPE,
    SORT_DELIVERY,
    SORT_REPORTED
};

struct selection {
    char *texts[SELECTION_TEXTS]; /* NULL: not asked; never "" */
    struct ip_range ip;           /* base.len 0: not asked */
    bool has_asn;
    uint32_t asn;    /* 0: not known */
    char country[3]; /* upper case; "": not asked; "ZZ": not known */
    enum select_type type;
    enum select_fbtype fbtype;
    enum select_delivery delivery;
    enum selection_set reported, genuine;
    bool listed;      /* listed by ZEN, PBL apart */
    int64_t campaign; /* patternId (also given as `pattern`); 0: not asked */
    int64_t url_id;   /* 0: not asked */
    bool all;         /* URLs: those that are not reportable, and those of `wldomain`, too */
    uint32_t hours, days, days_ago;
    int64_t since, until; /* CLOCK_UNKNOWN: not asked */
    enum select_sort sort;
    bool ascending;
    uint32_t limit; /* 0: SELECTION_LIMIT */
    char *after;    /* as given, or NULL: see cursor.h */
    bool masked;    /* texts are held against what viewers see; in no query string */
};

struct selection_pair {
    const char *name, *value; /* no NUL inside; any octets */
};

struct selection *selection_new(void);
struct selection *selection_copy(const struct selection *selection);
void selection_free(struct selection *selection); /* NULL is allowed */
typedef struct selection Selection;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)

/* Empty values are left out (an untouched field of a form); an unknown name is refused, the names
 * in `others` (NULL-terminated, or NULL) excepted: they are the page's own. */
struct selection *selection_parse(const struct selection_pair *pairs, size_t count,
                                  const char *const *others, GError **error);
/* "subject=wire&days=2", percent-encoded, without `after` unless asked; "" for everything. Caller
 * frees. */
char *selection_query(const struct selection *selection, bool with_after);
/* The filters as chips: calls `each` with name, value and the query string without that filter. */
void selection_chips(const struct selection *selection,
                     void (*each)(void *user, const char *name, const char *value,
                                  const char *without),
                     void *user);

/* From and to as seconds, inclusive; CLOCK_MIN and CLOCK_MAX where it is open. False: no window. */
bool selection_window(const struct selection *selection, int64_t now, int64_t *from, int64_t *to);
uint32_t selection_limit(const struct selection *selection);
/* Whether this order can be had with these filters. */
bool selection_sortable(const struct selection *selection, enum select_sort sort);

/* What SELECT_Q means: decided by its form alone. */
enum question {
    QUESTION_NONE,
    QUESTION_IP,
    QUESTION_ASN,
    QUESTION_ADDRESS,
    QUESTION_HOST,
    QUESTION_WORDS
};
/* IP: the source; ASN ("AS64512"): the network; ADDRESS: From or recipient; HOST (a name with a
 * dot): reported domain, source name or From, or one below it; WORDS: each word in the subject. */
enum question selection_question(const char *q, struct ip_range *range, uint32_t *asn);

/* What a viewer may not ask (from, rcpt, q, a reporter's local part, and the order of subjects,
 * which tells of the addresses in them): NULL, or the parameter's name, static. */
const char *selection_beyond_viewer(const struct selection *selection);

/* Words of the enums above, as in query strings; NULL-terminated, [0] is "". */
extern const char *const selection_types[],
    *const selection_fbtypes[], *const selection_deliveries[], *const selection_sorts[];
