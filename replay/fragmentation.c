/* fragmentation.c - see fragmentation.h. */
#include "replay/fragmentation.h"

#include "base/memory.h"
#include "base/random.h"
#include "costmodels/room.h"

void fragmentation_init(struct fragmentation *fragmentation)
{
    *fragmentation = (struct fragmentation){0};
    id_chains_init(&fragmentation->kind_ids);
}

void fragmentation_free(struct fragmentation *fragmentation)
{
    memory_free(fragmentation->kinds);
    memory_free(fragmentation->shares);
    id_chains_free(&fragmentation->kind_ids);
    fragmentation_init(fragmentation);
}

static const struct demand_kind *kind_of(const struct fragmentation *f, uint32_t h)
{
    return &f->kinds[f->classes[h].kind];
}

static uint64_t class_tasks(const struct fragmentation *f)
{
    uint64_t sum = 0;
    for (uint32_t h = 0; h < f->class_count; h++)
        sum += kind_of(f, h)->submitted;
    return sum;
}

static uint32_t commonest(const struct fragmentation *f)
{
    uint32_t best = 0;
    for (uint32_t h = 1; h < f->class_count; h++)
        if (kind_of(f, h)->submitted > kind_of(f, best)->submitted)
            best = h;
    return best;
}

static uint32_t largest(const struct fragmentation *f, const struct resources *capacity)
{
    uint32_t best = 0;
    int64_t most = -1;
    for (uint32_t h = 0; h < f->class_count; h++) {
        int64_t share = resources_dominant_share(&kind_of(f, h)->demand, capacity);
        if (share < most ||
            (share == most && kind_of(f, h)->submitted <= kind_of(f, best)->submitted))
            continue;
        most = share;
        best = h;
    }
    return best;
}

static double unusable(const struct fragmentation *f, int r)
{
    if (f->free.amount[r] <= 0)
        return NAN;
    double lost = 0;
    for (uint32_t h = 0; h < f->class_count; h++)
        lost += (double)kind_of(f, h)->submitted * (double)f->classes[h].lost.amount[r];
    return lost / (double)class_tasks(f) / (double)f->free.amount[r];
}

static struct free_ratios measure(const struct fragmentation *f, const struct resources *capacity)
{
    struct free_ratios ratios = {.nearly_full = NAN, .probe_fits = NAN};
    double sum = 0;
    int count = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        ratios.unusable[r] = f->class_count ? unusable(f, r) : NAN;
        if (isnan(ratios.unusable[r]))
            continue;
        sum += ratios.unusable[r];
        count++;
    }
    ratios.fragmentation = ratio_of(sum, count);
    if (!f->class_count)
        return ratios;
    ratios.nearly_full = ratio_of(f->classes[commonest(f)].rest_count, f->up_count);
    ratios.probe_fits = f->classes[largest(f, capacity)].room_count > 0;
    return ratios;
}

/* What is free on a machine, looked at once for all classes. Without GPUs to be told apart its
 * sums say all. */
struct look {
    const struct resources *free;
    struct room room;
    bool devices;
};

static void look_at(struct look *look, const struct fragmentation *f, const struct cluster *cluster,
                    uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    look->free = &f->shares[machine].free;
    look->devices = facts->devices != NULL;
    if (look->devices)
        room_of_machine(&look->room, facts);
}

static bool fits(const struct look *look, const struct resources *demand)
{
    return look->devices ? room_fits(&look->room, demand) : resources_fit(demand, look->free);
}

/* Class h of the machine's share comes into the sums of the class. */
static void enter(struct fragmentation *f, uint32_t machine, const struct look *look, uint32_t h)
{
    struct fragmentation_share *share = &f->shares[machine];
    struct fragmentation_class *class = &f->classes[h];
    bool fit = fits(look, &kind_of(f, h)->demand);
    class->room_count += share->up && fit;
    if (fit)
        return;
    share->misfits |= UINT64_C(1) << h;
    class->rest_count += !resources_zero(&share->free);
    resources_add(&class->lost, &share->free);
}

/* And goes out of them. */
static void leave(struct fragmentation *f, uint32_t machine, uint32_t h)
{
    struct fragmentation_share *share = &f->shares[machine];
    struct fragmentation_class *class = &f->classes[h];
    bool fit = !(share->misfits >> h & 1);
    class->room_count -= share->up && fit;
    if (fit)
        return;
    share->misfits &= ~(UINT64_C(1) << h);
    class->rest_count -= !resources_zero(&share->free);
    resources_subtract(&class->lost, &share->free);
}

static void add_class(struct fragmentation *f, const struct cluster *cluster, uint32_t kind)
{
    uint32_t h = f->class_count++;
    f->classes[h] = (struct fragmentation_class){.kind = kind};
    f->kinds[kind].class = h;
    struct look look;
    for (uint32_t m = 0; m < f->share_count; m++) {
        look_at(&look, f, cluster, m);
        enter(f, m, &look, h);
    }
}

