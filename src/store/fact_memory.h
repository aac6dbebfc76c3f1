/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_memory - what is known of addresses and hosts, kept by a writer from batch to batch
 *
 * A fact is taken from memory until it expires; that nothing is known is kept for half a minute,
 * for another program may find it out.
 * Limits:  FACT_MEMORY_ENTRIES addresses and as many hosts; then all is forgotten and read anew.
 * Errors:  as db.h. Threads: one memory, one thread.
 */
#pragma once

#include "store/fact_read.h"

#define FACT_MEMORY_ENTRIES 100000

struct fact_memory;

/* `wants` is copied; what it points to is borrowed. */
struct fact_memory *fact_memory_new(const struct fact_wants *wants);
void fact_memory_free(struct fact_memory *memory); /* NULL is allowed */
const struct fact_wants *fact_memory_wants(const struct fact_memory *memory);

/* Begins a batch: pointers given out before are void. */
void fact_memory_begin(struct fact_memory *memory);
/* Mails that arrived before are neither told anything nor looked up. */
int64_t fact_memory_since(const struct fact_memory *memory);

/* What is asked for next. */
void fact_memory_want_ip(struct fact_memory *memory, const struct ip *ip);
void fact_memory_want_host(struct fact_memory *memory, int64_t domain_id);
/* Reads what is wanted and not in memory. */
bool fact_memory_load(struct fact_memory *memory, struct db *db, GError **error);

/* What is known, or NULL when nothing is or it was not wanted; lives until fact_memory_begin(). */
const struct known_ip *fact_memory_ip(const struct fact_memory *memory, const struct ip *ip);
const struct known_host *fact_memory_host(const struct fact_memory *memory, int64_t domain_id);
