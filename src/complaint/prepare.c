/* SPDX-License-Identifier: Apache-2.0 */
/* The first step: the mails, whom their networks want told, and doubts. */
#include "complaint/prepare.h"

#include <string.h>

#include "complaint/complaint_form.h"
#include "ingest/contact_gather.h"

/* --- sources and their contacts --- */

static void
free_source(void *one)
{
    struct prepared_source *source = one;
    contact_choice_clear(&source->choice);
    g_free(source);
}

static bool
choose_all(const struct prepared_mails *mails, struct contact_find *find, struct db *db,
           const struct config *config, GError **error)
{
    guint count = mails->sources->len;
    g_autofree struct ip *ips = g_new0(struct ip, count + 1);
    g_autofree uint32_t *asns = g_new0(uint32_t, count + 1);
    bool good;
    for (guint i = 0; i < count; i++) {
        const struct prepared_source *source = g_ptr_array_index(mails->sources, i);
        ips[i] = source->ip;
        asns[i] = source->asn;
    }
    g_autoptr(ContactGathering) gathering =
        contact_gather(config, db, find, ips, asns, count, error);
    good = gathering != NULL;
    for (guint i = 0; good && i < count; i++) {
        struct prepared_source *source = g_ptr_array_index(mails->sources, i);
        good = contact_gathering_choose(gathering, db, &source->ip, source->asn, &source->choice,
                                        error);
    }
    return good;
}

static void
find_sources(struct prepared_mails *mails)
{
    g_autoptr(GHashTable) by_ip = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < mails->rows->count; i++) {
        const struct email_row *row = &mails->rows->rows[i];
        struct prepared_source *source;
        struct ip ip;
        if (row->source_ip == NULL || row->source_special ||
            !ip_parse(span_of(row->source_ip), &ip))
            continue;
        source = g_hash_table_lookup(by_ip, row->source_ip);
        if (source == NULL) {
            source = g_new0(struct prepared_source, 1);
            source->ip = ip;
            source->asn = row->source_asn;
            g_ptr_array_add(mails->sources, source);
            g_hash_table_insert(by_ip, (void *)(uintptr_t)row->source_ip, source);
        }
        mails->mails[i].source = source;
    }
}

/* --- doubts --- */

static const char *
obstacle_of(const struct prepared_mail *mail)
{
    if (mail->row->source_ip == NULL)
        return "no source address is known";
    if (mail->row->source_special)
        return "the source is a special-purpose address: nobody is to be told";
    return NULL;
}

/* In the order in which a person would object. */
static const char *
doubt_of(const struct prepared_mail *mail)
{
    const struct email_row *row = mail->row;
    if (mail->obstacle != NULL)
        return mail->obstacle;
    if (row->reported)
        return "reported already";
    if (strcmp(row->email_type, "normal") != 0)
        return "an answer of a machine: its sender was misused too";
    if (g_strcmp0(row->feedback_type, "not-spam") == 0)
        return "its report says that it is no spam";
    if (row->likely_genuine)
        return "likely genuine";
    if (!row->ip_proven)
        return "the source address is not proven";
    if (!row->report_trusted)
        return "known from one report only, which nobody authenticated";
    return NULL;
}

struct prepared_mails *
prepare_mails(struct db *db, const struct config *config, struct contact_find *find,
              const int64_t *ids, size_t count, GError **error)
{
    g_autoptr(PreparedMails) mails = g_new0(struct prepared_mails, 1);
    mails->sources = g_ptr_array_new_with_free_func(free_source);
    if (count > PREPARE_MAILS_MAX) {
        g_set_error(error, FAULT, FAULT_REJECT, "%zu mails are too many at once; the most is %d",
                    count, PREPARE_MAILS_MAX);
        return NULL;
    }
    mails->rows = email_rows_by_ids(db, ids, count, EMAIL_ROWS_LINKS, error);
    if (mails->rows == NULL)
        return NULL;
    mails->mails = g_new0(struct prepared_mail, mails->rows->count + 1);
    for (size_t i = 0; i < mails->rows->count; i++)
        mails->mails[i].row = &mails->rows->rows[i];
    find_sources(mails);
    for (size_t i = 0; i < mails->rows->count; i++) {
        mails->mails[i].obstacle = obstacle_of(&mails->mails[i]);
        mails->mails[i].doubt = doubt_of(&mails->mails[i]);
    }
    mails->wishes = complaint_form_wishes(db, error);
    if (mails->wishes == NULL || !choose_all(mails, find, db, config, error))
        return NULL;
    return g_steal_pointer(&mails);
}

void
prepared_mails_free(struct prepared_mails *mails)
{
    if (mails == NULL)
        return;
    email_rows_free(mails->rows);
    g_ptr_array_unref(mails->sources);
    contact_wishes_free(mails->wishes);
    g_free(mails->mails);
    g_free(mails);
}
