/* repair_search.h - the one primitive of the incremental solver: a cheapest residual path, or
 * the news that there is none below a bound, by two searches that meet.
 *
 * Both are Dijkstra's algorithm, on the lengths of hops (repair_state.h): forward from where
 * units are to leave, backward from where they are missing. Let F and R be their distances, f
 * and r their radii, so that all vertices nearer are settled, and mu the length of the best
 * path found so far or the bound, if that is less. The side that has done less work goes on;
 * when f + r >= mu, the search ends. Then, with f + r = mu,
 *
 *     price[v] += f - F(v)  for v settled forward, where that is positive;
 *     price[v] -= r - R(v)  for v settled backward, where that is positive;
 *
 * and units can move along the path.
 *
 * Why it is exact. Write x(v) = max(0, f - F(v)) and y(v) = max(0, r - R(v)). A hop from u to
 * v of length l becomes l + x(v) - x(u) - y(v) + y(u) long. By Dijkstra F(v) <= F(u) + l where
 * u is settled, so x(u) - x(v) <= l; likewise y(v) - y(u) <= l. If only one of x(u) and y(v) is
 * positive, the new length is therefore >= 0. If both are, then F(u) + l + R(v) >= mu, for it
 * is the length of a path, so l >= mu - F(u) - R(v) = x(u) + y(v). On a path of length mu all
 * new lengths sum to 0, so each is 0, and so are those of the reversed hops that appear when
 * units move along it. Vertices that were not settled have distances of at least their side's
 * radius: no shift is due to them.
 *
 * It sees that path, of a hop from a vertex u settled forward to a v settled backward:
 *
 *  1. A side follows the hops of a vertex as it settles it, and labels what they lead to, so that
 *     the other side sees the path when it comes there. It leaves out what is as far as mu less the
 *     other's radius: where the other end is not settled yet, its distance will be at least that
 *     radius, and the path no shorter than mu. So the end that is settled first tells of the hop,
 *     unless it leaves it for later.
 *  2. It leaves for later, until its radius comes to them: what the rows of a hub tell; forward,
 *     hops of residents that are not among the nearest (repair_near.h); and until it has settled
 *     all that is at the present radius, any hops of residents.
 *  3. If v is no hub, it tells of all residents' hops to it, of whatever u, that are shorter than
 *     mu: there it makes nothing of the limit of 1, and leaves nothing for a greater radius.
 *  4. That leaves halves to v from a hub that was settled before, and all hops to a v that is a
 *     hub. Rows tell of them: a side that settles a vertex asks for its hops those of all hubs that
 *     the other has settled; and backward, when it settles a hub, the hub's own for all vertices
 *     that are settled forward.
 *
 * A search may also end at the nearest vertex where one side is free to end, if its distance z is
 * less. That side leaves out what is as far as z. If the other side has begun, it has begun at all
 * such vertices, so that mu <= z; if not, it shifts no prices.
 *
 * Prices thus move within the smaller of two neighbourhoods, where Dijkstra from one side
 * would have shifted all that lies between: on a full cluster the difference is tenfold.
 *
 * Bidirectional search is Nicholson's (1966) and Pohl's (1971); the shift of potentials on one
 * side is that of Edmonds and Karp (1972), of which this is the two-sided form. */
#ifndef SOLVER_REPAIR_SEARCH_H
#define SOLVER_REPAIR_SEARCH_H

#include "solver/repair_path.h"

/* What is asked for. Units are to go from `source` (its pending ones), or else from vertex
 * `from`, to vertex `to`. NONE: that side has no vertex to begin at. */
struct search {
    uint32_t source;
    uint32_t from, to;
    bool any_deficit; /* a vertex that misses units will do as the end of the path, or the sink */
    bool any_excess; /* a vertex with excess will do as its beginning; only `from` has any, if it is
                      * told */
    bool backward;   /* the backward side is the first, not the forward side */
    bool patient;    /* the second side waits until the first has worked hard */
    cost_t bound;    /* only a path shorter than this is wanted, or REPAIR_NO_HOP */
};

/* Search, and shift prices. O(k (d + log k)) for k settled vertices with d hops each. */
void repair_search(struct repair *repair, const struct search *search, struct found *found);

void repair_search_init(struct repair *repair);
void repair_search_free(struct repair *repair);

#endif
