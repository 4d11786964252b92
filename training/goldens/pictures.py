"""Small pictures of every kind a server meets, their decoded pixels, and Pillow's resize as raw bytes."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageCms, ImageDraw, ImageOps
from safetensors.torch import save_file
from transformers import BlipImageProcessorPil

from text import write_json

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
PICTURES = ["wide.png", "tiny.png", "gray.png", "palette.png", "alpha.png", "rotated.jpg", "profile.jpg"]
NATIVE_SIZES = [(48, 48), (56, 56)]
OTHER_SIZES = {"wide.png": [(64, 64), (40, 72)], "rotated.jpg": [(64, 64), (32, 32), (72, 72)]}
RESIZES = {
    "down": (40, 30, 13, 11),
    "up": (9, 7, 31, 24),
    "wider-lower": (12, 40, 33, 9),
    "narrower-taller": (37, 10, 8, 29),
    "to-one": (17, 23, 1, 1),
    "from-one": (1, 1, 12, 9),
    "one-column": (1, 30, 20, 7),
    "width-only": (25, 14, 16, 14),
    "height-only": (14, 25, 14, 16),
    "same": (11, 12, 11, 12),
    "by-one": (30, 31, 29, 32),
    "far-down": (301, 5, 7, 6),
}


def draw(width: int, height: int, seed: int) -> Image.Image:
    """A colour gradient with a few shapes: smooth parts and hard edges."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    ramps = np.stack(
        [255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1), 127 + 127 * np.sin(x / 5 + y / 7)], axis=-1
    )
    picture = Image.fromarray(ramps.astype(np.uint8), "RGB")
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        x0, y0 = rng.integers(0, width), rng.integers(0, height)
        box = [int(x0), int(y0), int(x0 + rng.integers(2, width)), int(y0 + rng.integers(2, height))]
        pen.ellipse(box, fill=tuple(int(c) for c in rng.integers(0, 256, 3)))
    return picture


def save_pictures(folder: Path) -> None:
    """Write the seven files."""
    folder.mkdir(parents=True, exist_ok=True)
    draw(91, 40, 1).save(folder / "wide.png")
    draw(20, 13, 2).save(folder / "tiny.png")
    draw(64, 80, 3).convert("L").save(folder / "gray.png")
    draw(57, 33, 4).quantize(32).save(folder / "palette.png")
    with_alpha(draw(50, 70, 5)).save(folder / "alpha.png")
    draw(120, 72, 6).save(folder / "rotated.jpg", quality=90, exif=orientation(6))
    draw(100, 75, 7).save(folder / "profile.jpg", quality=95, subsampling=0, icc_profile=swapped_profile())


def with_alpha(picture: Image.Image) -> Image.Image:
    """Opaque on the left, invisible on the right; BLIP sees the hidden colours too."""
    alpha = Image.linear_gradient("L").rotate(90).resize(picture.size)
    return Image.merge("RGBA", (*picture.split(), alpha))


def orientation(value: int) -> bytes:
    """An EXIF block with nothing but the orientation."""
    exif = Image.Exif()
    exif[0x0112] = value
    return exif.tobytes()


def swapped_profile() -> bytes:
    """sRGB with red and blue primaries exchanged: a decoder that applies it gives visibly other colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def open_picture(path: Path) -> Image.Image:
    """RGB, turned upright, profile ignored, alpha dropped: as load_image and the image processor do it."""
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def pixel_values(path: Path, height: int, width: int) -> torch.Tensor:
    """[1, 3, height, width], by transformers' own PIL path."""
    processor = BlipImageProcessorPil(size={"height": height, "width": width})
    return processor(open_picture(path), return_tensors="pt").pixel_values


def save_pixels(folder: Path) -> None:
    """Decoded RGB bytes of each picture, and its pixel_values at every size used."""
    tensors, rows = {}, []
    for name in PICTURES:
        picture = open_picture(folder / name)
        stem = name.split(".")[0]
        (folder / f"{stem}.rgb.bin").write_bytes(picture.tobytes())
        sizes = NATIVE_SIZES + OTHER_SIZES.get(name, [])
        for height, width in sizes:
            tensors[f"{stem}@{height}x{width}"] = pixel_values(folder / name, height, width).contiguous()
        rows.append(
            {
                "file": name,
                "width": picture.width,
                "height": picture.height,
                "rgb": f"{stem}.rgb.bin",
                "pixelValues": [f"{stem}@{height}x{width}" for height, width in sizes],
            }
        )
    save_file(tensors, folder / "pixels.safetensors")
    write_json(folder / "pictures.json", rows)


def save_resizes(folder: Path) -> None:
    """Pillow's bicubic on noise of extreme values, where overshoot and rounding show."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, rows = np.random.default_rng(8), []
    for name, (width, height, to_width, to_height) in RESIZES.items():
        noise = rng.choice(np.array([0, 255, 254, 1, 128, 77], np.uint8), (height, width, 3))
        resized = Image.fromarray(noise, "RGB").resize((to_width, to_height), Image.Resampling.BICUBIC)
        (folder / f"{name}.source.bin").write_bytes(noise.tobytes())
        (folder / f"{name}.target.bin").write_bytes(resized.tobytes())
        rows.append({"name": name, "width": width, "height": height, "toWidth": to_width, "toHeight": to_height})
    write_json(folder / "resize.json", rows)
