/* standings.c - see standings.h. */
#include "replay/standings.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"

void standings_init(struct standings *standings)
{
    *standings = (struct standings){.root = NONE};
}

void standings_free(struct standings *standings)
{
    memory_free(standings->nodes);
    standings_init(standings);
}

static void add(struct standing_sums *sums, const struct standing_sums *more)
{
    sums->count += more->count;
    sums->keys += more->keys;
    sums->squares += more->squares;
    sums->parts += more->parts;
    sums->weights += more->weights;
}

static struct standing_sums own_sums(const struct standing_node *node)
{
    return (struct standing_sums){.count = 1,
                                  .keys = node->key,
                                  .squares = node->key * node->key,
                                  .parts = node->item.part,
                                  .weights = node->item.weight};
}

static void sum_up(struct standings *standings, uint32_t v)
{
    struct standing_node *node = &standings->nodes[v];
    node->sums = own_sums(node);
    if (node->left != NONE)
        add(&node->sums, &standings->nodes[node->left].sums);
    if (node->right != NONE)
        add(&node->sums, &standings->nodes[node->right].sums);
}

/* Does node v come before the key of id? */
static bool before(const struct standings *standings, uint32_t v, double key, uint32_t id)
{
    const struct standing_node *node = &standings->nodes[v];
    return node->key < key || (node->key == key && v < id);
}

/* What of v's subtree comes before id becomes *left, the rest *right. */
static void split(struct standings *standings, uint32_t v, uint32_t id, uint32_t *left,
                  uint32_t *right)
{
    if (v == NONE) {
        *left = *right = NONE;
        return;
    }
    struct standing_node *node = &standings->nodes[v];
    if (before(standings, v, standings->nodes[id].key, id)) {
        *left = v;
        split(standings, node->right, id, &node->right, right);
    } else {
        *right = v;
        split(standings, node->left, id, left, &node->left);
    }
    sum_up(standings, v);
}

/* One tree of two, all of `left` before all of `right`. */
static uint32_t merge(struct standings *standings, uint32_t left, uint32_t right)
{
    if (left == NONE || right == NONE)
        return left == NONE ? right : left;
    struct standing_node *first = &standings->nodes[left];
    struct standing_node *last = &standings->nodes[right];
    bool left_on_top = first->priority > last->priority;
    if (left_on_top)
        first->right = merge(standings, first->right, right);
    else
        last->left = merge(standings, left, last->left);
    uint32_t top = left_on_top ? left : right;
    sum_up(standings, top);
    return top;
}

/* The subtree of v without id, which is in it. */
static uint32_t without(struct standings *standings, uint32_t v, uint32_t id)
{
    ASSERT(v != NONE);
    struct standing_node *node = &standings->nodes[v];
    if (v == id)
        return merge(standings, node->left, node->right);
    if (before(standings, v, standings->nodes[id].key, id))
        node->right = without(standings, node->right, id);
    else
        node->left = without(standings, node->left, id);
    sum_up(standings, v);
    return v;
}

void standings_put(struct standings *standings, uint32_t id, struct standing item)
{
    ASSERT(item.weight > 0);
    standings_remove(standings, id);
    array_reserve(standings->nodes, standings->room, id + 1);
    standings->nodes[id] = (struct standing_node){.item = item,
                                                  .key = item.part / item.weight,
                                                  .priority = random_mix(0, id),
                                                  .left = NONE,
                                                  .right = NONE,
                                                  .present = true};
    sum_up(standings, id);
    uint32_t left;
    uint32_t right;
    split(standings, standings->root, id, &left, &right);
    standings->root = merge(standings, merge(standings, left, id), right);
}

void standings_remove(struct standings *standings, uint32_t id)
{
    if (id >= standings->room || !standings->nodes[id].present)
        return;
    standings->root = without(standings, standings->root, id);
    standings->nodes[id].present = false;
}

struct standing_sums standings_all(const struct standings *standings)
{
    return standings->root == NONE ? (struct standing_sums){0}
                                   : standings->nodes[standings->root].sums;
}

struct standing_sums standings_below(const struct standings *standings, double bound)
{
    struct standing_sums sums = {0};
    uint32_t v = standings->root;
    while (v != NONE) {
        const struct standing_node *node = &standings->nodes[v];
        if (node->key >= bound) {
            v = node->left;
            continue;
        }
        struct standing_sums own = own_sums(node);
        add(&sums, &own);
        if (node->left != NONE)
            add(&sums, &standings->nodes[node->left].sums);
        v = node->right;
    }
    return sums;
}

double standings_least(const struct standings *standings)
{
    ASSERT(standings->root != NONE);
    uint32_t v = standings->root;
    while (standings->nodes[v].left != NONE)
        v = standings->nodes[v].left;
    return standings->nodes[v].key;
}

double standings_most(const struct standings *standings)
{
    ASSERT(standings->root != NONE);
    uint32_t v = standings->root;
    while (standings->nodes[v].right != NONE)
        v = standings->nodes[v].right;
    return standings->nodes[v].key;
}
