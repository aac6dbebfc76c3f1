/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_words - the facts of a complaint as its parts write them: redacted, one line each
 *
 * Owns:    every string; complaint_words_free(). Threads: no state.
 */
#pragma once

#include "complaint/arf_message.h"
#include "report/redact.h"

struct complaint_words {
    const char *type; /* "fraud", "abuse", "virus" */
    char source_ip[IP_TEXT_MAX];
    char *subject, *message_id; /* UTF-8, or NULL */
    char *mail_from;            /* ASCII; "" for the null path; NULL: not known */
    char *reporting_mta;        /* a host name, or NULL */
    char *source_domain;        /* a host name, or NULL */
    char *network;              /* "AS64500 NAME, CC", or NULL */
    GPtrArray *uris;            /* normalised, ASCII, at most COMPLAINT_URIS_MAX */
    GPtrArray *domains;         /* A-labels */
    GPtrArray *recipients;      /* redacted, ASCII */
    GPtrArray *results; /* "mx.example; dkim=fail header.d=example.com", ASCII, one method */
};

struct complaint_words *complaint_words_new(const struct complaint_facts *facts,
                                            const struct redactor *redactor);
void complaint_words_free(struct complaint_words *words); /* NULL is allowed */
typedef struct complaint_words ComplaintWords;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ComplaintWords, complaint_words_free)

/* hxxps://host[.]example/path; appended. `uri` as in `uris`. */
void complaint_words_defang(GString *out, const char *uri);
