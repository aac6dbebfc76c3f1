/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_value - values of the study's file, each checked where it is read
 *
 * `object` NULL: the section is absent, as are its keys. `absent` is the value of a key that is not
 * there or empty; NULL: the key must be there. On failure FAULT_OPERATOR names the key, and the
 * output is untouched. Caller frees outputs. Threads: no state.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/span.h"

/* False when the object is none, or has a key that is not in the NULL-terminated list. */
bool config_keys_known(json_t *object, const char *what, const char *const *keys, GError **error);
/* A text without control characters. */
bool config_text(json_t *object, const char *key, const char *absent, char **out, GError **error);
/* A canonical domain. */
bool config_domain(json_t *object, const char *key, const char *absent, char **out, GError **error);
/* One label of a domain name, in lower case. */
bool config_label(json_t *object, const char *key, char **out, GError **error);
/* A list of texts, or one text; NULL-terminated, never NULL. */
bool config_list(json_t *object, const char *key, char ***out, GError **error);
/* A path relative to the folder of `file`; NULL when absent. */
bool config_path(const char *file, json_t *object, const char *key, char **out, GError **error);
/* A list of them; NULL when absent. */
bool config_paths(const char *file, json_t *object, const char *key, char ***out, GError **error);
