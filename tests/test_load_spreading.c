/* test_load_spreading.c - the prices that even out the number of tasks. */
#include <criterion/criterion.h>

#include "costmodels/cost_model.h"

Test(load_spreading, every_task_more_costs_more)
{
    const struct cost_model *model = cost_model_find("load_spreading");
    struct machine_facts machine = {.up = true};
    cr_assert_eq(model->machine_unit(&machine, 0), 0);
    for (uint32_t k = 0; k < 1000; k++)
        cr_assert_gt(model->machine_unit(&machine, k + 1), model->machine_unit(&machine, k));
    cr_assert_lt(model->machine_unit(&machine, UINT32_MAX), COST_MODEL_MAX);
}

Test(load_spreading, any_place_is_better_than_waiting)
{
    const struct cost_model *model = cost_model_find("load_spreading");
    struct task_facts task = {.machine = NONE};
    struct cluster_facts cluster = {0};
    struct machine_facts machine = {.up = true};
    cr_assert_gt(model->waiting(&task, &cluster), model->machine_unit(&machine, 1000));
}

Test(load_spreading, the_table_finds_models_by_name)
{
    cr_assert_null(cost_model_find("octopus"));
    for (uint32_t i = 0; i < cost_model_count(); i++)
        cr_assert_eq(cost_model_find(cost_model_at(i)->name), cost_model_at(i));
}
