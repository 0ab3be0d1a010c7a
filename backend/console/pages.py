"""Everything the console serves, complete: importing this module gives every page its address."""

from backend.console import board, entrance
from backend.console.blueprints import console, public, static

__all__ = ["board", "console", "entrance", "public", "static"]
