"""A picture as somebody looks at it: made anew without what the camera wrote into it, with who looks and when on it."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

FONT_PACKAGE, FONT_FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
LONGEST_SIDE = 2400
TURN = 30
GREY = (120, 120, 120, 110)
QUALITY = 85


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    data = (files(FONT_PACKAGE) / FONT_FILE).read_bytes()
    return ImageFont.truetype(BytesIO(data), size)


def marked(data: bytes, words: str) -> bytes:
    """The picture as JPEG with ``words`` all over it; turned upright, at most 2,400 pixels long."""
    with Image.open(BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ink = _ink(picture.size, words)
    picture.paste(ink, (0, 0), ink)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _ink(size: tuple[int, int], words: str) -> Image.Image:
    """A layer of the picture's size, the words repeated in turned rows."""
    font = _font(max(14, min(size) // 28))
    left, top, right, bottom = font.getbbox(words)
    wide, high = int(right - left) + 40, int(bottom - top) + 20
    side = int((size[0] ** 2 + size[1] ** 2) ** 0.5) + 1
    layer = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(layer)
    for row, y in enumerate(range(0, side, high * 3)):
        for x in range(-wide // 2 * (row % 2), side, wide):
            pen.text((x, y), words, font=font, fill=GREY)
    turned = layer.rotate(TURN)
    x, y = (side - size[0]) // 2, (side - size[1]) // 2
    return turned.crop((x, y, x + size[0], y + size[1]))
