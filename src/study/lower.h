/* SPDX-License-Identifier: Apache-2.0 */
/* lower - ASCII case folding in place where millions of lines pass: GLib's is a call a letter */
#pragma once

static inline char
lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? (char)(octet | 0x20) : octet;
}