/* The kinds of most tasks, of equals those that came first; returns how many. */
static uint32_t find_commonest(const struct fragmentation *f, uint32_t kinds[FRAGMENTATION_CLASSES])
{
    uint32_t count = 0;
    for (uint32_t kind = 0; kind < f->kind_count; kind++) {
        uint64_t submitted = f->kinds[kind].submitted;
        bool full = count == FRAGMENTATION_CLASSES;
        if (full && submitted <= f->kinds[kinds[count - 1]].submitted)
            continue;
        uint32_t i = full ? count - 1 : count++;
        for (; i > 0 && f->kinds[kinds[i - 1]].submitted < submitted; i--)
            kinds[i] = kinds[i - 1];
        kinds[i] = kind;
    }
    return count;
}

static void choose_classes(struct fragmentation *f, const struct cluster *cluster)
{
    uint32_t kinds[FRAGMENTATION_CLASSES];
    uint32_t count = find_commonest(f, kinds);
    for (uint32_t h = 0; h < f->class_count; h++)
        f->kinds[f->classes[h].kind].class = NONE;
    for (uint32_t m = 0; m < f->share_count; m++)
        f->shares[m].misfits = 0;
    f->class_count = 0;
    for (uint32_t i = 0; i < count; i++)
        add_class(f, cluster, kinds[i]);
    f->chosen_at = f->submitted;
}

void fragmentation_advance(struct fragmentation *fragmentation, const struct cluster *cluster,
                           int64_t duration_us)
{
    struct fragmentation *f = fragmentation;
    if (f->kind_count > f->class_count && f->submitted >= 2 * f->chosen_at)
        choose_classes(f, cluster);
    if (f->stale)
        f->now = measure(f, &cluster->capacity);
    f->stale = false;
    if (!f->class_count)
        return;
    average_add_known(&f->average, f->now.fragmentation, duration_us);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        average_add_known(&f->unusable[r], f->now.unusable[r], duration_us);
    average_add_known(&f->nearly_full, f->now.nearly_full, duration_us);
    average_add_known(&f->probe_fits, f->now.probe_fits, duration_us);
}

static uint64_t hash_of(const struct resources *demand)
{
    uint64_t hash = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)demand->amount[r]);
    return hash;
}

/* The demand's kind, made now if it is new. */
static uint32_t find_kind(struct fragmentation *f, const struct resources *demand)
{
    uint64_t hash = hash_of(demand);
    uint32_t kind = id_chains_first(&f->kind_ids, hash);
    while (kind != NONE && !resources_equal(&f->kinds[kind].demand, demand))
        kind = id_chains_next(&f->kind_ids, kind);
    if (kind != NONE)
        return kind;
    kind = f->kind_count++;
    array_reserve(f->kinds, f->kind_room, f->kind_count);
    f->kinds[kind] = (struct demand_kind){.demand = *demand, .class = NONE};
    id_chains_add(&f->kind_ids, hash, kind);
    return kind;
}

void fragmentation_submitted(struct fragmentation *fragmentation, const struct cluster *cluster,
                             const struct resources *demand)
{
    uint32_t kind = find_kind(fragmentation, demand);
    if (fragmentation->kinds[kind].class == NONE &&
        fragmentation->class_count < FRAGMENTATION_CLASSES)
        add_class(fragmentation, cluster, kind);
    fragmentation->kinds[kind].submitted++;
    fragmentation->submitted++;
    fragmentation->stale = true;
}

void fragmentation_machine(struct fragmentation *fragmentation, const struct cluster *cluster,
                           uint32_t machine)
{
    struct fragmentation *f = fragmentation;
    array_reserve(f->shares, f->share_room, machine + 1);
    if (f->share_count <= machine)
        f->share_count = machine + 1;
    struct fragmentation_share *share = &f->shares[machine];
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct resources now = cluster_machine_free(cluster, machine);
    f->stale = true;
    if (resources_equal(&share->free, &now) && share->up == facts->up && !facts->devices)
        return; /* else other devices may be free */
    for (uint32_t h = 0; h < f->class_count; h++)
        leave(f, machine, h);
    resources_subtract(&f->free, &share->free);
    resources_add(&f->free, &now);
    f->up_count += facts->up;
    f->up_count -= share->up;
    share->free = now;
    share->up = facts->up;
    struct look look;
    look_at(&look, f, cluster, machine);
    for (uint32_t h = 0; h < f->class_count; h++)
        enter(f, machine, &look, h);
}

struct free_ratios fragmentation_ratios(const struct fragmentation *fragmentation)
{
    struct free_ratios ratios = {.fragmentation = average_value(&fragmentation->average),
                                 .nearly_full = average_value(&fragmentation->nearly_full),
                                 .probe_fits = average_value(&fragmentation->probe_fits)};
    for (int r = 0; r < RESOURCE_COUNT; r++)
        ratios.unusable[r] = average_value(&fragmentation->unusable[r]);
    return ratios;
}

const struct demand_kind *fragmentation_commonest(const struct fragmentation *fragmentation)
{
    if (!fragmentation->class_count)
        return NULL;
    return kind_of(fragmentation, commonest(fragmentation));
}

const struct demand_kind *fragmentation_largest(const struct fragmentation *fragmentation,
                                                const struct resources *capacity)
{
    if (!fragmentation->class_count)
        return NULL;
    return kind_of(fragmentation, largest(fragmentation, capacity));
}

double fragmentation_coverage(const struct fragmentation *fragmentation)
{
    return ratio_of((double)class_tasks(fragmentation), (double)fragmentation->submitted);
}
