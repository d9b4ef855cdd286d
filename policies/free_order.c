/* free_order.c - see free_order.h. */
#include "policies/free_order.h"

#include "base/memory.h"

#define LEAVES_MIN 64

static const struct free_order_node nothing = {-1, {.amount = {-1, -1, -1, -1}}};

void free_order_init(struct free_order *order)
{
    *order = (struct free_order){0};
}

void free_order_free(struct free_order *order)
{
    memory_free(order->nodes);
    id_list_free(&order->passed);
    free_order_init(order);
}

int64_t free_order_key(const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    double sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (facts->capacity.amount[r] > 0)
            sum += (double)plan->rooms[machine].free.amount[r] / (double)facts->capacity.amount[r];
    return facts->up ? (int64_t)(sum * RESOURCE_UNIT) : nothing.key;
}

static void pull(struct free_order *order, uint32_t node)
{
    struct free_order_node *n = &order->nodes[node];
    const struct free_order_node *left = &order->nodes[2 * node];
    const struct free_order_node *right = &order->nodes[2 * node + 1];
    *n = *left;
    if (right->key > n->key)
        n->key = right->key;
    resources_raise(&n->most, &right->most);
}

static void set_leaf(struct free_order *order, const struct cluster *cluster,
                     const struct plan *plan, uint32_t machine)
{
    struct free_order_node *leaf = &order->nodes[order->leaves + machine];
    *leaf = nothing;
    if (!cluster->machine_facts[machine].up)
        return;
    leaf->key = free_order_key(cluster, plan, machine);
    leaf->most = plan->rooms[machine].free;
}

static void build(struct free_order *order, const struct cluster *cluster, const struct plan *plan)
{
    if (order->leaves < plan->machine_count) {
        uint32_t leaves = order->leaves ? order->leaves : LEAVES_MIN;
        while (leaves < plan->machine_count)
            leaves *= 2;
        memory_free(order->nodes);
        order->nodes = memory_alloc(2 * (size_t)leaves * sizeof *order->nodes);
        order->leaves = leaves;
        for (uint32_t leaf = 0; leaf < leaves; leaf++)
            order->nodes[leaves + leaf] = nothing;
    }
    for (uint32_t m = 0; m < plan->machine_count; m++)
        set_leaf(order, cluster, plan, m);
    for (uint32_t node = order->leaves; node-- > 1;)
        pull(order, node);
}

static void pull_above(struct free_order *order, uint32_t machine)
{
    for (uint32_t node = (order->leaves + machine) / 2; node > 0; node /= 2)
        pull(order, node);
}

void free_order_begin(struct free_order *order, const struct cluster *cluster,
                      const struct plan *plan)
{
    uint64_t changed = plan->log_count - order->seen + order->passed.count;
    if (order->leaves < plan->machine_count || changed > plan->machine_count / 8) {
        build(order, cluster, plan);
        order->seen = plan->log_count;
        order->passed.count = 0;
    }
    while (order->seen < plan->log_count)
        id_list_add(&order->passed, plan->log[order->seen++ % plan->log_room]);
    while (order->passed.count > 0) {
        uint32_t machine = order->passed.ids[--order->passed.count];
        set_leaf(order, cluster, plan, machine);
        pull_above(order, machine);
    }
}

void free_order_pass(struct free_order *order, uint32_t machine)
{
    order->nodes[order->leaves + machine] = nothing;
    pull_above(order, machine);
    id_list_add(&order->passed, machine);
}

/* What is looked for, and the best found so far. */
struct search {
    const struct free_order *order;
    const struct resources *demand;
    int64_t key;
    uint32_t machine;
};

/* Look below `node`, whose first leaf is machine `first` of `width`. */
static void look(struct search *search, uint32_t node, uint32_t first, uint32_t width)
{
    const struct free_order_node *n = &search->order->nodes[node];
    if (n->key < search->key || (n->key == search->key && first > search->machine) ||
        !resources_fit(search->demand, &n->most))
        return;
    if (width == 1) {
        search->key = n->key;
        search->machine = first;
        return;
    }
    uint32_t left = 2 * node, half = width / 2;
    if (search->order->nodes[left].key >= search->order->nodes[left + 1].key) {
        look(search, left, first, half);
        look(search, left + 1, first + half, half);
    } else {
        look(search, left + 1, first + half, half);
        look(search, left, first, half);
    }
}

uint32_t free_order_first(const struct free_order *order, const struct resources *demand)
{
    struct search search = {order, demand, nothing.key, NONE};
    if (order->leaves > 0)
        look(&search, 1, 0, order->leaves);
    return search.machine;
}
