"""Draw a corridor as a picture: lines by their kind, hubs with their names, and degrees. No map lies behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

import hubfixtures
from hubcalc.tables.geojson import corridor_map
from hubmodels import Corridor

WIDTH, MARGIN, TOP = 960.0, 70.0, 30.0
LEAST_HEIGHT, MOST_HEIGHT = 260.0, 620.0
LEGEND = 34.0
MOST_OVERREACH = 3.0
"""Ways that take more than so many times the box of the nodes run out of the picture."""
LETTER_WIDTH, LETTER_HEIGHT = 5.7, 11.0
COLORS = {"railway": "#8c2d19", "road": "#6b6b6b", "sea_leg": "#1f6fb2", "pipeline": "#2b7a3d"}
DASHES = {"sea_leg": "6 4", "pipeline": "2 3"}
STEPS = (1, 2, 5, 10, 20, 30)
MOST_DEGREE_LINES = 9
REACHES = (7.0, 18.0, 30.0, 44.0, 60.0)
"""Distances at which a label is tried; beyond the first one a thin line leads to it."""
DOT = 4.0
NEAR, STRANGE = 5.0, 4.0
SIDES = ((1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))


@dataclass(frozen=True)
class Box:
    """A rectangle in the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether both have a point in common."""
        return not (
            self.right < other.left or other.right < self.left or self.bottom < other.top or other.bottom < self.top
        )

    def grown(self, by: float) -> "Box":
        """Give a box that is larger on all sides."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def inside(self, other: "Box") -> bool:
        """Say whether this one lies in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Frame:
    """From degrees to the picture: plain degrees, with the width of the middle parallel."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def place(self, position: Iterable[float]) -> tuple[float, float]:
        """Give the place in the picture of longitude and latitude."""
        longitude, latitude = position
        return MARGIN + (longitude - self.west) * self.scale_x, TOP + (self.north - latitude) * self.scale_y


def corridor_picture(corridor: Corridor) -> str:
    """Write the picture of a corridor as SVG."""
    hubs = {node.hub: hubfixtures.load(node.hub) for node in corridor.nodes.values() if node.hub}
    lines = {link.line: hubfixtures.load(link.line, "lines") for link in corridor.links.values()}
    features = corridor_map(corridor, hubs, lines)["features"]
    ways = _ways(features)
    points = _points(features)
    frame = _frame(_shown([position for _, way in ways for position in way], list(points)))
    parts = [*_degrees(frame), *_drawn(frame, ways), *_labeled(frame, points, ways)]
    kinds = list(dict.fromkeys(kind for kind, _ in ways))
    height = frame.height + LEGEND
    size = f'width="{WIDTH:.0f}" height="{height:.0f}" viewBox="0 0 {WIDTH:.0f} {height:.0f}"'
    style = "font-family:sans-serif;font-size:10.5px;fill:#222"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{style}">',
            f"<title>{escape(corridor.name)}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *parts,
            f'<rect y="{frame.height:.0f}" width="100%" height="{LEGEND:.0f}" fill="#ffffff"/>',
            *_legend(kinds, frame.height + LEGEND / 2),
            "</svg>\n",
        ]
    )


def _ways(features: list[Any]) -> list[tuple[str, list[Any]]]:
    """Give each line once, whichever way it is used."""
    found: dict[tuple[str, int], tuple[str, list[Any]]] = {}
    for feature in features:
        shape = feature["geometry"]
        if feature["properties"].get("link") is None:
            continue
        pieces = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        for i, piece in enumerate(pieces):
            found.setdefault((feature["properties"]["id"], i), (feature["properties"]["kind"], piece))
    return list(found.values())


def _points(features: list[Any]) -> dict[tuple[float, float], tuple[str, bool]]:
    """Give the name at each place, and whether a hub stands there; nodes at one place are drawn once."""
    found: dict[tuple[float, float], tuple[str, bool]] = {}
    for feature in features:
        known = feature["properties"]
        if "node" not in known or feature["geometry"] is None:
            continue
        place = tuple(feature["geometry"]["coordinates"])
        is_hub = known["id"] is not None
        if place not in found or (is_hub and not found[place][1]):
            found[place] = (known["name"].partition(",")[0].partition(" (")[0], is_hub)
    return found


def _shown(ways: list[Any], points: list[Any]) -> list[Any]:
    """Give what the picture has to hold: all, or the points if far ways would leave them no room."""
    if _area([*ways, *points]) <= MOST_OVERREACH * _area(points):
        return [*ways, *points]
    return points


def _area(positions: list[Any]) -> float:
    """Give the area of the box around positions [square degrees]."""
    longitudes, latitudes = zip(*positions, strict=True)
    return max(max(longitudes) - min(longitudes), 1.0) * max(max(latitudes) - min(latitudes), 1.0)


