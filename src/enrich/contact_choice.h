/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_choice - from all findings about an address to those who would be written to, and why
 *
 * The address' contact is the first in the order of contact.h that has an address, of the longest
 * prefix of its origin; the AS's stands beside it. Each address is looked at again: rows may have
 * been written by hand. Who asked not to be written to is named with that reason and left out; an
 * AS that did is not written to at all, whoever the address' own contact is.
 * Owns: all texts, until contact_choice_clear(). Threads: no state.
 */
#pragma once

#include "enrich/contact.h"
#include "enrich/fact.h"

struct contact_opt_outs;
struct contact_opt_outs *contact_opt_outs_new(void);
void contact_opt_outs_free(struct contact_opt_outs *outs); /* NULL is allowed */
typedef struct contact_opt_outs ContactOptOuts;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactOptOuts, contact_opt_outs_free)
/* A row of table contactOptOut; `kind` is "address", "domain" or "asn". Copied. */
void contact_opt_outs_add(struct contact_opt_outs *outs, const char *kind, const char *subject,
                          const char *reason);
/* Reads what a person names: "a@example.com", "example.com", "AS64496" or "64496". *kind is static,
 * *subject as the table has it, caller frees. False: it is none of these. */
bool contact_opt_out_read(struct span text, const char **kind, char **subject);
/* The reason ("" when none was given) why this address, or this AS, is not to be written to; NULL:
 * it may be. Borrowed. */
const char *contact_opt_outs_asn(const struct contact_opt_outs *outs, uint32_t asn);

struct contact_question {
    struct ip ip;
    bool special;              /* nobody is told */
    bool with_rdap, with_zone; /* these are asked; without an answer of theirs nothing is known */
    uint32_t asn;              /* 0: not known */
    const char *as_addresses;  /* of table asn; NULL or "": none */
    const struct contact *contacts; /* all rows whose prefix holds the address, in any order */
    size_t contact_count;
    const struct contact_opt_outs *outs; /* may be NULL */
    char *const *own;                    /* contact_own_domains() */
    int64_t now;
};

struct contact_target {
    char *address; /* as it stands there when it is left out for being none */
    enum contact_origin origin;
    struct ip_range prefix; /* of CONTACT_AS: of no length */
    int64_t checked;        /* of CONTACT_AS: CLOCK_UNKNOWN */
    char *left_out;         /* why it would not be written to; NULL: it would */
};

struct contact_choice {
    enum known known;   /* of the address' own contact */
    GPtrArray *targets; /* of struct contact_target *, each address once */
};

void contact_choose(const struct contact_question *question, struct contact_choice *choice);
/* How many would be written to. */
size_t contact_choice_count(const struct contact_choice *choice);
void contact_choice_clear(struct contact_choice *choice);
