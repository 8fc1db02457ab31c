"""Dijkstra's method and A* in machine code, over links sorted by their tails, with a heap of lazily deleted entries.

A* with consistent potentials h is Dijkstra's method on the costs c + h(head) - h(tail) >= 0 [1]_. The distances to the
destination at the lowest costs there can be are consistent at all higher costs too, so that a search after prices have
risen visits little more than the nodes of the cheapest path.

References
----------
.. [1] P. E. Hart, N. J. Nilsson, B. Raphael (1968), "A formal basis for the heuristic determination of minimum cost
   paths", IEEE Transactions on Systems Science and Cybernetics 4(2), 100-107, doi:10.1109/TSSC.1968.300136.
"""

import numpy as np

from hubcalc.compiled import helper, kernel
from hubcalc.network._adjacency import Integers
from hubcalc.network.graph import Floats


@helper
def push(keys: Floats, items: Integers, size: int, key: float, item: int) -> int:
    """Put an entry into a heap of `size` entries; return the new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if keys[above] <= key:
            break
        keys[place] = keys[above]
        items[place] = items[above]
        place = above
    keys[place] = key
    items[place] = item
    return size + 1


@helper
def pop(keys: Floats, items: Integers, size: int) -> int:
    """Take the first entry off a heap and leave it at position `size - 1`; return the new size."""
    size -= 1
    first_key, first_item = keys[0], items[0]
    key, item = keys[size], items[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[place] = keys[below]
        items[place] = items[below]
        place = below
    keys[place] = key
    items[place] = item
    keys[size] = first_key
    items[size] = first_item
    return size


@kernel("void(i8[::1], i8[::1], f8[:,::1], i8[::1], i8[::1], f8[:,::1], i8[:,::1])")
def grow_trees(
    starts: Integers,
    ends: Integers,
    costs: Floats,
    sources: Integers,
    rows: Integers,
    distances: Floats,
    last: Integers,
) -> None:
    """Fill the distances from each source at the costs of its row, and the place of the last link to each node."""
    keys, items = np.empty(ends.size + 1), np.empty(ends.size + 1, np.int64)
    for tree in range(sources.size):
        distance, via, cost = distances[tree], last[tree], costs[rows[tree]]
        distance[:] = np.inf
        via[:] = -1
        distance[sources[tree]] = 0.0
        size = push(keys, items, 0, 0.0, sources[tree])
        while size > 0:
            size = pop(keys, items, size)
            node = items[size]
            if keys[size] > distance[node]:
                continue
            for place in range(starts[node], starts[node + 1]):
                through = distance[node] + cost[place]
                if through < distance[ends[place]]:
                    distance[ends[place]] = through
                    via[ends[place]] = place
                    size = push(keys, items, size, through, ends[place])


@kernel(
    "i8[::1](i8[::1], i8[::1], i8[::1], f8[:,::1], f8[:,::1], i8[::1], i8[::1], i8[::1], i8[::1], f8[::1], f8[::1], "
    "i8[::1])"
)
def search_paths(
    starts: Integers,
    begins: Integers,
    ends: Integers,
    costs: Floats,
    potentials: Floats,
    origins: Integers,
    destinations: Integers,
    classes: Integers,
    rows: Integers,
    limits: Floats,
    found: Floats,
    sizes: Integers,
) -> Integers:
    """Find a cheapest path for each demand where it costs less than its limit; return the places of links, in turn.

    `found` gets the costs, inf where there is no such path, and `sizes` the numbers of links.
    """
    keys, items = np.empty(ends.size + 1), np.empty(ends.size + 1, np.int64)
    distance, via = np.empty(starts.size - 1), np.empty(starts.size - 1, np.int64)
    seen, done = np.full(starts.size - 1, -1), np.full(starts.size - 1, -1)
    path, used = np.empty(1024, np.int64), 0
    for demand in range(origins.size):
        origin, destination, limit = origins[demand], destinations[demand], limits[demand]
        cost, ahead = costs[classes[demand]], potentials[rows[demand]]
        found[demand] = np.inf
        sizes[demand] = 0
        size = 0
        if ahead[origin] < limit:
            distance[origin] = 0.0
            seen[origin] = demand
            size = push(keys, items, 0, ahead[origin], origin)
        while size > 0:
            size = pop(keys, items, size)
            node = items[size]
            if done[node] == demand:
                continue
            done[node] = demand
            if node == destination:
                found[demand] = distance[node]
                break
            for place in range(starts[node], starts[node + 1]):
                end = ends[place]
                through = distance[node] + cost[place]
                nearer = seen[end] != demand or through < distance[end]
                if nearer and done[end] != demand and through + ahead[end] < limit:
                    seen[end] = demand
                    distance[end] = through
                    via[end] = place
                    size = push(keys, items, size, through + ahead[end], end)
        if found[demand] < np.inf:
            node, first = destination, used
            while node != origin:
                if used == path.size:
                    longer = np.empty(2 * path.size, np.int64)
                    longer[:used] = path
                    path = longer
                path[used] = via[node]
                used += 1
                node = begins[via[node]]
            path[first:used] = path[first:used][::-1].copy()
            sizes[demand] = used - first
    return path[:used]
