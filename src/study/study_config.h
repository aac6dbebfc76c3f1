/* SPDX-License-Identifier: Apache-2.0 */
/*
 * study_config - what a study has to be told: who sent, to whom, and what the names mean
 *
 * In:      JSON as the generator writes it (study-config.json), or a key file with the same names:
 *          [study] title semantics ignored_queries, [paths] rspamd dns inboxes reports,
 *          [sender DOMAIN] role mailbox, [edv] domain receiver redirect, [local_parts] spf_pass
 *          spf_fail rua ruf, [selectors] pass fail, [control] domain label, [result_header NAME]
 *          syntax, [provider LABEL] name submitters. Lists are parted by commas or semicolons.
 * Out:     domains canonical, labels and ignored names in lower case; paths start at the file's
 *          folder.
 * Errors:  FAULT_OPERATOR; an unknown key or role, a bad value, two senders of a role, two
 *          providers of a label: the message names it.
 * Limits:  STUDY_CONFIG_OCTETS_MAX of file, STUDY_PROVIDERS_MAX providers.
 * Owns:    all. Threads: read-only after loading.
 */
#pragma once

#include <stdint.h>

#include "study/auth_methods.h"

#define STUDY_CONFIG_OCTETS_MAX (1024 * 1024)
#define STUDY_PROVIDERS_MAX 1000

/* What the rua of a sender domain's DMARC record says. */
enum sender_role {
    SENDER_INTERNAL,    /* inside the organizational domain: F1, F3, F4 */
    SENDER_ACCEPTED,    /* outside, external destination verification (EDV) passes: F6 */
    SENDER_REFUSED,     /* outside, EDV fails: F7 */
    SENDER_OVERWRITTEN, /* outside, the EDV record gives another rua: F5, F8 */
    SENDER_ROLES
};
extern const char *const sender_role_names[SENDER_ROLES];

struct study_sender {
    char *domain;  /* NULL: the study has none of that role */
    char *mailbox; /* domain whose mailbox gets the reports */
};

struct study_provider {
    char *label;       /* first label of the test mails' sender: "gmailcom" */
    char *name;        /* for the table: "gmail.com" */
    char **submitters; /* under which it reports, canonical; the name among them */
};

struct study_config {
    char *path, *title;
    bool paper;              /* the semantics to show unless told otherwise */
    char *rspamd;            /* file; NULL: none */
    char **query_logs;       /* files; NULL: none */
    char *inboxes, *reports; /* folders; NULL: none */
    struct study_sender senders[SENDER_ROLES];
    char *edv_domain, *edv_receiver, *edv_redirect;
    char *spf_pass, *spf_fail, *rua, *ruf; /* local parts */
    char *selector_pass, *selector_fail;
    char *control_domain, *control_label; /* NULL: none */
    char **ignored;                       /* queries by name; never NULL */
    struct result_header *headers;
    size_t header_count;
    struct study_provider *providers; /* in the file's order */
    size_t provider_count;
};

struct study_config *study_config_load(const char *path, GError **error);
/* The same from octets; `path` is the file's name. */
struct study_config *study_config_parse(const char *path, struct span octets, GError **error);
void study_config_free(struct study_config *config); /* NULL is allowed */
typedef struct study_config StudyConfig;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StudyConfig, study_config_free)

const struct study_provider *study_config_provider(const struct study_config *config,
                                                   const char *label);
/* The provider's name that a submitter stands for, else the submitter itself. Borrowed. */
const char *study_config_submitter(const struct study_config *config, const char *submitter);
