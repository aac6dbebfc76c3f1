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
route_handler answer_viewer, answer_source, answer_note_post;
