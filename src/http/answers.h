/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers - the handlers of all routes (route.h), by module
 */
#pragma once

#include "http/route.h"

/* answer_login */
route_handler answer_login, answer_login_post, answer_logout_post, answer_account,
    answer_password_post;
/* answer_state: for machines */
route_handler answer_healthz, answer_metrics, answer_robots;
/* answer_file: style sheets, scripts, fonts */
route_handler answer_file;
/* answer_email: lists of mails */
route_handler answer_email;
/* answer_viewer: one mail */
route_handler answer_viewer, answer_source, answer_original, answer_type_post, answer_note_post;
/* answer_selection: selections with a name */
route_handler answer_selection_post, answer_selection_delete_post;
/* answer_graph: graphs and the map */
route_handler answer_graph, answer_graph_reported, answer_api_graph_live, answer_api_graph_reported,
    answer_map;
/* answer_overview */
route_handler answer_overview, answer_help;
/* answer_url */
route_handler answer_url, answer_one_url;
/* answer_network: networks, countries, patterns */
route_handler answer_networks, answer_network, answer_country, answer_campaigns, answer_campaign;
/* answer_held: the quarantine, and the audit table */
route_handler answer_held, answer_held_one, answer_audit;

/* answer_reparse: what is held is read again */
route_handler answer_held_post, answer_held_one_post;
/* answer_complaint: /reportemail */
route_handler answer_report, answer_report_post, answer_report_draft, answer_report_draft_post;
/* answer_outbox: what was queued and what became of it */
route_handler answer_outbox, answer_outbox_one, answer_outbox_post;
/* answer_contact: whom complaints went to */
route_handler answer_contact, answer_contact_post;
/* answer_tools: an address looked up, a URL followed */
route_handler answer_tools, answer_tools_post;
/* answer_spam: /reportspam */
route_handler answer_spam, answer_spam_post;
/* answer_study: kept runs of lafayette-study */
route_handler answer_study, answer_study_run, answer_study_cell, answer_study_result;
