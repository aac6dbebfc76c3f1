/* SPDX-License-Identifier: Apache-2.0 */
/* Sections as in fuzz_classify.c, all of them read by the patterns. */
#include "classify/pattern.h"

#include "../unit/classify/made_report.h"

#define SECTIONS 10

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
check_pattern(const struct masked_pattern *pattern)
{
    if (pattern->kind == NULL || strlen(pattern->kind) > PATTERN_KIND_MAX)
        __builtin_trap();
    if (*pattern->text == '\0' || !g_utf8_validate(pattern->text, -1, NULL) ||
        g_utf8_strlen(pattern->text, -1) > PATTERN_CHARS_MAX)
        __builtin_trap();
}

static void
check_patterns(const struct report *report)
{
    size_t urls = 0;
    size_t count;
    struct masked_pattern *patterns = masked_patterns_of(report, &count);
    if ((patterns == NULL) != (count == 0))
        __builtin_trap();
    for (size_t i = 0; i < count; i++) {
        check_pattern(&patterns[i]);
        urls += strcmp(patterns[i].kind, "url") == 0;
        for (size_t k = 0; k < i; k++)
            if (strcmp(patterns[i].kind, patterns[k].kind) == 0 &&
                strcmp(patterns[i].text, patterns[k].text) == 0)
                __builtin_trap();
    }
    if (urls > PATTERN_URLS_MAX)
        __builtin_trap();
    masked_patterns_free(patterns, count);
}

/* A span need not end in NUL: the octet behind it must not be read. */
static void
check_mask(const char *text)
{
    g_autofree char *clean = text_utf8(span_of(text));
    size_t len = strlen(clean);
    g_autofree char *bare = g_memdup2(clean, len);
    for (enum mask_scope scope = MASK_TOKENS; scope <= MASK_NAMES; scope++) {
        g_autofree char *masked = mask_text((struct span){ bare, len }, scope, NULL);
        if (!g_utf8_validate(masked, -1, NULL) || g_utf8_strlen(masked, -1) > PATTERN_CHARS_MAX)
            __builtin_trap();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *text = g_strndup((const char *)octets, len);
    g_auto(GStrv) sections = g_strsplit(text, "%%\n", SECTIONS);
    const char *given[SECTIONS] = { NULL };
    for (size_t i = 0; sections[i] != NULL; i++)
        given[i] = *sections[i] != '\0' ? sections[i] : NULL;
    struct made_text from = { given[0], given[1], given[2], given[3], given[4],
                              given[5], given[6], given[7], given[8], given[9] };
    g_autoptr(Made) made = made_new(&from);
    check_patterns(&made->report);
    check_mask(text);
    return 0;
}
