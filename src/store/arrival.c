/* SPDX-License-Identifier: Apache-2.0 */
#include "store/arrival.h"

#include "base/clock.h"

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
    *doubted = !arrival_is_date(claimed) || claimed < received - DAYS_EARLIER * CLOCK_DAY_S ||
               claimed > received + DAYS_LATER * CLOCK_DAY_S;
    return *doubted ? received : claimed;
}
