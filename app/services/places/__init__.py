"""Places: coordinates, links to public maps, towns of Russia by name."""

from app.services.places.coordinates import MapLinks, Point, coordinates_from_text, map_links, point
from app.services.places.towns import Town, find_town

__all__ = ["MapLinks", "Point", "Town", "coordinates_from_text", "find_town", "map_links", "point"]
