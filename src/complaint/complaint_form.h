/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_form - how this site writes complaints, and how a contact wants them
 *
 * The usual form is the configuration's ([reports]). A contact's wish changes it for that contact.
 * Threads: no state.
 */
#pragma once

#include "base/config.h"
#include "complaint/arf_message.h"
#include "enrich/contact_wish.h"
#include "store/db.h"

/* Texts are the configuration's. `wish` may be NULL. */
void complaint_form_style(const struct config *config, const struct contact_wish *wish,
                          struct complaint_style *style);
/* Takes away what is so anyway, so that contacts with the same form get the same mail. */
void complaint_form_settle(const struct config *config, struct contact_wish *wish);
/* A form as a person reads it: "no zip, an XARF part"; "" for the usual one. Caller frees. */
char *complaint_form_words(const struct contact_wish *wish);
/* The mail as it came, with what is redacted elsewhere: a person is to be warned. */
bool complaint_form_is_whole(const struct contact_wish *wish);

/* All wishes there are; those with words that are none are left out. */
struct contact_wishes *complaint_form_wishes(struct db *db, GError **error);
/* Of one address, now. */
bool complaint_form_wish_of(struct db *db, const char *address, struct contact_wish *wish,
                            GError **error);
