/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply - an answer: status, type, fields, and a body that is whole or flows
 *
 * The fields that every answer carries (Content-Security-Policy and the like, design.md 9) are put
 * on by the server; a handler adds what is its own.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct stream;

struct reply_field {
    const char *name; /* static */
    char *value;      /* owned; no control characters */
};

struct reply {
    unsigned status;       /* 0: nothing was said yet */
    const char *type;      /* Content-Type, static */
    GBytes *body;          /* owned; NULL: empty or a stream */
    struct stream *stream; /* owned; a body that is still being made */
    GArray *fields;        /* of struct reply_field; may be NULL */
    bool cacheable;        /* a file of ours; all else is no-store */
};

#define REPLY_HTML "text/html; charset=utf-8"
#define REPLY_TEXT "text/plain; charset=utf-8"
#define REPLY_JSON "application/json"
#define REPLY_ZIP "application/zip"

/* Takes `body` over. An earlier answer is forgotten, fields stay. */
void reply_set(struct reply *reply, unsigned status, const char *type, GBytes *body);
/* A GString becomes the body. */
void reply_take(struct reply *reply, unsigned status, const char *type, GString *body);
void reply_text(struct reply *reply, unsigned status, const char *text);
/* 303 See Other; `place` is a path of ours with no control characters. */
void reply_redirect(struct reply *reply, const char *place);
/* Adds a field; control characters in the value are left out. */
void reply_field(struct reply *reply, const char *name, const char *value);
void reply_clear(struct reply *reply);
