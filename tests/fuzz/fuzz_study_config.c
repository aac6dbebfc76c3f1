/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a study's file: a config whose names are what they should be, or a reason. */
#include "demand.h"

#include "base/domain.h"
#include "base/fault.h"
#include "study/study_config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    g_autoptr(GError) error = NULL;
    g_autoptr(StudyConfig) config = study_config_parse("/f/s.cfg", copy, &error);
    if (config == NULL) {
        demand(g_error_matches(error, FAULT, FAULT_OPERATOR));
        return 0;
    }
    demand(config->ignored != NULL && config->spf_pass != NULL && config->rua != NULL);
    for (int role = 0; role < SENDER_ROLES; role++)
        demand((config->senders[role].domain != NULL) == (config->senders[role].mailbox != NULL));
    for (size_t i = 0; i < config->provider_count; i++) {
        demand(strpbrk(config->providers[i].label, " ./<>&\n") == NULL);
        demand(config->providers[i].submitters[0] != NULL);
        demand(study_config_provider(config, config->providers[i].label) == &config->providers[i]);
    }
    return 0;
}
