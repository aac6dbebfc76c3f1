/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is written so that it is read again as the same; what is refused changes nothing. */
#include "demand.h"

#include "enrich/contact_wish.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span text = exact_copy(octets, len);
    struct contact_wish wish = { { 0 } }, again = { { 0 } };
    char out[CONTACT_WISH_OCTETS_MAX];
    const char *kind = NULL;
    g_autofree char *subject = NULL;
    bool good = contact_wish_read(&wish, text);
    demand(good || contact_wish_is_empty(&wish));
    contact_wish_text(&wish, out);
    demand(strlen(out) + 1 < sizeof out);
    demand(contact_wish_read(&again, span_of(out)));
    demand(memcmp(&wish, &again, sizeof wish) == 0);
    if (contact_wish_subject(text, &kind, &subject))
        demand(subject[0] != '\0' && strpbrk(subject, " \r\n,<>") == NULL);
    return 0;
}
