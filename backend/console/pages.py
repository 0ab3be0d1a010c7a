"""Everything the console serves, complete: importing this module gives every page its address."""

from backend.console import entrance
from backend.console.blueprints import console, public, static
from backend.console.care import board, elders, figures, history, live

__all__ = ["board", "console", "elders", "entrance", "figures", "history", "live", "public", "static"]
