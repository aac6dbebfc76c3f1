/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_answer - one request answered: route, person, rights, handler, errors
 */
#pragma once

#include "http/site_parts.h"
#include "http/visit.h"

/* A worker's own: its connection, opened when first needed, and anew when the site has changed. */
struct site_worker {
    struct db *db;
    struct site *site; /* whose settings the connection was opened with; a reference */
};

void site_answer(struct site_host *host, struct site *site, struct site_worker *worker,
                 struct request *request);
