"""Image states of the tiny models, at their own size and with interpolated positions."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import PreTrainedModel

from pictures import OTHER_SIZES, PICTURES


@dataclass(frozen=True)
class ImageEmbeds:
    """One picture through one vision tower: states [1, 1 + patches, width]."""

    picture: str
    name: str
    height: int
    width: int
    interpolated: bool
    states: torch.Tensor

    def to_dict(self) -> dict:
        return {
            "image": self.picture,
            "height": self.height,
            "width": self.width,
            "interpolated": self.interpolated,
            "pixelValues": self.name.split(".", 1)[1],
            "tensor": self.name,
        }


def load_pixels(folder: Path, picture: str, height: int, width: int | None = None) -> torch.Tensor:
    """pixel_values as written by save_pixels: the models see what the tests read."""
    pixels = load_file(folder / "pixels.safetensors")[f"{picture.split('.')[0]}@{height}x{width or height}"]
    return pixels.to(torch.get_default_dtype())


def encode_pictures(model: PreTrainedModel, folder: Path) -> list[ImageEmbeds]:
    """Every picture at the model's size, and some at others."""
    side = model.config.vision_config.image_size
    sizes = [(picture, (side, side)) for picture in PICTURES]
    others = [(picture, size) for picture, several in OTHER_SIZES.items() for size in several]
    return [encode(model, folder, picture, size) for picture, size in sizes + others]


def encode(model: PreTrainedModel, folder: Path, picture: str, size: tuple[int, int]) -> ImageEmbeds:
    """The vision tower's last_hidden_state, after post_layernorm."""
    height, width = size
    interpolated = size != (model.config.vision_config.image_size,) * 2
    pixels = load_pixels(folder, picture, height, width)
    states = model.vision_model(pixels, interpolate_pos_encoding=interpolated).last_hidden_state
    return ImageEmbeds(
        picture, f"image_embeds.{picture.split('.')[0]}@{height}x{width}", height, width, interpolated, states
    )
