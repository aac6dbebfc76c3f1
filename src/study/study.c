/* SPDX-License-Identifier: Apache-2.0 */
#include "study/study.h"

#include "base/domain.h"
#include "base/text.h"

static void
member_free(void *item)
{
    struct study_member *member = item;
    g_free(member->label);
    g_free(member->name);
    g_free(member->rcpt_domain);
    g_free(member);
}

/* The names whose queries decide the columns of a label (study of CoNEXT'24). */
static void
add_names(struct study *study, const char *label)
{
    const struct study_config *config = study->config;
    const char *internal = config->senders[SENDER_INTERNAL].domain;
    if (internal != NULL) {
        g_autofree char *host = g_strdup_printf("%s.%s", label, internal);
        g_autofree char *exists = g_strdup_printf("%s._spf.%s", config->spf_pass, host);
        g_autofree char *key = g_strdup_printf("%s._domainkey.%s", config->selector_pass, host);
        g_autofree char *policy = g_strdup_printf("_dmarc.%s", host);
        query_names_add(study->queries.names, host, label, DNS_SPF_TXT);
        query_names_add(study->queries.names, exists, label, DNS_SPF_EXIST);
        query_names_add(study->queries.names, key, label, DNS_DKIM_TXT);
        query_names_add(study->queries.names, policy, label, DNS_DMARC_TXT);
    }
    if (config->edv_domain != NULL) {
        g_autofree char *verify = g_strdup_printf("%s.%s._report._dmarc.%s", label,
                                                  config->edv_domain, config->edv_receiver);
        query_names_add(study->queries.names, verify, label, DNS_EDV);
    }
}

struct study *
study_new(const struct study_config *config)
{
    struct study *study = g_new0(struct study, 1);
    study->config = config;
    problems_init(&study->problems);
    study->members = g_ptr_array_new_with_free_func(member_free);
    study->labels = g_hash_table_new(g_str_hash, g_str_equal);
    study->queries = (struct query_scan){ .names = query_names_new(),
                                          .ignored = config->ignored,
                                          .problems = &study->problems };
    inbox_scan_init(&study->inboxes, config, &study->problems);
    report_folder_init(&study->reports, &study->problems);
    for (size_t i = 0; i < config->provider_count; i++)
        add_names(study, config->providers[i].label);
    if (config->control_label != NULL)
        add_names(study, config->control_label);
    return study;
}

void
study_free(struct study *study)
{
    if (study == NULL)
        return;
    query_names_free(study->queries.names);
    inbox_scan_clear(&study->inboxes);
    report_folder_clear(&study->reports);
    problems_clear(&study->problems);
    g_hash_table_unref(study->labels);
    g_ptr_array_unref(study->members);
    g_free(study);
}

struct test_mail_words
study_words(const struct study_config *config)
{
    return (struct test_mail_words){ config->spf_pass, config->spf_fail, config->selector_fail };
}

/* Names go to terminals and pages as they are. */
static char *
plain_name(const char *name)
{
    char *domain = domain_canonical(span_of(name));
    return domain != NULL ? domain : text_masked(span_of(name), DOMAIN_OCTETS_MAX);
}

static struct study_member *
add_member(struct study *study, const char *label, const char *name)
{
    const struct study_provider *known = study_config_provider(study->config, label);
    struct study_member *member = g_new0(struct study_member, 1);
    member->label = g_strdup(label);
    member->name = known != NULL ? g_strdup(known->name) : plain_name(name);
    member->rcpt_domain = g_strdup(name);
    member->in_config = known != NULL;
    g_ptr_array_add(study->members, member);
    g_hash_table_insert(study->labels, member->label, member);
    return member;
}

struct history_reading {
    struct study *study;
    history_scan_row *row;
    void *user;
};

static bool
is_control(const struct study_config *config, const struct test_mail *mail)
{
    return config->control_label != NULL &&
           (strcmp(mail->label, config->control_label) == 0 ||
            strcmp(mail->rcpt_domain, config->control_domain) == 0);
}

static void
take_test_mail(struct study *study, const struct test_mail *mail, const char *where)
{
    struct study_member *member = g_hash_table_lookup(study->labels, mail->label);
    study->test_mails++;
    if (is_control(study->config, mail))
        return;
    if (member == NULL && study->members->len >= STUDY_PROVIDERS_MAX) {
        problems_add(&study->problems, PROBLEM_HISTORY_ROW, where, "too many providers");
        return;
    }
    if (member == NULL)
        member = add_member(study, mail->label, mail->rcpt_domain);
    member->test_mails++;
    if (!member->in_config && strcmp(member->rcpt_domain, mail->rcpt_domain) != 0)
        problems_add(&study->problems, PROBLEM_HISTORY_ROW, where,
                     "the label went to another domain before; the first one stays");
}

static void
take_history_row(void *user, const struct history_row *row, const char *where)
{
    struct history_reading *reading = user;
    struct test_mail_words words = study_words(reading->study->config);
    struct test_mail mail;
    if (!test_mail_read(row, &words, &mail))
        return;
    take_test_mail(reading->study, &mail, where);
    test_mail_clear(&mail);
    if (reading->row != NULL)
        reading->row(reading->user, row, where);
}

bool
study_read_history(struct study *study, const char *path, struct progress *progress,
                   history_scan_row *row, void *user, GError **error)
{
    struct history_reading reading = { study, row, user };
    struct history_scan scan = { .row = take_history_row,
                                 .user = &reading,
                                 .problems = &study->problems,
                                 .progress = progress };
    study->history_read = true;
    if (!history_scan_file(&scan, path, error))
        return false;
    study->history_rows += scan.rows;
    study->history_broken += scan.broken;
    return true;
}

bool
study_read_query_log(struct study *study, const char *path, struct progress *progress,
                     GError **error)
{
    study->queries_read = true;
    study->queries.progress = progress;
    return query_scan_file(&study->queries, path, error);
}

bool
study_read_inboxes(struct study *study, const char *path, struct progress *progress, GError **error)
{
    study->inboxes_read = true;
    study->inboxes.progress = progress;
    return inbox_scan_folder(&study->inboxes, path, error);
}

bool
study_read_reports(struct study *study, const char *path, struct progress *progress, GError **error)
{
    study->reports_read = true;
    study->reports.progress = progress;
    return report_folder_read(&study->reports, path, error);
}

static gint
compare_members(gconstpointer a, gconstpointer b)
{
    const struct study_member *left = *(const struct study_member *const *)a;
    const struct study_member *right = *(const struct study_member *const *)b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->label, right->label);
}

void
study_join(struct study *study)
{
    const struct study_config *config = study->config;
    for (size_t i = 0; !study->history_read && i < config->provider_count; i++)
        add_member(study, config->providers[i].label, config->providers[i].name);
    g_ptr_array_sort(study->members, compare_members);
}
