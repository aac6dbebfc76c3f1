/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits - what a single message may cost; over a limit: keep what fits, mark it truncated, go on
 *
 * Limits of one room's business (config, HTTP, zip) stand in that room's headers.
 */
#pragma once

#define LIMIT_MESSAGE_OCTETS (25 * 1024 * 1024)
#define LIMIT_MIME_DEPTH 16
#define LIMIT_PARTS 200
#define LIMIT_HEADER_OCTETS (256 * 1024)
#define LIMIT_HEADER_FIELDS 500
#define LIMIT_TEXT_OCTETS (50 * 1024 * 1024) /* decoded text of one mail */
#define LIMIT_NESTED_MESSAGES 5              /* message/rfc822 in message/rfc822 ... */
#define LIMIT_LINKS 500                      /* URLs kept a mail */
#define LIMIT_URL_OCTETS 8192
#define LIMIT_SUBJECT_CHARS 766 /* the most that a covering index with arrivalDate takes */
#define LIMIT_ATTACHMENTS 100
#define LIMIT_FILENAME_CHARS 255
