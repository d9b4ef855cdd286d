/* test_machine_log.c - from states of machines to the changes between them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "traces/machine_log.h"

static struct machine_log machine_log;

static void start_at_ten(void)
{
    machine_log_init(&machine_log, 10);
}

static void release(void)
{
    machine_log_free(&machine_log);
}

TestSuite(machine_log, .init = start_at_ten, .fini = release);

static bool set(uint32_t machine, int64_t time_us, int64_t cpu, bool schedulable)
{
    struct resources capacity = {{cpu}};
    return machine_log_set(&machine_log, machine, time_us, &capacity, schedulable);
}

/* "10 machine_added 0 cpu=4;...": the changes of the finished log, with "!" after the cpu
 * if the machine takes no task. */
static const char *changes(void)
{
    static char text[1024];
    size_t size = 0;
    text[0] = '\0';
    machine_log_finish(&machine_log);
    for (uint32_t i = 0; i < machine_log.change_count; i++) {
        const struct machine_change *change = &machine_log.changes[i];
        size += (size_t)snprintf(text + size, sizeof text - size, "%d %s %u cpu=%d%s;",
                                 (int)change->time_us, event_kind_name(change->kind) + 8,
                                 change->machine, (int)change->capacity.amount[RESOURCE_CPU],
                                 change->unschedulable ? "!" : "");
    }
    return text;
}

Test(machine_log, what_was_before_the_window_is_added_at_its_start)
{
    cr_assert(set(1, 0, 4, true));
    cr_assert(set(0, 2, 4, true));
    cr_assert(set(1, 5, 8, true));
    cr_assert(set(2, 6, 4, true));
    cr_assert(machine_log_remove(&machine_log, 2, 7));
    cr_assert(set(3, 12, 1, true));
    cr_assert_str_eq(changes(), "10 added 0 cpu=4;10 added 1 cpu=8;12 added 3 cpu=1;");
}

Test(machine_log, a_log_that_ends_before_the_window_starts_still_adds_its_machines)
{
    set(0, 1, 4, true);
    cr_assert_str_eq(changes(), "10 added 0 cpu=4;");
}

Test(machine_log, only_what_differs_is_noted)
{
    cr_assert(set(0, 10, 4, true));
    cr_assert_not(set(0, 11, 4, true));
    cr_assert(set(0, 12, 5, true));
    cr_assert_not(machine_log_remove(&machine_log, 1, 13));
    cr_assert(machine_log_remove(&machine_log, 0, 14));
    cr_assert_not(machine_log_remove(&machine_log, 0, 15));
    cr_assert(set(0, 16, 2, true));
    cr_assert_str_eq(changes(), "10 added 0 cpu=4;12 updated 0 cpu=5;14 removed 0 cpu=0!;"
                                "16 added 0 cpu=2;");
}

Test(machine_log, a_machine_out_of_use_drains_and_comes_back)
{
    set(0, 10, 4, true);
    set(0, 11, 4, false);
    set(0, 12, 6, false);
    set(0, 13, 6, true);
    cr_assert_str_eq(changes(), "10 added 0 cpu=4;11 drained 0 cpu=4!;13 added 0 cpu=6;");
}

Test(machine_log, one_without_capacity_is_replaced_when_it_is_told)
{
    set(0, 10, 0, false);
    set(0, 12, 6, true);
    cr_assert_str_eq(changes(), "10 added 0 cpu=0!;12 removed 0 cpu=6;12 added 0 cpu=6;");
}

Test(machine_log, usable_machines_are_there_and_take_tasks)
{
    set(0, 10, 4, true);
    set(1, 10, 0, false);
    set(2, 10, 4, true);
    machine_log_remove(&machine_log, 2, 11);
    machine_log_finish(&machine_log);
    bool usable[3] = {false};
    machine_log_usable_at(&machine_log, 10, usable);
    cr_assert(usable[0] && !usable[1] && usable[2]);
    machine_log_usable_at(&machine_log, 11, usable);
    cr_assert(usable[0] && !usable[1] && !usable[2]);
}
