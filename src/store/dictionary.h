/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dictionary - the names, URLs, files and patterns that a batch of mails speaks of, each once
 *
 * An entry is identified by the SHA-256 of its octets (of a URL: of the normalised form; of a file:
 * of its content); its id is 0 until intern.h finds or makes the row.
 * In:      texts of any octets that are valid UTF-8, borrowed until wanted_clear() unless said
 *          otherwise; too long ones are cut on a character edge before their key is made.
 * Owns:    the entries.
 * Threads: one set, one thread.
 */
#pragma once

#include "base/span.h"
#include "report/report.h"
#include "store/fact_read.h"
#include "store/key_lookup.h"
#include "store/rows.h"

enum dictionary {
    DICTIONARY_DOMAIN, /* first: rows of url need its ids */
    DICTIONARY_LOCAL,
    DICTIONARY_URL,
    DICTIONARY_FILE,
    DICTIONARY_PATTERN,
    DICTIONARIES
};

struct entry {
    unsigned char key[KEY_OCTETS];
    enum dictionary dictionary;
    int64_t id;
    bool inserted; /* the row came from this entry, dates and all */
    struct span text;
    int64_t first, last;      /* url, file: arrival of the earliest and latest mail of the batch */
    const struct entry *host; /* url, may be NULL */
    const struct known_host *host_fact;  /* url: what is known of the host; or NULL */
    const struct attachment *attachment; /* file */
    const char *kind;                    /* pattern */
};

struct wanted;

struct wanted *wanted_new(void);
void wanted_free(struct wanted *wanted); /* NULL is allowed */
void wanted_clear(struct wanted *wanted);

/* The entry, new or met before; owned by the set until wanted_clear(). */
struct entry *wanted_domain(struct wanted *wanted, struct span name);
struct entry *wanted_local(struct wanted *wanted, struct span local);
/* `key` is read at once; `host` may be NULL; `when` is the arrival of the mail. */
struct entry *wanted_url(struct wanted *wanted, struct span key, struct span url,
                         const struct entry *host, int64_t when);
struct entry *wanted_file(struct wanted *wanted, const struct attachment *file, int64_t when);
struct entry *wanted_pattern(struct wanted *wanted, const char *kind, struct span text);
/* A copy of the text that lives as long as the entries. */
struct span wanted_keep(struct wanted *wanted, struct span text);

/* All entries of a dictionary, of struct entry *, in order of their keys. */
GPtrArray *wanted_sorted(struct wanted *wanted, enum dictionary dictionary);

/* What the rows of a dictionary are made of. */
struct dictionary_table {
    const char *name;   /* of the table and of its ids in idBlock */
    const char *select; /* for key_lookup() */
    const char *update; /* firstSeen, lastSeen, id; NULL: has no dates */
    const struct column *columns;
    size_t column_count;
    /* Fills the row just begun from the entry, whatever id that has; both the entry and what is
     * written into `dates` must outlive the row. */
    void (*fill)(struct rows *rows, const struct entry *entry, int64_t id, GStringChunk *dates);
};
const struct dictionary_table *dictionary_table(enum dictionary dictionary);

/* What stands behind the last slash of a URL, its last 255 characters: a pattern without a slash
 * fits the end of the URL if and only if it fits the end of this. */
struct span url_tail(struct span url);
