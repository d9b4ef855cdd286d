/* native_row.c - see native_row.h. */
#include "traces/native_row.h"

#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "costmodels/label_text.h"

void native_row_init(struct native_row *row)
{
    *row = (struct native_row){0};
}

void native_row_free(struct native_row *row)
{
    memory_free(row->attempts);
    memory_free(row->predecessors);
    memory_free(row->blocks);
    native_row_init(row);
}

static bool bad(struct native_row *row, enum native_column column, const char *reason)
{
    row->reason = reason;
    row->bad_field = 0;
    for (uint32_t i = 0; i < row->column_count; i++)
        if (row->columns[i] == column)
            row->bad_field = i + 1;
    return false;
}

static bool bad_field(struct native_row *row, uint32_t number, const char *reason)
{
    row->reason = reason;
    row->bad_field = number;
    return false;
}

/* Take the quotes off a field that begins with one, in place; *end is then behind the
 * field: at a comma or the NUL. False if it is not closed or something follows. */
static bool unquote(char *field, char **end)
{
    char *to = field;
    const char *from = field + 1;
    for (; *from; *to++ = *from++) {
        if (*from != '"')
            continue;
        if (from[1] != '"')
            break;
        from++;
    }
    if (*from != '"' || (from[1] != ',' && from[1] != '\0'))
        return false;
    *end = field + (from + 1 - field);
    *to = '\0';
    return true;
}

/* The field at *at, cut off in place; *at moves behind it, or becomes NULL after the last.
 * False if its quotes are wrong. */
static bool next_field(char **at, char **field)
{
    *field = *at;
    char *end = *at + strcspn(*at, ",");
    if (**at == '"' && !unquote(*at, &end))
        return false;
    *at = *end ? end + 1 : NULL;
    *end = '\0';
    return true;
}

bool native_row_take_columns(struct native_row *row, char *line)
{
    uint32_t seen = 0;
    row->column_count = 0;
    for (char *at = line; at;) {
        char *name;
        if (!next_field(&at, &name))
            return bad_field(row, row->column_count + 1, "bad_quotes");
        enum native_column column = native_column_find(name);
        if (column == NATIVE_COLUMN_COUNT)
            return bad_field(row, row->column_count + 1, "unknown_column");
        if (seen & (1u << column))
            return bad_field(row, row->column_count + 1, "column_named_twice");
        seen |= 1u << column;
        row->columns[row->column_count++] = column;
    }
    uint32_t needed = (1u << NATIVE_TIME) | (1u << NATIVE_EVENT);
    return (seen & needed) == needed ? true : bad_field(row, 0, "no_column_time_us_or_event");
}

