/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact - tables contact, contactOptOut, contactWish and asn: whom to tell about abuse, who wants
 * no mail, and who wants it in another form
 *
 * Addresses are one text with commas (enrich/contact_address.h checks them; rows may have been
 * written by hand). Origins are the words of the column. Times are seconds since 1970, expires
 * CLOCK_UNKNOWN is never.
 * Errors and threads: as db.h.
 */
#pragma once

#include "base/ip.h"
#include "store/db.h"

#define CONTACT_EMAIL_CHARS_MAX 1000

/* A row of table contact; texts are borrowed until the call-back returns. */
struct contact_row {
    struct ip_range prefix;
    const char *origin;
    const char *email;
    int64_t checked, expires;
};
typedef void contact_row_found(void *user, const struct contact_row *row);

/* All rows whose prefix holds one of the addresses; a row may come twice, and some that hold none.
 * Each address costs as many keys as prefixes of it are told apart (IPv4 25, IPv6 113), many of
 * them shared, 2,000 a question. */
bool contact_read(struct db *db, const struct ip *ips, size_t count, contact_row_found *found,
                  void *user, GError **error);
/* All rows of an origin (NULL: of all), in order of their prefixes. */
bool contact_read_all(struct db *db, const char *origin, contact_row_found *found, void *user,
                      GError **error);

/* The addresses of an AS, NULL when there are none. Caller frees. */
bool contact_read_asn(struct db *db, uint32_t asn, char **email, GError **error);
typedef void contact_asn_found(void *user, uint32_t asn, const char *email);
/* Those of some AS, in one question. */
bool contact_read_asns_of(struct db *db, const uint32_t *asns, size_t count,
                          contact_asn_found *found, void *user, GError **error);
bool contact_read_asns(struct db *db, contact_asn_found *found, void *user, GError **error);
/* The AS of an address as earlier runs found it; 0: not known. */
bool contact_asn_of(struct db *db, const struct ip *ip, uint32_t *asn, GError **error);

/* Rows to be written, in one transaction; what is there already is replaced. */
struct contact_batch;
struct contact_batch *contact_batch_new(void);
void contact_batch_free(struct contact_batch *batch); /* NULL is allowed */
typedef struct contact_batch ContactBatch;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactBatch, contact_batch_free)
void contact_batch_add(struct contact_batch *batch, const struct contact_row *row);
void contact_batch_add_asn(struct contact_batch *batch, uint32_t asn, const char *email);
size_t contact_batch_count(const struct contact_batch *batch);
/* Writes and empties the batch. */
bool contact_batch_write(struct contact_batch *batch, struct db *db, GError **error);
/* Removes rows that ceased to hold before `before`; a person's never do. */
bool contact_purge(struct db *db, int64_t before, uint64_t *count, GError **error);

struct opt_out_row {
    const char *kind; /* "address", "domain", "asn" */
    const char *subject;
    const char *reason;
    int64_t since;
};
typedef void opt_out_found(void *user, const struct opt_out_row *row);
bool opt_out_read_all(struct db *db, opt_out_found *found, void *user, GError **error);
/* One that is there already keeps its time and gets the reason. */
bool opt_out_write(struct db *db, const struct opt_out_row *row, GError **error);
/* *there: it was there. */
bool opt_out_remove(struct db *db, const char *kind, const char *subject, bool *there,
                    GError **error);

struct wish_row {
    const char *kind;              /* "address", "domain" */
    const char *subject;           /* in lower case */
    const char *zip, *mail, *xarf; /* words of the columns; NULL: nothing is wished */
    int64_t since;
};
typedef void wish_found(void *user, const struct wish_row *row);
bool wish_read_all(struct db *db, wish_found *found, void *user, GError **error);
/* Those of one address: its own and its domain's. */
bool wish_read_of(struct db *db, const char *address, wish_found *found, void *user,
                  GError **error);
/* One that is there already is replaced but keeps its time; one without any word is removed. */
bool wish_write(struct db *db, const struct wish_row *row, GError **error);
