/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip - one file in a zip archive that a password opens, made in memory
 *
 * So that nobody runs what is in it by accident: the password stands beside it and is no secret.
 * ZipCrypto opens with every unzip there is; AES-256 (WinZip AE-2) not with Debian's unzip.
 * In:      a name of printable ASCII without slash or backslash, at most ZIP_NAME_MAX octets; a
 *          password that is not empty.
 * Errors:  FAULT_REJECT: a name or password as above is not; FAULT_OPERATOR: libarchive can't.
 * Limits:  ZIP_OCTETS_MAX octets in. Threads: no state.
 */
#pragma once

#include "base/span.h"

#define ZIP_NAME_MAX 200
#define ZIP_OCTETS_MAX (64 * 1024 * 1024)

enum zip_encryption { ZIP_CRYPTO, ZIP_AES256 };

GBytes *zip_one(const char *name, struct span octets, const char *password,
                enum zip_encryption encryption, GError **error);
