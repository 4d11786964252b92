"""Text to picture with BLIP-2's retrieval model."""

from __future__ import annotations

import torch
from torch import nn

import tokens
from blip2 import look
from data import ids, normalised, padded
from heldout import held_out
from matching import compared, pictured, worded
from scores import GALLERY, NEAR, mean


@torch.no_grad()
def ranks(model: nn.Module, pixels: torch.Tensor, texts: list[str]) -> tuple[list[bool], list[bool]]:
    """For each text of one gallery: is its own picture first by contrast alone, and after matching re-ranks."""
    states = model.vision_model(pixel_values=pixels).last_hidden_state
    rows = padded([ids(text) for text in texts])
    similar = (worded(model, rows) @ pictured(model, look(model, states)).transpose(1, 2)).amax(-1).T
    near = similar.topk(min(NEAR, len(texts))).indices
    first = []
    for at, (row, text) in enumerate(zip(near, rows)):
        text = text[text != tokens.PAD]
        logits, _ = compared(model, states[row], text.expand(len(row), -1))
        first.append(row[(logits[:, 1] + similar[at, row]).argmax()].item() == at)
    return (near[:, 0] == torch.arange(len(texts))).tolist(), first


def matching_scores(teaching: nn.Module, number: int = 200, offset: int = 100_000) -> dict[str, float]:
    """First of a hundred, by contrast alone and re-ranked, over all galleries."""
    return gallery_scores(teaching.model, held_out(number, offset))


def gallery_scores(model: nn.Module, world: object) -> dict[str, float]:
    """The same of given scenes."""
    pixels, texts = normalised(world.pictures), world.captions
    parts = [ranks(model, pixels[at:at + GALLERY], texts[at:at + GALLERY]) for at in range(0, len(texts), GALLERY)]
    first, ranked = (sum(column, []) for column in zip(*parts))
    return {"itc r@1": mean(first), "r@1": mean(ranked)}
