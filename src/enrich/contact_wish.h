/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact_wish - in which form a contact wants complaints, where that is another than usual
 *
 * In:      words "key=value" of a person or a column: zip=no|redacted|whole, mail=rfc822|headers,
 *          xarf=no|yes; "default" as a value takes a wish back.
 * Out:     one text of them, parted by blanks, in the order above; "" when nothing is wished.
 * Privacy: zip=whole is the mail as it came, with all that is redacted elsewhere.
 * Threads: no state; a set of wishes that is not changed may be read by many.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

#define CONTACT_WISH_OCTETS_MAX 64 /* of the text, with its NUL */

enum contact_wish_key { WISH_ZIP, WISH_MAIL, WISH_XARF, WISH_KEYS };
enum { WISH_NOTHING }; /* said of a key that has no wish */
enum { WISH_ZIP_NO = 1, WISH_ZIP_REDACTED, WISH_ZIP_WHOLE };
enum { WISH_MAIL_RFC822 = 1, WISH_MAIL_HEADERS };
enum { WISH_XARF_NO = 1, WISH_XARF_YES };

struct contact_wish {
    unsigned char said[WISH_KEYS]; /* one of the words above */
};

/* Takes one "key=value". False: there is no such key or value, nothing is changed. */
bool contact_wish_set(struct contact_wish *wish, struct span word);
/* Takes all words of a text; false as above, for any of them. */
bool contact_wish_read(struct contact_wish *wish, struct span text);
/* Writes the text and returns it. */
const char *contact_wish_text(const struct contact_wish *wish, char out[CONTACT_WISH_OCTETS_MAX]);
bool contact_wish_is_empty(const struct contact_wish *wish);
/* The word of one key, static; NULL: nothing is wished. */
const char *contact_wish_word(const struct contact_wish *wish, enum contact_wish_key key);

/* Reads whose wish it is: "a@example.com", or "@example.com" for all addresses of that domain, not
 * of those below. *kind is static, *subject lower case, caller frees. False: it is neither. */
bool contact_wish_subject(struct span text, const char **kind, char **subject);

/* The wishes of all contacts. */
struct contact_wishes;
struct contact_wishes *contact_wishes_new(void);
void contact_wishes_free(struct contact_wishes *wishes); /* NULL is allowed */
typedef struct contact_wishes ContactWishes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactWishes, contact_wishes_free)
/* `kind` is "address" or "domain". Copied. */
void contact_wishes_add(struct contact_wishes *wishes, const char *kind, const char *subject,
                        const struct contact_wish *wish);
/* What an address wants: its own word, key by key, before its domain's. */
void contact_wishes_of(const struct contact_wishes *wishes, const char *address,
                       struct contact_wish *wish);
