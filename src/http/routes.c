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

    { "/", ROLE_VIEWER, 0, answer_overview },
    { "/help", ROLE_VIEWER, 0, answer_help },
    { "/email", ROLE_VIEWER, 0, answer_email },
    { "/api/email", ROLE_VIEWER, 0, answer_email },
    { "/email/#", ROLE_VIEWER, 0, answer_viewer },
    { "/email/#/note", ROLE_ANALYST, ROUTE_POST, answer_note_post },
    { "/email/#/original.zip", ROLE_ANALYST, 0, answer_original },
    { "/email/id/#", ROLE_ANALYST, 0, answer_source },
    { "/email/graph", ROLE_VIEWER, 0, answer_graph },
    { "/email/graph/live", ROLE_VIEWER, 0, answer_graph },
    { "/email/graph/reported", ROLE_VIEWER, 0, answer_graph_reported },
    { "/api/graph/live", ROLE_VIEWER, 0, answer_api_graph_live },
    { "/api/graph/reported", ROLE_VIEWER, 0, answer_api_graph_reported },
    { "/email/map/**", ROLE_VIEWER, 0, answer_map },
    { "/api/map", ROLE_VIEWER, 0, answer_map },
    { "/email/**", ROLE_VIEWER, 0, answer_email },

    { "/selection", ROLE_VIEWER, ROUTE_POST, answer_selection_post },
    { "/selection/#/delete", ROLE_VIEWER, ROUTE_POST, answer_selection_delete_post },

    { "/url", ROLE_VIEWER, 0, answer_url },
    { "/api/url", ROLE_VIEWER, 0, answer_url },
    { "/url/#", ROLE_VIEWER, 0, answer_one_url },
    { "/url/**", ROLE_VIEWER, 0, answer_url },
    { "/network", ROLE_VIEWER, 0, answer_networks },
    { "/api/network", ROLE_VIEWER, 0, answer_networks },
    { "/network/#", ROLE_VIEWER, 0, answer_network },
    { "/country/*", ROLE_VIEWER, 0, answer_country },
    { "/campaign", ROLE_VIEWER, 0, answer_campaigns },
    { "/api/campaign", ROLE_VIEWER, 0, answer_campaigns },
    { "/campaign/#", ROLE_VIEWER, 0, answer_campaign },
    { "/quarantine", ROLE_ANALYST, 0, answer_held },
    { "/api/quarantine", ROLE_ANALYST, 0, answer_held },
    { "/quarantine/#", ROLE_ANALYST, 0, answer_held_one },
    { "/reportemail", ROLE_ANALYST, 0, answer_report },
    { "/reportemail", ROLE_ANALYST, ROUTE_POST, answer_report_post },
    { "/reportemail/#", ROLE_ANALYST, 0, answer_report_draft },
    { "/reportemail/#", ROLE_ANALYST, ROUTE_POST, answer_report_draft_post },
    { "/reportspam", ROLE_ANALYST, 0, answer_spam },
    { "/reportspam", ROLE_ANALYST, ROUTE_POST | ROUTE_LARGE, answer_spam_post },
    { "/outbox", ROLE_ANALYST, 0, answer_outbox },
    { "/api/outbox", ROLE_ANALYST, 0, answer_outbox },
    { "/outbox/#", ROLE_ANALYST, 0, answer_outbox_one },
    { "/outbox/#", ROLE_ANALYST, ROUTE_POST, answer_outbox_post },
    { "/contact/*", ROLE_ANALYST, 0, answer_contact },
    { "/tools", ROLE_ANALYST, 0, answer_tools },
    { "/tools", ROLE_ANALYST, ROUTE_POST, answer_tools_post },
    { "/audit", ROLE_ADMIN, 0, answer_audit },
};
/* clang-format on */
const size_t route_count = G_N_ELEMENTS(routes);
