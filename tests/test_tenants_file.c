/* test_tenants_file.c - what is said of tenants beforehand. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "replay/tenants_file.h"
#include "scheduler/jobs.h"
#include "scheduler/tenants.h"
#include "tests/temp_file.h"

static enum status read_file(struct cluster *cluster, const char *text, struct problem *problem)
{
    char path[TEMP_PATH_SIZE];
    temp_text(path, text);
    enum status status = tenants_file_read(path, cluster, problem);
    unlink(path);
    return status;
}

/* The facts of a tenant, which is made if it is new. */
static const struct tenant_facts *facts_of(struct cluster *cluster, const char *name)
{
    uint32_t tenant = tenants_intern(cluster, name);
    return &cluster->tenant_facts[tenant + 1];
}

static const char *parent_of(struct cluster *cluster, const char *name)
{
    uint32_t parent = facts_of(cluster, name)->parent;
    return parent == NONE ? "" : names_text(&cluster->tenant_names, parent - 1);
}

Test(tenants_file, what_it_says_becomes_facts)
{
    struct cluster cluster;
    struct problem problem = {0};
    cluster_init(&cluster);
    enum status status = read_file(
        &cluster,
        "{\"ann\": {\"weight\": 2.5, \"parent\": \"lab\","
        " \"guarantee\": {\"cpu\": 0.1, \"mem\": 1e3}},\r\n"
        " \"bob\": {\"parent\": \"lab\", \"limit\": {\"memory\": 10.000000001, \"gpu\": 0}},\n"
        " \"lab\": {\"parent\": \"\\u00dcni\"}, \"\xc3\x9cni\": {\"weight\": 0.001}}",
        &problem);
    cr_assert_eq(status, STATUS_OK, "%s", problem.reason);
    const struct tenant_facts *ann = facts_of(&cluster, "ann");
    cr_assert_eq(ann->weight, 2500);
    cr_assert_str_eq(parent_of(&cluster, "ann"), "lab");
    cr_assert_eq(ann->guarantee.amount[RESOURCE_CPU], RESOURCE_UNIT / 10);
    cr_assert_eq(ann->guarantee.amount[RESOURCE_MEMORY], 1000 * RESOURCE_UNIT);
    cr_assert(!ann->limited[RESOURCE_CPU]);
    cr_assert_eq(ann->level, 2);
    cr_assert_eq(ann->levels_below, 0);
    const struct tenant_facts *bob = facts_of(&cluster, "bob");
    cr_assert_eq(bob->weight, TENANT_WEIGHT_ONE);
    cr_assert(bob->limited[RESOURCE_GPU] && bob->limited[RESOURCE_MEMORY]);
    cr_assert(!bob->limited[RESOURCE_CPU] && !bob->limited[RESOURCE_DISK]);
    cr_assert_eq(bob->limit.amount[RESOURCE_MEMORY], INT64_C(10000000001));
    cr_assert_str_eq(parent_of(&cluster, "lab"), "\xc3\x9cni");
    cr_assert_eq(facts_of(&cluster, "\xc3\x9cni")->weight, 1);
    cluster_free(&cluster);
}

Test(tenants_file, who_is_not_in_it_is_at_the_top_with_a_weight_of_one)
{
    struct cluster cluster;
    struct problem problem = {0};
    cluster_init(&cluster);
    cr_assert_eq(read_file(&cluster, "{\"a\": {}, \"b\": {\"parent\": \"a\"}}", &problem),
                 STATUS_OK);
    jobs_intern(&cluster, "job", "new");
    const struct tenant_facts *facts[] = {&cluster.tenant_facts[0], facts_of(&cluster, "new")};
    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        cr_assert_eq(facts[i]->weight, TENANT_WEIGHT_ONE);
        cr_assert_eq(facts[i]->parent, NONE);
        cr_assert_eq(facts[i]->level, 0);
        cr_assert_eq(facts[i]->levels_below, 1);
    }
    cluster_free(&cluster);
}

