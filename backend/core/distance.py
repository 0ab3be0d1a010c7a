"""How far it is from here to there. Pure."""

import math

EARTH_M = 6_371_000
Point = tuple[float, float]  # longitude, latitude


def metres(here: Point, there: Point) -> float:
    """Metres as the crow flies (haversine) between two points of degrees."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*here, *there))
    inner = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, inner)))