static bool split_fields(struct native_row *row, char *line)
{
    char *nothing = line + strlen(line);
    for (int column = 0; column < NATIVE_COLUMN_COUNT; column++)
        row->fields[column] = nothing;
    uint32_t count = 0;
    for (char *at = line; at; count++) {
        if (count == row->column_count)
            return bad_field(row, count + 1, "too_many_fields");
        if (!next_field(&at, &row->fields[row->columns[count]]))
            return bad_field(row, count + 1, "bad_quotes");
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* Undo percent-encoding in place. A bare "%" is the empty name; so is "". */
static bool decode_name(char *text)
{
    if (strcmp(text, "%") == 0)
        *text = '\0';
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = hex_digit(from[1]);
        int low = high < 0 ? -1 : hex_digit(from[2]);
        if (low < 0 || (high == 0 && low == 0))
            return false;
        *to++ = (char)(high * 16 + low);
        from += 2;
    }
    *to = '\0';
    return true;
}

/* NULL for a field that is empty or not of this kind of event. */
static bool take_name(struct native_row *row, enum native_column column, const char **name)
{
    char *field = row->fields[column];
    *name = *field ? field : NULL;
    return decode_name(field) || bad(row, column, "bad_escape");
}

static bool take_needed_name(struct native_row *row, enum native_column column, const char **name)
{
    if (!take_name(row, column, name))
        return false;
    return *name || bad(row, column, "missing_name");
}

/* An empty field leaves *value as it is. */
static bool take_number(struct native_row *row, enum native_column column, int64_t min, int64_t max,
                        int64_t *value)
{
    const char *field = row->fields[column];
    if (!*field)
        return true;
    int64_t number;
    enum status status = number_parse_int(field, strlen(field), &number);
    if (status == STATUS_BAD_INPUT)
        return bad(row, column, "bad_number");
    if (status != STATUS_OK || number < min || number > max)
        return bad(row, column, "number_out_of_range");
    *value = number;
    return true;
}

/* Cut the item before the next `separator` off a list; *list is NULL after the last. */
static char *next_item(char **list, char separator)
{
    char *item = *list;
    char *end = strchr(item, separator);
    *list = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return item;
}

/* The list in a field, or NULL if the field is empty. */
static char *list_of(const struct native_row *row, enum native_column column)
{
    return *row->fields[column] ? row->fields[column] : NULL;
}

static bool take_resources(struct native_row *row, struct resources *resources)
{
    uint32_t seen = 0;
    for (char *list = list_of(row, NATIVE_RESOURCES); list;) {
        const char *item = next_item(&list, ';');
        size_t name_size = strcspn(item, "=");
        enum resource r = resource_find(item, name_size);
        if (r == RESOURCE_COUNT || item[name_size] != '=' || (seen & (1u << r)))
            return bad(row, NATIVE_RESOURCES, "bad_resources");
        seen |= 1u << r;
        const char *text = item + name_size + 1;
        int64_t amount;
        enum status status = number_parse_fixed(text, strlen(text), RESOURCE_DIGITS, &amount);
        if (status == STATUS_BAD_INPUT)
            return bad(row, NATIVE_RESOURCES, "bad_number");
        if (status != STATUS_OK || amount < 0 || amount > RESOURCE_MAX)
            return bad(row, NATIVE_RESOURCES, "number_out_of_range");
        resources->amount[r] = amount;
    }
    return true;
}

static bool parse_attempt(char *item, struct attempt *attempt)
{
    char *suffix = strchr(item, ':');
    attempt->fails = suffix && strcmp(suffix, ":fails") == 0;
    if (suffix && !attempt->fails)
        return false;
    if (suffix)
        *suffix = '\0';
    attempt->run_us = TIME_NEVER;
    if (strcmp(item, "never") == 0)
        return true;
    return number_parse_int(item, strlen(item), &attempt->run_us) == STATUS_OK &&
           attempt->run_us >= 0 && attempt->run_us <= NATIVE_TIME_MAX;
}

static bool take_attempts(struct native_row *row, struct event *event)
{
    for (char *list = list_of(row, NATIVE_ATTEMPTS); list; event->attempt_count++) {
        array_reserve(row->attempts, row->attempt_room, event->attempt_count + 1);
        if (!parse_attempt(next_item(&list, ';'), &row->attempts[event->attempt_count]))
            return bad(row, NATIVE_ATTEMPTS, "bad_attempt");
    }
    event->attempts = event->attempt_count ? row->attempts : NULL;
    return true;
}

static bool take_predecessors(struct native_row *row, struct event *event)
{
    for (char *list = list_of(row, NATIVE_PREDECESSORS); list; event->predecessor_count++) {
        char *name = next_item(&list, ';');
        if (!*name)
            return bad(row, NATIVE_PREDECESSORS, "missing_name");
        if (!decode_name(name))
            return bad(row, NATIVE_PREDECESSORS, "bad_escape");
        array_reserve(row->predecessors, row->predecessor_room, event->predecessor_count + 1);
        row->predecessors[event->predecessor_count] = name;
    }
    event->predecessors = event->predecessor_count ? row->predecessors : NULL;
    return true;
}

static bool parse_copies(struct native_row *row, char *list, struct block *block)
{
    while (list) {
        char *name = next_item(&list, '|');
        if (block->copy_count == BLOCK_COPIES_MAX)
            return bad(row, NATIVE_BLOCKS, "too_many_copies");
        if (!*name)
            return bad(row, NATIVE_BLOCKS, "missing_name");
        if (!decode_name(name))
            return bad(row, NATIVE_BLOCKS, "bad_escape");
        block->machines[block->copy_count++] = name;
    }
    return true;
}

static bool take_blocks(struct native_row *row, struct event *event)
{
    for (char *list = list_of(row, NATIVE_BLOCKS); list; event->block_count++) {
        char *copies = next_item(&list, ';');
        const char *mib = next_item(&copies, '@');
        array_reserve(row->blocks, row->block_room, event->block_count + 1);
        struct block *block = &row->blocks[event->block_count];
        *block = (struct block){0};
        if (number_parse_int(mib, strlen(mib), &block->mib) != STATUS_OK || block->mib < 0 ||
            block->mib > NATIVE_BLOCK_MIB_MAX)
            return bad(row, NATIVE_BLOCKS, "bad_block_size");
        if (!parse_copies(row, copies, block))
            return false;
    }
    event->blocks = event->block_count ? row->blocks : NULL;
    return true;
}

static bool take_time_and_kind(struct native_row *row, struct event *event)
{
    event->time_us = -1;
    if (!take_number(row, NATIVE_TIME, 0, NATIVE_TIME_MAX, &event->time_us))
        return false;
    if (event->time_us < 0)
        return bad(row, NATIVE_TIME, "missing_time");
    event->kind = event_kind_find(row->fields[NATIVE_EVENT]);
    return event->kind != EVENT_KIND_COUNT || bad(row, NATIVE_EVENT, "unknown_event");
}

/* Columns that do not belong to the kind of event are as if they were empty. */
static void empty_unused(struct native_row *row, enum event_kind kind)
{
    for (int column = 0; column < NATIVE_COLUMN_COUNT; column++)
        if (!native_column_used(kind, (enum native_column)column))
            row->fields[column] += strlen(row->fields[column]);
}

static bool take_flags(struct native_row *row, struct event *event)
{
    const char *flags = row->fields[NATIVE_FLAGS];
    event->unschedulable = strcmp(flags, "unschedulable") == 0;
    return event->unschedulable || !*flags || bad(row, NATIVE_FLAGS, "unknown_flag");
}

static bool take_labels(struct native_row *row, struct event *event)
{
    if (!take_name(row, NATIVE_LABELS, &event->labels))
        return false;
    return !event->labels || label_text_labels_valid(event->labels) ||
           bad(row, NATIVE_LABELS, "bad_labels");
}

static bool take_constraint(struct native_row *row, struct event *event)
{
    if (!take_name(row, NATIVE_CONSTRAINT, &event->constraint))
        return false;
    return !event->constraint || label_text_constraint_valid(event->constraint) ||
           bad(row, NATIVE_CONSTRAINT, "bad_constraint");
}

static bool take_machine(struct native_row *row, struct event *event)
{
    return take_needed_name(row, NATIVE_MACHINE, &event->machine) &&
           take_name(row, NATIVE_RACK, &event->rack) && take_resources(row, &event->resources) &&
           take_flags(row, event) && take_labels(row, event);
}

/* Which task or tasks, and what all kinds of task events share. */
static bool take_task(struct native_row *row, struct event *event)
{
    int64_t index = 0;
    int64_t count = 1;
    int64_t priority = 0;
    bool good = take_needed_name(row, NATIVE_JOB, &event->job) &&
                take_name(row, NATIVE_STAGE, &event->stage) &&
                take_number(row, NATIVE_INDEX, 0, NATIVE_INDEX_MAX, &index) &&
                take_number(row, NATIVE_COUNT, 1, NATIVE_INDEX_MAX, &count) &&
                take_number(row, NATIVE_PRIORITY, INT32_MIN, INT32_MAX, &priority) &&
                take_resources(row, &event->resources);
    if (!good)
        return false;
    if (index + count > (int64_t)NATIVE_INDEX_MAX + 1)
        return bad(row, NATIVE_COUNT, "number_out_of_range");
    if (!event->stage)
        event->stage = "";
    event->index = (uint32_t)index;
    event->count = (uint32_t)count;
    event->priority = (int32_t)priority;
    return true;
}

static bool take_submission(struct native_row *row, struct event *event)
{
    return take_task(row, event) && take_name(row, NATIVE_MACHINE, &event->machine) &&
           take_name(row, NATIVE_TENANT, &event->tenant) && take_attempts(row, event) &&
           take_predecessors(row, event) && take_blocks(row, event) &&
           take_constraint(row, event) &&
           take_number(row, NATIVE_DEADLINE, 0, NATIVE_TIME_MAX, &event->deadline_us) &&
           take_number(row, NATIVE_LATENCY, 0, NATIVE_TIME_MAX, &event->latency_us);
}

bool native_row_parse(struct native_row *row, char *line, struct event *event)
{
    *event = (struct event){.count = 1};
    if (!split_fields(row, line) || !take_time_and_kind(row, event))
        return false;
    empty_unused(row, event->kind);
    if (event->kind == EVENT_RECORDS_END)
        return true;
    if (event->kind == EVENT_TASK_SUBMITTED)
        return take_submission(row, event);
    return event->kind <= EVENT_MACHINE_REMOVED ? take_machine(row, event) : take_task(row, event);
}
