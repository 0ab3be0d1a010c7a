"""Quiet pictures for the demonstration's halls and graves, drawn: nobody's photograph is needed, and no face."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageOps

SIZE = (960, 640)
SOFT = 1
Shape = tuple[str, Sequence[int], str]  # what ImageDraw calls it, corners, colour


@dataclass(frozen=True, slots=True)
class _Scene:
    """The sky from its top down, and what stands before it, the farthest first."""

    above: str
    below: str
    shapes: Sequence[Shape]


_SCENES = {
    "river": _Scene("#c9d8dd", "#eef1ea", (
        ("polygon", (0, 330, 210, 210, 430, 320, 660, 230, 960, 340, 960, 640, 0, 640), "#9fb3ac"),
        ("polygon", (0, 420, 960, 390, 960, 640, 0, 640), "#7f9a8a"),
        ("polygon", (380, 420, 560, 420, 820, 640, 120, 640), "#d5e2e4"),
        ("rectangle", (250, 436, 700, 456), "#77736b"), ("rectangle", (330, 456, 352, 520), "#6b675f"),
        ("rectangle", (590, 456, 612, 520), "#6b675f"),
    )),
    "lamp": _Scene("#3f4a4c", "#5d625a", (
        ("ellipse", (250, 60, 810, 620), "#756f57"), ("ellipse", (350, 160, 710, 520), "#978b63"),
        ("polygon", (470, 210, 590, 210, 640, 320, 420, 320), "#e6d9a8"),
        ("rectangle", (522, 320, 538, 470), "#43413a"),
        ("ellipse", (470, 462, 590, 488), "#43413a"), ("rectangle", (0, 480, 960, 640), "#4a3f33"),
        ("polygon", (250, 520, 450, 500, 480, 560, 270, 585), "#d9d3c0"),
    )),
    "tree": _Scene("#dfe3d6", "#f3efe2", (
        ("polygon", (0, 500, 960, 470, 960, 640, 0, 640), "#a8b08e"), ("rectangle", (462, 330, 498, 540), "#6f5f4b"),
        ("ellipse", (280, 120, 560, 370), "#7f9271"), ("ellipse", (420, 90, 700, 360), "#8a9c78"),
        ("ellipse", (360, 210, 640, 410), "#758a69"), ("ellipse", (370, 200, 392, 222), "#d79a52"),
        ("ellipse", (480, 280, 502, 302), "#d79a52"), ("ellipse", (590, 190, 612, 212), "#d79a52"),
        ("ellipse", (430, 330, 452, 352), "#d79a52"), ("ellipse", (560, 320, 582, 342), "#d79a52"),
    )),
    "hills": _Scene("#d9cfc6", "#efe6da", (
        ("ellipse", (680, 110, 780, 210), "#f4ead2"),
        ("polygon", (0, 330, 240, 200, 480, 340, 720, 230, 960, 350, 960, 640, 0, 640), "#b5b0ad"),
        ("polygon", (0, 430, 300, 320, 640, 440, 960, 360, 960, 640, 0, 640), "#8f9691"),
        ("polygon", (0, 540, 420, 470, 960, 560, 960, 640, 0, 640), "#6f7a72"),
        ("polygon", (400, 640, 470, 640, 520, 500, 505, 500), "#cfc6b4"),
    )),
    "grave": _Scene("#dde4e2", "#eef0e8", (
        ("polygon", (0, 400, 480, 340, 960, 410, 960, 640, 0, 640), "#95a58d"),
        ("rectangle", (390, 220, 570, 470), "#8b8d8a"), ("rectangle", (350, 470, 610, 500), "#7a7c79"),
        ("ellipse", (400, 486, 440, 526), "#f4f1e6"), ("ellipse", (430, 500, 470, 540), "#ecdca2"),
        ("ellipse", (462, 488, 502, 528), "#f4f1e6"), ("ellipse", (500, 500, 540, 540), "#ecdca2"),
    )),
}  # fmt: skip


def draw(name: str) -> bytes:
    """One of them as a JPEG."""
    scene = _SCENES[name]
    picture = ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), scene.above, scene.below)
    pen = ImageDraw.Draw(picture)
    for kind, corners, colour in scene.shapes:
        getattr(pen, kind)(corners, fill=colour)
    out = BytesIO()
    picture.filter(ImageFilter.BoxBlur(SOFT)).save(out, "JPEG", quality=82)
    return out.getvalue()
