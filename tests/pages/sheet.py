"""docs/screens/: pictures of all screens, one sheet for each language."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from terminal import ROOT
from views import Shot, shots

FOLDER = ROOT / "docs" / "screens"
FONT = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
NAMES = {
    "en": "English", "id": "Indonesian", "es": "Spanish", "ar": "Arabic", "tl": "Filipino", "ko": "Korean",
    "pt": "Portuguese", "ru": "Russian", "th": "Thai", "tr": "Turkish", "vi": "Vietnamese", "km": "Khmer",
    "zh-Hans": "Chinese, simplified", "zh-Hant": "Chinese, traditional", "kk": "Kazakh",
}  # fmt: skip
UPRIGHT, LYING = (480, 800), (1280, 800)
GAP, CAPTION = 16, 24
# Colours of a sheet's palette. The page has few, the photo has many.
COLOURS = 96
# Largest file of a sheet, in bytes.
LARGEST = 400_000


def make(stage, languages: list[str]) -> int:
    """Draws all sheets; returns the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    plan = [(tag, tag, UPRIGHT, "light") for tag in languages]
    if languages[0] == "en":
        plan += [("en-landscape", "en", LYING, "light"), ("en-dark", "en", UPRIGHT, "dark")]
    too_large = 0
    for name, tag, size, scheme in plan:
        stage.looks(size, scheme)
        tiles = [(each.name, picture(stage, each, tag)) for each in shots() if each.main]
        stage.loses_its_terminal()
        tiles.append(("offline", taken(stage)))
        file = FOLDER / f"{name}.png"
        arrange(tiles, size).save(file, optimize=True)
        large = file.stat().st_size
        too_large += large > LARGEST
        print(f"{'TOO LARGE' if large > LARGEST else 'ok':10}{file.relative_to(ROOT)} {large // 1000} kB", flush=True)
    if len(plan) > 1:
        (FOLDER / "README.md").write_text(contents(plan))
    return 1 if too_large else 0


def picture(stage, shot: Shot, tag: str) -> Image.Image:
    """One view, as it looks."""
    stage.shows(shot, tag)
    return taken(stage)


def taken(stage) -> Image.Image:
    """The page's picture, in half its size; a lying one smaller."""
    whole = Image.open(io.BytesIO(stage.page.screenshot())).convert("RGB")
    part = 2 if whole.height > whole.width else 4
    return whole.resize((whole.width // part, whole.height // part), Image.Resampling.LANCZOS)


def arrange(tiles: list[tuple[str, Image.Image]], size: tuple[int, int]) -> Image.Image:
    """All pictures in rows, each with its name."""
    columns = 7 if size == UPRIGHT else 6
    wide, high = tiles[0][1].size
    rows = -(-len(tiles) // columns)
    whole = (GAP + columns * (wide + GAP), GAP + rows * (high + CAPTION + GAP))
    sheet = Image.new("RGB", whole, "#c9cfcc")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(FONT), 15)
    for at, (name, tile) in enumerate(tiles):
        left, top = GAP + at % columns * (wide + GAP), GAP + at // columns * (high + CAPTION + GAP)
        sheet.paste(tile, (left, top))
        draw.text((left, top + high + 2), name, fill="#23302c", font=font)
    return sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def contents(plan: list[tuple[str, str, tuple[int, int], str]]) -> str:
    """The folder's README."""
    lines = []
    for name, tag, size, scheme in plan:
        how = {"en-landscape": ", landscape", "en-dark": ", dark"}.get(name, "")
        lines.append(f"- [{NAMES[tag]}{how}]({name}.png), {size[0]}x{size[1]}")
    title = "# Screens\n\nEvery screen of the kiosk page, one sheet for each language. `make screens` draws them.\n\n"
    return title + "\n".join(lines) + "\n"
