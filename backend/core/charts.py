"""Bars drawn on the server: one look for every chart, no script in them, and the same said in words.

pygal comes without its import hook. Importing pygal puts a finder of the old kind on ``sys.meta_path``, for map
plugins that nobody uses here; every later import of a missing module warns about it, and tools that ask finders
themselves break on it. So it is taken off again.
"""

import math
import sys
from collections.abc import Sequence
from typing import Any, cast

import pygal
from pygal import PluginImportFixer
from pygal.style import Style

sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PluginImportFixer)]

__all__ = ["FONT", "Style", "finished", "frame", "pygal", "scale"]

FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
LETTERS, GUIDES = 16, "#d9dcd3"
STEPS = 4  # of a scale


def frame(colours: Sequence[str], *, columns: int, letters: int = LETTERS, **more: Any) -> dict[str, Any]:
    """The settings of a chart for ``pygal.Bar(**frame(...))``: one colour a series, ``columns`` of the legend.

    ``value_font_size`` and ``value_colors`` in ``more`` are of the style; everything else is the chart's own.
    """
    written = {name: more.pop(name) for name in ("value_font_size", "value_colors") if name in more}
    style = Style(
        font_family=FONT, background="#ffffff", plot_background="#ffffff", colors=tuple(colours), opacity="1",
        opacity_hover="1", label_font_size=letters, major_label_font_size=letters, legend_font_size=letters,
        guide_stroke_color=GUIDES, major_guide_stroke_color=GUIDES, **written,
    )  # fmt: skip
    usual = {
        "style": style, "js": [], "width": 1000, "height": 380, "legend_at_bottom": True,
        "legend_at_bottom_columns": columns, "disable_xml_declaration": True, "truncate_label": -1,
        "truncate_legend": -1, "tooltip_border_radius": 0,
    }  # fmt: skip
    return {**usual, **more}


def scale(top: float) -> range:
    """Whole numbers from nothing to at least ``top``, a few of them: people, hours, days come in no fractions."""
    step = max(1, -(-math.ceil(top) // STEPS))
    return range(0, max(math.ceil(top), 1) + step, step)


def finished(chart: Any, name: str, words: str) -> str:
    """The SVG as text, without what pygal adds for its script, and with ``words`` for a screen reader.

    ``name``: of this drawing on its page, for the id of the words.
    """
    chart.add_xml_filter(lambda root: _described(root, chart, name, words))
    return cast("str", chart.render(is_unicode=True))


def _described(root: Any, chart: Any, name: str, words: str) -> Any:
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag == "script":
                parent.remove(child)
    chart.svg.node(root, "desc", id=name).text = words
    root.attrib.update({"role": "img", "aria-labelledby": name, "lang": "zh-CN"})
    return root
