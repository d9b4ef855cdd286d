/* repair_sources.h - edits of the sources that the incremental solver keeps, of their options and
 * of where their units are.
 *
 * Every function keeps the lists, the rows of the hubs and the cost of the flow right. None
 * looks at prices: that all hops have lengths >= 0 is for the caller to see to. */
#ifndef SOLVER_REPAIR_SOURCES_H
#define SOLVER_REPAIR_SOURCES_H

#include "solver/repair_read.h"

/* Room for so many in all, before the first is added; of options, with the room that their
 * sources have. */
void repair_sources_reserve(struct repair *repair, uint32_t sources, uint32_t options);

/* The room of a source with so many options. */
uint32_t repair_span_room(uint32_t options);

/* A new source without options, with room for so many, for `supply` units. */
uint32_t repair_source_add(struct repair *repair, uint32_t node, flow_t supply, uint32_t options);

/* Give up a source that has no option. */
void repair_source_remove(struct repair *repair, uint32_t s);

/* The source now has that many units; some that are placed may have to go. */
void repair_source_set_supply(struct repair *repair, uint32_t s, flow_t supply);

/* Options to hubs to the front. */
void repair_source_sort(struct repair *repair, uint32_t s);

/* Hold network arc a, from source s to the vertex `via`, of capacity > 0. */
void repair_option_add(struct repair *repair, uint32_t s, uint32_t a, uint32_t via);

/* The arc of an option of the source, if it is one, is gone. Only repair_prune may follow, after
 * several. */
void repair_option_lose(struct repair *repair, uint32_t s, uint32_t a);

/* Let go of all options that were lost; their flow becomes pending. O(options of the sources
 * that lost one). */
void repair_prune(struct repair *repair);

/* Let go of it; its flow becomes pending. */
void repair_option_remove(struct repair *repair, uint32_t s, uint32_t o);

/* Let go of all options of the source. */
void repair_source_clear(struct repair *repair, uint32_t s);

void repair_option_set_cost(struct repair *repair, uint32_t s, uint32_t o, cost_t cost);

/* Flow above the new capacity becomes pending. */
void repair_option_set_capacity(struct repair *repair, uint32_t s, uint32_t o, flow_t capacity);

/* The option leads to that vertex from now on, for `more`; it need not be that of its arc. */
void repair_option_redirect(struct repair *repair, uint32_t s, uint32_t o, uint32_t target,
                            cost_t more);

/* It costs so much more, as searches see it. */
void repair_option_raise(struct repair *repair, uint32_t s, uint32_t o, cost_t more);

/* Pending units of the source take the option. Where they end the caller knows: that vertex
 * has so much more excess. */
void repair_place(struct repair *repair, uint32_t s, uint32_t o, flow_t amount);

/* Units leave the option and are pending; its vertex has so much less excess. */
void repair_unplace(struct repair *repair, uint32_t s, uint32_t o, flow_t amount);

/* From one option to another; the excess of their vertices stays. */
void repair_move(struct repair *repair, uint32_t s, uint32_t from, uint32_t to, flow_t amount);

#endif
