/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_part - what a person at the desk reads: all facts, times in UTC, URLs that nobody follows
 * by accident, who we are and how to stop us (RFC 6650)
 *
 * Out:     UTF-8 with CRLF, wrapped at 76 columns; not yet encoded. Threads: no state.
 */
#pragma once

#include "complaint/complaint_words.h"

struct text_part_notes {
    const char *zip_name; /* NULL: no zip */
    bool whole_in_zip, too_large, shown_whole, zip_is_header, has_original;
};

void text_part_append(GString *out, const struct complaint_facts *facts,
                      const struct complaint_style *style, const struct complaint_words *words,
                      const struct redactor *redactor, const struct text_part_notes *notes);
