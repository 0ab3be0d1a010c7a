"""Everything the console serves, complete: importing this module gives every page its address."""

from backend.console import board, entrance, live
from backend.console.blueprints import console, public, static

__all__ = ["board", "console", "entrance", "live", "public", "static"]
