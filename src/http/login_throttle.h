/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login_throttle - after some wrong passwords the next try has to wait
 *
 * Counted by name and address together (IPv4 /32, IPv6 /64): LOGIN_FREE tries, then 2, 4, 8 ...
 * seconds, at most LOGIN_WAIT_MAX. So who tries names from elsewhere locks nobody out. By address
 * alone, and by name alone, it is the same after LOGIN_FREE_ADDRESS and LOGIN_FREE_NAME; for a name
 * alone the wait is at most LOGIN_WAIT_NAME. Forgotten LOGIN_FORGET seconds after the last wrong
 * one.
 * Limits:  LOGIN_KEYS_MAX keys; over that the oldest is forgotten.
 * Threads: any.
 */
#pragma once

#include "base/ip.h"

#define LOGIN_FREE 5
#define LOGIN_FREE_ADDRESS 30 /* many people may share one */
#define LOGIN_FREE_NAME 100
#define LOGIN_WAIT_MAX 900
#define LOGIN_WAIT_NAME 30
#define LOGIN_FORGET 3600
#define LOGIN_KEYS_MAX 30000

struct login_throttle;

struct login_throttle *login_throttle_new(void);
void login_throttle_free(struct login_throttle *throttle); /* NULL is allowed */
/* Seconds to wait before a try is looked at; 0: now. */
unsigned login_throttle_wait(struct login_throttle *throttle, const struct ip *ip,
                             const char *name);
void login_throttle_failed(struct login_throttle *throttle, const struct ip *ip, const char *name);
/* The name is forgiven at this address; the address is not (it may own one account and try others),
 * nor is the name elsewhere. */
void login_throttle_passed(struct login_throttle *throttle, const struct ip *ip, const char *name);
