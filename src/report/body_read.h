/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body_read - the MIME tree of a mail: its parts, text, links and attachments
 *
 * What each leaf counts as (decisions: body text, or an attachment): text/plain and text/html
 * without a file name that are not marked as attachments are body text; multiparts and messages
 * are neither; everything else, application/ even without a name, is an attachment. Every text/
 * part is searched for links, whatever it counts as.
 */
#pragma once

#include "report/mail_read.h"

/* Fills mail->parts, and for MAIL_WHOLE text, links and attachments through the reader. */
void body_read(struct mail_reader *reader, struct mail *mail, GMimeMessage *message,
               enum mail_extent extent);
