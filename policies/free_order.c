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

void free_order_follow(struct free_order *order, const struct cluster *cluster,
                       const struct plan *plan)
{
    if (order->leaves < plan->machine_count ||
        plan->log_count - order->seen > plan->machine_count / 8) {
        build(order, cluster, plan);
        order->seen = plan->log_count;
    }
    for (; order->seen < plan->log_count; order->seen++) {
        uint32_t machine = plan->log[order->seen % plan->log_room];
        set_leaf(order, cluster, plan, machine);
        for (uint32_t node = (order->leaves + machine) / 2; node > 0; node /= 2)
            pull(order, node);
    }
}

/* What is looked for, and the best found so far. */
struct search {
    const struct free_order *order;
    const struct resources *demand;
    int64_t after_key, key;
    uint32_t after_machine, machine;
};

/* Look below `node`, whose first leaf is machine `first` of `width`. */
static void look(struct search *search, uint32_t node, uint32_t first, uint32_t width)
{
    const struct free_order_node *n = &search->order->nodes[node];
    if (n->key < search->key || (n->key == search->key && first > search->machine) ||
        !resources_fit(search->demand, &n->most))
        return;
    if (width > 1) {
        uint32_t half = width / 2;
        bool right_first =
            search->order->nodes[2 * node + 1].key > search->order->nodes[2 * node].key;
        look(search, 2 * node + right_first, first + (right_first ? half : 0), half);
        look(search, 2 * node + !right_first, first + (right_first ? 0 : half), half);
        return;
    }
    if (n->key < search->after_key ||
        (n->key == search->after_key && first > search->after_machine)) {
        search->key = n->key;
        search->machine = first;
    }
}

uint32_t free_order_next(const struct free_order *order, const struct resources *demand,
                         int64_t after_key, uint32_t after_machine)
{
    struct search search = {order, demand, after_key, nothing.key, after_machine, NONE};
    if (order->leaves > 0)
        look(&search, 1, 0, order->leaves);
    return search.machine;
}
