/* SPDX-License-Identifier: Apache-2.0 */
/* test - cmocka with the headers that it needs before it, in the order it needs them */
#pragma once

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
