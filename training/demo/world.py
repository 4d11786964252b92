"""The world of the demo checkpoints: emoji on a coloured ground, one fixed caption for each scene."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 96
PATCH = 16
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109
HELD_OUT = 1_000_000_000
"""Seeds from here on are never trained on."""

KINDS: dict[str, str] = {
    "cat": "🐱", "dog": "🐶", "fish": "🐟", "frog": "🐸", "pig": "🐷", "lion": "🦁", "bee": "🐝", "butterfly": "🦋",
    "turtle": "🐢", "penguin": "🐧", "elephant": "🐘", "apple": "🍎", "banana": "🍌", "strawberry": "🍓",
    "carrot": "🥕", "pizza": "🍕", "burger": "🍔", "donut": "🍩", "pineapple": "🍍", "watermelon": "🍉",
    "red car": "🚗", "bus": "🚌", "bicycle": "🚲", "boat": "⛵", "rocket": "🚀", "house": "🏠", "tree": "🌳",
    "cactus": "🌵", "sunflower": "🌻", "rose": "🌹", "mushroom": "🍄", "star": "⭐", "moon": "🌙",
    "soccer ball": "⚽", "guitar": "🎸", "umbrella": "☂️", "clock": "⏰", "key": "🔑", "green book": "📗",
    "balloon": "🎈", "crown": "👑", "gift": "🎁", "robot": "🤖", "ghost": "👻",
}
IRREGULAR = {"fish": "fish", "butterfly": "butterflies", "strawberry": "strawberries", "bus": "buses",
             "cactus": "cacti"}
COLORS: dict[str, tuple[int, int, int]] = {
    "white": (246, 246, 246), "black": (20, 20, 20), "red": (214, 40, 40), "yellow": (250, 212, 44),
    "green": (44, 160, 66), "blue": (40, 92, 214), "purple": (126, 52, 168), "pink": (250, 152, 196),
}
NUMBERS = {1: "a", 2: "two", 3: "three"}
LAYOUTS = {"single": 12, "pair": 10, "triple": 10, "row": 18, "column": 18, "pair and one": 15, "row of three": 17}


@dataclass(frozen=True)
class Description:
    """What a caption says: kinds with their counts in reading order, and the ground."""

    groups: tuple[tuple[str, int], ...]
    stacked: bool
    background: str

    def contents(self) -> str:
        """"a cat and two dogs"; a stacked pair reads "a cat above a dog"."""
        parts = [phrase(kind, count) for kind, count in self.groups]
        if self.stacked:
            return " above ".join(parts)
        return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))

    def caption(self) -> str:
        """The one caption of every scene of this description."""
        return f"{self.contents()} on a {self.background} background"


@dataclass(frozen=True)
class Placed:
    """One emoji: its centre and size in pixels of a 96 pixel picture, its tilt in degrees."""

    kind: str
    x: float
    y: float
    size: int
    angle: int


@dataclass(frozen=True)
class Scene:
    """A picture to be drawn, and what is to be said of it. The placed emoji follow the caption's order."""

    layout: str
    description: Description
    placed: tuple[Placed, ...]
    top: tuple[float, ...]
    bottom: tuple[float, ...]


def plural(kind: str) -> str:
    """The plural of a kind's name."""
    return IRREGULAR.get(kind, kind + "s")


def phrase(kind: str, count: int) -> str:
    """A counted noun: "an apple", "two dogs"."""
    if count > 1:
        return f"{NUMBERS[count]} {plural(kind)}"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def sample_scene(seed: int) -> Scene:
    """The scene of a seed, always the same."""
    rng = random.Random(seed)
    layout = rng.choices(list(LAYOUTS), list(LAYOUTS.values()))[0]
    groups = sample_groups(layout, rng)
    description = Description(groups, layout == "column", rng.choice(list(COLORS)))
    kinds = [kind for kind, count in groups for _ in range(count)]
    spots = sample_spots(layout, rng)
    placed = tuple(Placed(kind, *spot, 4 * rng.randint(-3, 3)) for kind, spot in zip(kinds, spots))
    base = [channel + rng.uniform(-10, 10) for channel in COLORS[description.background]]
    shade = rng.uniform(-8, 8)
    return Scene(layout, description, placed, tuple(c + shade for c in base), tuple(c - shade for c in base))


