/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact_entity - the header of a mail or part: what its body is, and the header written anew
 *
 * Threads: no state.
 */
#pragma once

#include "report/redact_field.h"
#include "report/redact_lines.h"

enum entity_kind { ENTITY_LEAF, ENTITY_MULTIPART, ENTITY_MESSAGE };
enum entity_coding { CODING_NONE, CODING_BASE64, CODING_QUOTED, CODING_UNREADABLE };

struct entity {
    GPtrArray *names, *values; /* of char *, the fields that stay */
    enum entity_kind kind;
    enum entity_coding coding;
    char *type; /* "text/plain", lower case */
    char *boundary;
    bool has_version;  /* MIME-Version */
    bool is_part;      /* of a multipart: needs none */
    bool coding_said;  /* Content-Transfer-Encoding */
    bool plain_coding; /* 7bit, or nothing is said */
};

/* Reads one header block. Fields of `mask` and what is over a limit are left out. The delimiter
 * that ended it is next again. */
void entity_read(struct entity *entity, struct lines *lines, const char *const *mask);
void entity_clear(struct entity *entity);
/* Adds the recipients that the fields name. False: more than can be concealed. */
bool entity_collect(const struct entity *entity, struct conceal *conceal);

/* `coding`: how the body is coded now; NULL: as the header says. `boundary`: of a multipart. */
void entity_append(GString *out, const struct entity *entity, const struct conceal *conceal,
                   const char *coding, const char *boundary);
/* The header of a part whose body was left out. */
void entity_append_bare(GString *out, const struct entity *entity, const struct conceal *conceal);
/* The boundary to write for that of a multipart; caller frees. */
char *entity_boundary(const struct entity *entity, const struct conceal *conceal);
/* Whether `name` stands in the list, in any case; NULL: an empty list. */
bool entity_is_masked(struct span name, const char *const *mask);
