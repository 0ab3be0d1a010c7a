"""Everything the console serves, complete: importing this module gives every page its address."""

from backend.console import board, elders, entrance, figures, history, live
from backend.console.blueprints import console, public, static

__all__ = ["board", "console", "elders", "entrance", "figures", "history", "live", "public", "static"]
