/* SPDX-License-Identifier: Apache-2.0 */
#include "store/arrival.h"

#include "base/clock.h"

#define DAY 86400
#define DAYS_EARLIER 30
#define DAYS_LATER 1

bool
arrival_is_date(int64_t when)
{
    return when >= 0 && when <= CLOCK_MAX;
}

int64_t
arrival_counted(int64_t claimed, int64_t received, bool *doubted)
{
    *doubted = !arrival_is_date(claimed) || claimed < received - DAYS_EARLIER * DAY ||
               claimed > received + DAYS_LATER * DAY;
    return *doubted ? received : claimed;
}
