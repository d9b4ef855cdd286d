/* proxies.c - see proxies.h. */
#include "replay/proxies.h"

#include "base/memory.h"

#define PERCENT (RESOURCE_UNIT / 100)

struct step {
    int64_t above; /* this utilisation, in percent */
    int64_t risk[STEP_TABLE_COUNT];
};

static const struct step steps[] = {
    {95, {40, 35}}, {90, {25, 22}}, {85, {15, 12}}, {80, {10, 5}}, {75, {6, 2}}, {-1, {2, 2}},
};

void proxies_free(struct proxies *proxies)
{
    memory_free(proxies->machines);
    *proxies = (struct proxies){0};
}

int64_t proxy_step(enum step_table table, int64_t share)
{
    const struct step *step = steps;
    while (share <= step->above * PERCENT)
        step++;
    return step->risk[table];
}

static struct proxy_values values_now(const struct proxies *proxies,
                                      const struct utilisation *utilisation)
{
    struct proxy_values values = {.utilisation_mean = utilisation_mean_now(utilisation),
                                  .utilisation_std = utilisation_deviation_now(utilisation)};
    for (int table = 0; table < STEP_TABLE_COUNT; table++)
        values.step_risk[table] =
            ratio_of((double)proxies->risk[table] / 100, (double)proxies->running);
    return values;
}

void proxies_advance(struct proxies *proxies, const struct utilisation *utilisation,
                     int64_t duration_us)
{
    if (proxies->arrived)
        proxies->at_last_arrival = values_now(proxies, utilisation);
    proxies->arrived = false;
    proxies->running_time += (wide_t)proxies->running * duration_us;
    for (int table = 0; table < STEP_TABLE_COUNT; table++)
        proxies->risk_time[table] += (wide_t)proxies->risk[table] * duration_us;
}

void proxies_arrival(struct proxies *proxies)
{
    proxies->arrived = true;
}

void proxies_machine(struct proxies *proxies, const struct cluster *cluster, uint32_t machine)
{
    array_reserve(proxies->machines, proxies->room, machine + 1);
    struct proxy_share *known = &proxies->machines[machine];
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    int64_t share = resources_dominant_share(&facts->used, &facts->capacity);
    struct proxy_share now = {.running = facts->running};
    proxies->running += (int64_t)now.running - known->running;
    for (int table = 0; table < STEP_TABLE_COUNT; table++) {
        now.risk[table] = now.running * proxy_step((enum step_table)table, share);
        proxies->risk[table] += now.risk[table] - known->risk[table];
    }
    *known = now;
}

struct proxy_values proxies_at_last_arrival(const struct proxies *proxies,
                                            const struct utilisation *utilisation)
{
    if (proxies->arrived)
        return values_now(proxies, utilisation);
    if (utilisation->arrived)
        return proxies->at_last_arrival;
    return (struct proxy_values){NAN, NAN, {NAN, NAN}};
}

struct proxy_values proxies_over_time(const struct proxies *proxies,
                                      const struct utilisation *utilisation)
{
    struct proxy_values values = {
        .utilisation_mean = utilisation_whole(utilisation).dominant,
        .utilisation_std = utilisation_imbalance(utilisation),
    };
    for (int table = 0; table < STEP_TABLE_COUNT; table++)
        values.step_risk[table] =
            ratio_of((double)proxies->risk_time[table] / 100, (double)proxies->running_time);
    return values;
}