def _frame(positions: list[Any]) -> Frame:
    longitudes, latitudes = zip(*positions, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    scale = (WIDTH - 2 * MARGIN) / max(east - west, 1.0)
    stretched = scale / cos(radians((south + north) / 2))
    room = MOST_HEIGHT - 2 * TOP
    if (north - south) * stretched > room:
        stretched = room / (north - south)
        scale = stretched * cos(radians((south + north) / 2))
    height = max((north - south) * stretched + 2 * TOP, LEAST_HEIGHT)
    middle = (height - 2 * TOP) / stretched - (north - south)
    return Frame(
        west - (WIDTH - 2 * MARGIN - (east - west) * scale) / 2 / scale, north + middle / 2, scale, stretched, height
    )


def _degrees(frame: Frame) -> Iterator[str]:
    east = frame.west + (WIDTH - 2 * MARGIN) / frame.scale_x
    south = frame.north - (frame.height - 2 * TOP) / frame.scale_y
    for low, high, is_meridian in ((frame.west, east, True), (south, frame.north, False)):
        step = next((step for step in STEPS if (high - low) / step <= MOST_DEGREE_LINES), STEPS[-1])
        degree = int(low // step + 1) * step
        while degree <= high:
            x, y = frame.place((degree, frame.north) if is_meridian else (frame.west, degree))
            end = f'x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{frame.height:.0f}"'
            across = f'x1="0" y1="{y:.1f}" x2="{WIDTH:.0f}" y2="{y:.1f}"'
            yield f'<line {end if is_meridian else across} stroke="#e4e4e4"/>'
            side = ("E" if degree >= 0 else "W") if is_meridian else ("N" if degree >= 0 else "S")
            where = f'x="{x + 2:.1f}" y="10"' if is_meridian else f'x="3" y="{y - 2:.1f}"'
            yield f'<text {where} fill="#999" style="font-size:9px">{abs(degree)}° {side}</text>'
            degree += step


def _drawn(frame: Frame, ways: list[tuple[str, list[Any]]]) -> Iterator[str]:
    for kind, way in ways:
        points = " ".join("{:.1f},{:.1f}".format(*frame.place(position)) for position in way)
        yield f'<polyline points="{points}" fill="none" {_stroke(kind)}/>'


def _stroke(kind: str) -> str:
    dash = f' stroke-dasharray="{DASHES[kind]}"' if kind in DASHES else ""
    return f'stroke="{COLORS[kind]}" stroke-width="1.8" stroke-opacity="0.8"{dash}'


def _thin(start: tuple[float, float], end: tuple[float, float], stroke: str) -> str:
    return f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" {stroke}/>'


def _dot(x: float, y: float, is_hub: bool) -> str:
    radius, fill = (3.6, "#222") if is_hub else (2.2, "#fff")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="#222"/>'


def _labeled(
    frame: Frame, points: dict[tuple[float, float], tuple[str, bool]], ways: list[tuple[str, list[Any]]]
) -> Iterator[str]:
    """Draw points, and put the names where they cover little; hubs come first, a junction without room has none."""
    placed = [(frame.place(place), name, is_hub) for place, (name, is_hub) in points.items()]
    taken = [_point_box(x, y) for (x, y), _, _ in placed]
    drawn = list(_dots_along(frame, ways))
    texts = []
    for (x, y), name, is_hub in sorted(placed, key=lambda item: not item[2]):
        yield _dot(x, y, is_hub)
        box = _room(frame, (x, y), name, is_hub, taken, drawn)
        if box is None:
            continue
        taken.append(box)
        end = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
        if hypot(end[0] - x, end[1] - y) > REACHES[0] + 1:
            yield _thin((x, y), end, 'stroke="#999" stroke-width="0.6"')
        weight = ' font-weight="bold"' if is_hub else ""
        texts.append(
            f'<text x="{box.left:.1f}" y="{box.bottom - 2.5:.1f}"{weight} stroke="#fff" stroke-width="2.5" '
            f'paint-order="stroke">{escape(name)}</text>'
        )
    yield from texts


def _point_box(x: float, y: float) -> Box:
    """Give the room of a point."""
    return Box(x - 4, y - 4, x + 4, y + 4)


def _dots_along(frame: Frame, ways: list[tuple[str, list[Any]]]) -> Iterator[Box]:
    """Give small boxes along all lines, for labels to keep clear of."""
    for _, way in ways:
        for start, end in pairwise(frame.place(position) for position in way):
            pieces = max(int(hypot(end[0] - start[0], end[1] - start[1]) / DOT), 1)
            for i in range(pieces + 1):
                x, y = (a + (b - a) * i / pieces for a, b in zip(start, end, strict=True))
                yield Box(x, y, x, y)


def _room(
    frame: Frame, place: tuple[float, float], name: str, is_hub: bool, taken: list[Box], drawn: list[Box]
) -> Box | None:
    """Find the box for a name that covers the least of the lines, and is near; None if all cover other names."""
    x, y = place
    whole, own = Box(2, 12, WIDTH - 2, frame.height - 2), _point_box(x, y)
    width = LETTER_WIDTH * len(name) * (1.08 if is_hub else 1.0)
    found = []
    for reach in REACHES if is_hub else REACHES[:3]:
        for right, down in SIDES:
            left = x + right * reach if right > 0 else x - reach - width if right < 0 else x - width / 2
            top = y + down * reach - LETTER_HEIGHT / 2 + (down * LETTER_HEIGHT / 2 if right == 0 else 0)
            box = Box(left, top, left + width, top + LETTER_HEIGHT)
            if box.inside(whole) and not any(box.meets(other) for other in taken):
                covered = sum(box.meets(dot) for dot in drawn)
                # beside another point a name would seem to be that point's
                strange = sum(box.grown(NEAR).meets(other) for other in taken if other != own)
                found.append((covered + STRANGE * strange + reach / 3, len(found), box))
    return min(found)[2] if found else None


def _legend(kinds: list[str], y: float) -> Iterator[str]:
    x = MARGIN
    for kind in kinds:
        yield _thin((x, y), (x + 26, y), _stroke(kind))
        yield f'<text x="{x + 32:.0f}" y="{y + 4:.0f}">{kind.replace("_", " ")}</text>'
        x += 110
    for is_hub, name in ((True, "hub"), (False, "junction")):
        yield _dot(x, y, is_hub)
        yield f'<text x="{x + 9:.0f}" y="{y + 4:.0f}">{name}</text>'
        x += 60
