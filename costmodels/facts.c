/* facts.c - see facts.h. */
#include "costmodels/facts.h"

struct resources task_facts_charge(const struct task_facts *task)
{
    struct resources charge = task->demand;
    if (task->suspended)
        charge.amount[RESOURCE_CPU] = 0;
    return charge;
}
