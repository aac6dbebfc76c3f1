/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all pages. */
#include "http/answers.h"

/* clang-format off */
const struct route routes[] = {
    { "/healthz", ROLE_NOBODY, ROUTE_QUICK | ROUTE_DATABASE, answer_healthz },
    { "/metrics", ROLE_NOBODY, ROUTE_QUICK, answer_metrics },
    { "/robots.txt", ROLE_NOBODY, ROUTE_QUICK, answer_robots },
    { "/static/**", ROLE_NOBODY, ROUTE_QUICK, answer_file },

    { "/login", ROLE_NOBODY, 0, answer_login },
    { "/login", ROLE_NOBODY, ROUTE_POST | ROUTE_OPEN, answer_login_post },
    { "/logout", ROLE_VIEWER, ROUTE_POST, answer_logout_post },
    { "/account", ROLE_VIEWER, 0, answer_account },
    { "/account/password", ROLE_VIEWER, ROUTE_POST, answer_password_post },

    { "/email", ROLE_VIEWER, 0, answer_email },
    { "/api/email", ROLE_VIEWER, 0, answer_email },
    { "/email/#", ROLE_VIEWER, 0, answer_viewer },
    { "/email/#/note", ROLE_ANALYST, ROUTE_POST, answer_note_post },
    { "/email/id/#", ROLE_ANALYST, 0, answer_source },
    { "/email/**", ROLE_VIEWER, 0, answer_email },
};
/* clang-format on */
const size_t route_count = G_N_ELEMENTS(routes);
