/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_search - the PTR name of an address, and whether that name has the address
 *
 * Of several names the first one that is confirmed counts, else the first, in the order of the
 * alphabet, as DNS changes its order. A name whose own zone is broken (SERVFAIL, REFUSED) is
 * unconfirmed for STAND_IN_HELD_S; one whose answer was lost is not known yet.
 */
#pragma once

#include "enrich/enrich_state.h"

#define NAME_SEARCH_NAMES_MAX 8

void name_search_ask(struct enrich *enrich, struct ip_fact *fact);
