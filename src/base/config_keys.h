/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_keys - which keys forensic.cfg may hold, their types and defaults; seen by config.c only
 */
#pragma once

#include <stddef.h>

enum key_type {
    KEY_STRING, /* char * */
    KEY_SECRET, /* char *; `<key>File` names a file to read it from instead */
    KEY_PATH,   /* char *, relative to the config file's folder */
    KEY_SOURCE, /* char *: "maildir:PATH", "mbox:PATH" or "dir:PATH" */
    KEY_WORD,   /* char *, one of `words` */
    KEY_NUMBER, /* uint32_t within min..max */
    KEY_BOOL,   /* bool: yes/no, true/false, 1/0, on/off */
    KEY_ZONE,   /* char *, a domain of DNS; empty is off */
    /* From here on char **, comma separated; empty is an empty list. */
    KEY_LIST,
    KEY_RANGES,  /* each an address or CIDR */
    KEY_SERVERS, /* each an address of IP, with or without a port */
    KEY_MAIL,    /* each an address of mail */
    KEY_FIELDS,  /* each the name of a header field */
    KEY_DOMAINS  /* each a domain, with all names below it; canonical once read */
};

struct key {
    const char *section; /* NULL: of every feed */
    const char *name;
    enum key_type type;
    size_t offset;        /* in struct config, or in struct config_feed */
    const char *standard; /* text of the default; NULL: none */
    unsigned min, max;
    const char *words; /* "move|keyword|delete" */
};

/* What was expected of a value of this type, or NULL: it is good. Both static. */
const char *config_list_fault(enum key_type type, char *const *items);
const char *config_zone_fault(const char *text);
/* Good items as they are kept: domains canonical, "*." or "." before them off. */
void config_list_settle(enum key_type type, char **items);

extern const struct key config_keys[];
extern const size_t config_key_count;