Test(tenants_file, what_is_wrong_is_told_with_its_place)
{
    static const struct {
        const char *text;
        const char *reason; /* is in it */
        uint64_t line;
        uint32_t column;
    } rows[] = {
        {"", "no JSON", 1, 1},
        {"{\n \"a\": {\"weight\": }}", "no JSON", 2, 18},
        {"{} x", "no JSON", 1, 4},
        {"[]", "say {", 1, 1},
        {"{\"a\": 3}", "tenant a", 0, 0},
        {"{\"a\": {\"wieght\": 3}}", "tenant a: wieght: unknown", 0, 0},
        {"{\"a\": {\"weight\": 0}}", "tenant a: weight", 0, 0},
        {"{\"a\": {\"weight\": -1}}", "tenant a: weight", 0, 0},
        {"{\"a\": {\"weight\": 1000001}}", "tenant a: weight", 0, 0},
        {"{\"a\": {\"weight\": 1e300}}", "tenant a: weight", 0, 0},
        {"{\"a\": {\"weight\": \"2\"}}", "tenant a: weight", 0, 0},
        {"{\"a\": {\"weight\": 1, \"weight\": 1}}", "weight: named twice", 0, 0},
        {"{\"a\": {}, \"b\": {}, \"a\": {}}", "tenant a: it: named twice", 0, 0},
        {"{\"a\": {\"guarantee\": {\"ram\": 1}}}", "ram: unknown", 0, 0},
        {"{\"a\": {\"guarantee\": {\"mem\": 1, \"memory\": 1}}}", "named twice", 0, 0},
        {"{\"a\": {\"guarantee\": 4}}", "guarantee: say", 0, 0},
        {"{\"a\": {\"limit\": {\"cpu\": -1}}}", "cpu: an amount", 0, 0},
        {"{\"a\": {\"limit\": {\"cpu\": 1e10}}}", "cpu: an amount", 0, 0},
        {"{\"a\": {\"limit\": {\"cpu\": 1}, \"guarantee\": {\"cpu\": 2}}}", "more than the", 0, 0},
        {"{\"a\": {\"parent\": 5}}", "parent: say the name", 0, 0},
        {"{\"a\": {\"parent\": \"b\"}}", "tenant a: its parent is not", 0, 0},
        {"{\"a\": {\"parent\": \"a\"}}", "tenant a: its parents go round", 0, 0},
        {"{\"a\": {\"parent\": \"b\"}, \"b\": {\"parent\": \"c\"}, \"c\": {\"parent\": \"b\"}}",
         "its parents go round", 0, 0},
        {"{\"a\": {\"parent\": \"b\"}, \"b\": {\"parent\": \"c\"}, \"c\": {\"parent\": \"d\"},"
         " \"d\": {\"parent\": \"e\"}, \"e\": {}}",
         "tenant a: 4 tenants are above it", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cluster cluster;
        struct problem problem = {0};
        cluster_init(&cluster);
        cr_assert_eq(read_file(&cluster, rows[i].text, &problem), STATUS_BAD_INPUT, "%s",
                     rows[i].text);
        cr_assert(strstr(problem.reason, rows[i].reason), "%s: %s", rows[i].text, problem.reason);
        cr_assert_gt(strlen(problem.file), 0, "%s", rows[i].text);
        cr_assert_eq(problem.line, rows[i].line, "%s: line %lu", rows[i].text, problem.line);
        cr_assert_eq(problem.column, rows[i].column, "%s: column %u", rows[i].text, problem.column);
        cr_assert_eq(cluster.tenant_names.count, 0, "%s", rows[i].text);
        cluster_free(&cluster);
    }
}

Test(tenants_file, a_missing_file_is_told)
{
    struct cluster cluster;
    struct problem problem = {0};
    cluster_init(&cluster);
    cr_assert_eq(tenants_file_read("/nonexistent/tenants", &cluster, &problem), STATUS_IO);
    cluster_free(&cluster);
}
