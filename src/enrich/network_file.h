/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_file - [networks] file: what we know ourselves of networks
 *
 * CSV (RFC 4180), UTF-8, its first line names the columns, in any order and case: prefix (needed),
 * asn, name, country, abuse. Fields may be empty. An asn is a number or "AS64496". Empty lines and
 * lines that begin with "#" are left out. Of equal prefixes the last one counts.
 * Errors:  FAULT_OPERATOR with path and line.
 * Limits:  512 MB, 1,000,000 networks; name 255 characters (cut), abuse 1,000 octets.
 * Threads: read-only once open.
 */
#pragma once

#include <stdint.h>

#include "base/ip.h"

#define NETWORK_FILE_OCTETS_MAX (512 * 1024 * 1024)
#define NETWORK_FILE_ROWS_MAX 1000000
#define NETWORK_NAME_CHARS_MAX 255
#define NETWORK_ABUSE_OCTETS_MAX 1000

struct local_network {
    struct ip_range prefix;
    uint32_t asn;      /* 0: not said */
    char country[3];   /* upper case; "": not said */
    const char *name;  /* printable UTF-8; "": not said */
    const char *abuse; /* as written, printable UTF-8: one address or more, separated by commas; not
                          checked; "": not said */
};

struct network_file;

struct network_file *network_file_open(const char *path, GError **error);
/* The same from octets; `path` is for messages. */
struct network_file *network_file_parse(struct span octets, const char *path, GError **error);
void network_file_free(struct network_file *file); /* NULL is allowed */
typedef struct network_file NetworkFile;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetworkFile, network_file_free)

/* The longest network that holds the address, or NULL. Lives as long as the file. */
const struct local_network *network_file_find(const struct network_file *file, const struct ip *ip);
/* The first network of the file with that AS number and a name, or NULL. */
const struct local_network *network_file_find_asn(const struct network_file *file, uint32_t asn);
size_t network_file_count(const struct network_file *file);
/* Each of them, in no order that means anything; `at` below that count. */
const struct local_network *network_file_at(const struct network_file *file, size_t at);
