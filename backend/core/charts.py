"""pygal without its import hook.

Importing pygal puts a finder of the old kind on ``sys.meta_path``, for map plugins that nobody uses here; every later
import of a missing module warns about it, and tools that ask finders themselves break on it. So it is taken off again.
"""

import sys

import pygal
from pygal import PluginImportFixer
from pygal.style import Style

sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PluginImportFixer)]

__all__ = ["Style", "pygal"]