def sample_groups(layout: str, rng: random.Random) -> tuple[tuple[str, int], ...]:
    """Different kinds with the counts that a layout calls for."""
    counts = {"single": [1], "pair": [2], "triple": [3], "row": [1, 1], "column": [1, 1], "pair and one": [2, 1],
              "row of three": [1, 1, 1]}[layout]
    return tuple(zip(rng.sample(list(KINDS), len(counts)), counts))


def sample_spots(layout: str, rng: random.Random) -> list[tuple[float, float, int]]:
    """Centre and size for each emoji of a layout, left to right or top to bottom where order is told."""
    if layout == "single":
        size = 2 * rng.randint(20, 30)
        return [(rng.uniform(size / 2, SIDE - size / 2), rng.uniform(size / 2, SIDE - size / 2), size)]
    if layout in ("row", "column", "pair"):
        spots = two_spots(rng)
        upright = layout == "column" or (layout == "pair" and rng.random() < 0.5)
        return [(y, x, size) for x, y, size in spots] if upright else spots
    spots = three_spots(rng)
    if layout == "pair and one":
        spots.append(spots.pop(rng.randrange(3)))
    return spots


def two_spots(rng: random.Random) -> list[tuple[float, float, int]]:
    """Two emoji side by side, at about one height."""
    middle = rng.uniform(28, SIDE - 28)
    return [(x + rng.uniform(-3, 3), middle + rng.uniform(-7, 7), 2 * rng.randint(17, 20)) for x in (24, 72)]


def three_spots(rng: random.Random) -> list[tuple[float, float, int]]:
    """Three emoji in three columns, each at any height."""
    return [(x + rng.uniform(-1, 1), rng.uniform(17, SIDE - 17), 2 * rng.randint(14, 16)) for x in (17, 48, 79)]


@lru_cache(maxsize=None)
def glyph(kind: str) -> Image.Image:
    """A kind's emoji at the font's own size, on a square cut to its ink."""
    font = ImageFont.truetype(FONT, FONT_SIZE)
    sheet = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(sheet).text((10, 10), KINDS[kind], font=font, embedded_color=True)
    ink = sheet.crop(sheet.getbbox())
    side = round(max(ink.size) * 1.06)
    square = Image.new("RGBA", (side, side))
    square.paste(ink, ((side - ink.width) // 2, (side - ink.height) // 2))
    return square


@lru_cache(maxsize=8192)
def sprite(kind: str, size: int, angle: int) -> np.ndarray:
    """An emoji turned and scaled: float RGBA of `size` pixels a side, alpha in 0..1, colour premultiplied."""
    turned = glyph(kind).rotate(angle, Image.Resampling.BICUBIC)
    pixels = np.asarray(turned.resize((size, size), Image.Resampling.LANCZOS), np.float32)
    alpha = pixels[..., 3:] / 255
    return np.concatenate([pixels[..., :3] * alpha, alpha], axis=2)


def draw(scene: Scene, scale: int = 1) -> np.ndarray:
    """The picture of a scene as uint8 RGB, `scale` times 96 pixels a side."""
    side = SIDE * scale
    fade = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
    canvas = np.array(scene.top, np.float32) * (1 - fade) + np.array(scene.bottom, np.float32) * fade
    canvas = np.repeat(canvas, side, axis=1)
    make = sprite if scale == 1 else sprite.__wrapped__
    for item in scene.placed:
        paste(canvas, make(item.kind, item.size * scale, item.angle), item.x * scale, item.y * scale)
    return np.clip(canvas + 0.5, 0, 255).astype(np.uint8)


def paste(canvas: np.ndarray, stamp: np.ndarray, x: float, y: float) -> None:
    """Lays a sprite over the canvas, centred at (x, y), kept inside."""
    size, side = stamp.shape[0], canvas.shape[0]
    left = min(max(round(x - size / 2), 0), side - size)
    top = min(max(round(y - size / 2), 0), side - size)
    area = canvas[top:top + size, left:left + size]
    area *= 1 - stamp[..., 3:]
    area += stamp[..., :3]


def resized(picture: np.ndarray) -> np.ndarray:
    """A larger picture brought to 96 pixels, as the image processor does it."""
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
