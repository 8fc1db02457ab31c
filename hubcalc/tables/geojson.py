"""Maps: hubs as points, lines as lines, corridors as both, in GeoJSON [1]_.

References
----------
.. [1] H. Butler et al., "The GeoJSON Format", RFC 7946 (2016). https://doi.org/10.17487/RFC7946
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any

from hubmodels import Corridor, HubBase, LineBase, Location

GEOJSON = "geojson"
"""The format's name: a suffix of the path, or `format=`. It is no table."""
GEOJSON_MEDIA_TYPE = "application/geo+json"

Position = tuple[float, float]
"""Longitude, latitude. [deg]"""
Object = dict[str, Any]

_HALF_TURN = 180.0


def hubs_map(hubs: Iterable[HubBase]) -> Object:
    """Give hubs as a collection of points.

    Parameters
    ----------
    hubs : iterable of HubBase
        The hubs.

    Returns
    -------
    dict
        A FeatureCollection; each hub has `id`, `name` and `kind` as properties.
    """
    return _collection(_feature(hub.id, _point(hub.location), _properties(hub)) for hub in hubs)


def lines_map(lines: Iterable[LineBase]) -> Object:
    """Give lines as a collection of lines through their waypoints.

    Parameters
    ----------
    lines : iterable of LineBase
        The lines.

    Returns
    -------
    dict
        A FeatureCollection; each line has `id`, `name` and `kind` as properties. One that crosses the antimeridian is
        cut there.
    """
    return _collection(_feature(line.id, _line_string(positions(line)), _properties(line)) for line in lines)


def corridor_map(corridor: Corridor, hubs: Mapping[str, HubBase], lines: Mapping[str, LineBase]) -> Object:
    """Give the nodes of a corridor as points, and its links as lines in their direction.

    Parameters
    ----------
    corridor : Corridor
        The corridor.
    hubs, lines : mapping
        The documents that it names, by id.

    Returns
    -------
    dict
        A FeatureCollection. Nodes have `node`, `name`, and `id` and `kind` of the hub that stands there; links have
        `link`, `start` and `end`, and `id`, `name` and `kind` of their line. A node without hub and location has no
        geometry.
    """
    places = {
        key: node.location or (hubs[node.hub].location if node.hub else None) for key, node in corridor.nodes.items()
    }
    features = []
    for key, node in corridor.nodes.items():
        hub = hubs[node.hub] if node.hub else None
        known = _properties(hub) if hub else {"id": None, "name": "", "kind": "node"}
        place = places[key]
        properties = {**known, "name": node.label or known["name"] or key, "node": key}
        features.append(_feature(f"nodes.{key}", _point(place) if place else None, properties))
    for key, link in corridor.links.items():
        line = lines[link.line]
        way = _directed(positions(line), places[link.start], places[link.end])
        properties = {**_properties(line), "link": key, "start": link.start, "end": link.end}
        features.append(_feature(f"links.{key}", _line_string(way), properties))
    return _collection(features)


def positions(line: LineBase) -> list[Position]:
    """Give the points of a line, from its beginning to its end."""
    return [_position(line.location), *line.waypoints, _position(line.end_location)]


def cut_at_antimeridian(way: Sequence[Position]) -> list[list[Position]]:
    """Cut a way where it crosses the antimeridian (RFC 7946, section 3.1.9).

    Two points that are more than half a turn apart are joined the other way round, since nobody means the longer one.

    Parameters
    ----------
    way : sequence of (float, float)
        Longitudes and latitudes. [deg]

    Returns
    -------
    list of list of (float, float)
        The pieces, each on one side; one piece where nothing is crossed.

    Examples
    --------
    >>> cut_at_antimeridian([(170.0, 45.0), (-170.0, 55.0)])
    [[(170.0, 45.0), (180.0, 50.0)], [(-180.0, 50.0), (-170.0, 55.0)]]
    """
    pieces = [[way[0]]]
    for (longitude, latitude), (next_longitude, next_latitude) in pairwise(way):
        step = next_longitude - longitude
        if abs(step) > _HALF_TURN:
            edge = _HALF_TURN if step < 0 else -_HALF_TURN
            before, behind = edge - longitude, next_longitude + edge
            share = before / (before + behind) if before + behind else 0.0
            crossing = latitude + (next_latitude - latitude) * share
            pieces[-1].append((edge, crossing))
            pieces.append([(-edge, crossing)])
        pieces[-1].append((next_longitude, next_latitude))
    return pieces


def _directed(way: list[Position], start: Location | None, end: Location | None) -> list[Position]:
    """Turn a way round where that brings its ends nearer to those of a link: a line is used in both directions."""
    places = [(_position(place), i) for place, i in ((start, 0), (end, -1)) if place is not None]
    kept = sum(_distance(place, way[i]) for place, i in places)
    turned = sum(_distance(place, way[-1 - i]) for place, i in places)
    return way[::-1] if turned < kept else way


def _distance(first: Position, second: Position) -> float:
    """Give the distance on the map in degrees, the shorter way round."""
    across = abs(first[0] - second[0])
    return hypot(min(across, 2 * _HALF_TURN - across), first[1] - second[1])


def _position(location: Location) -> Position:
    return location.longitude_deg, location.latitude_deg


def _point(location: Location) -> Object:
    return {"type": "Point", "coordinates": _position(location)}


def _line_string(way: Sequence[Position]) -> Object:
    pieces = cut_at_antimeridian(way)
    if len(pieces) == 1:
        return {"type": "LineString", "coordinates": pieces[0]}
    return {"type": "MultiLineString", "coordinates": pieces}


def _properties(document: HubBase) -> Object:
    return {"id": document.id, "name": document.name, "kind": document.kind}  # type: ignore[attr-defined]  # every kind of document has it


def _feature(feature_id: str, geometry: Object | None, properties: Object) -> Object:
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": properties}


def _collection(features: Iterable[Object]) -> Object:
    return {"type": "FeatureCollection", "features": list(features)}
