/* SPDX-License-Identifier: Apache-2.0 */
/* A report whose sections the input gives, parted by lines of "%%": header, parts, path, text,
 * delivery status, Authentication-Results, links, files, recipients, source. An empty section is an
 * absent one. */
#include "classify/classify.h"
#include "classify/fingerprint.h"

#include "../unit/classify/made_report.h"

#define SECTIONS 10

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
check_verdict(const struct report *report)
{
    static const char *const rules[] = { CLASSIFY_RULES, NULL };
    static const char *const forwarders[] = { "forwarder.test" };
    struct ip_range network = { .prefix = 0 };
    struct classify_settings settings = { &network, 1, forwarders, 1 };
    struct verdict bare, set;
    ip_range_parse(span_of("192.0.2.0/24"), &network);
    classify(report, NULL, &bare);
    classify(report, &settings, &set);
    if (bare.rule == NULL || !g_strv_contains(rules, bare.rule))
        __builtin_trap();
    if (set.rule != bare.rule || set.type != bare.type) /* settings sort nothing */
        __builtin_trap();
    if (bare.likely_genuine && !set.likely_genuine)
        __builtin_trap();
    if ((report->original == NULL) != (strcmp(bare.rule, "no-original") == 0) &&
        bare.type != EMAIL_BOUNCE)
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    unsigned char first[FINGERPRINT_OCTETS], second[FINGERPRINT_OCTETS];
    g_autofree char *text = g_strndup((const char *)octets, len);
    g_auto(GStrv) sections = g_strsplit(text, "%%\n", SECTIONS);
    const char *given[SECTIONS] = { NULL };
    for (size_t i = 0; sections[i] != NULL; i++)
        given[i] = *sections[i] != '\0' ? sections[i] : NULL;
    struct made_text from = { given[0], given[1], given[2], given[3], given[4],
                              given[5], given[6], given[7], given[8], given[9] };
    g_autoptr(Made) made = made_new(&from);
    check_verdict(&made->report);
    report_fingerprint(&made->report, first);
    report_fingerprint(&made->report, second);
    if (memcmp(first, second, sizeof first) != 0)
        __builtin_trap();
    return 0;
}
