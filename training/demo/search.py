"""Text to picture with BLIP-2's retrieval model."""

from __future__ import annotations

import torch
from torch import nn

import tokens
from blip2 import look
from data import ids, normalised, padded
from heldout import HeldOut, held_out
from matching import compared, pictured, worded
from scores import GALLERY, NEAR, mean
from world import KINDS, phrase, plural

Firsts = list[tuple[int, int]]
"""For each text the picture that contrast alone puts first, and the first after matching re-ranks the nearest."""


@torch.no_grad()
def firsts(model: nn.Module, pixels: torch.Tensor, texts: list[str]) -> Firsts:
    """The first pictures of one gallery."""
    states = model.vision_model(pixel_values=pixels).last_hidden_state
    rows = padded([ids(text) for text in texts])
    similar = (worded(model, rows) @ pictured(model, look(model, states)).transpose(1, 2)).amax(-1).T
    found = []
    for own, text in zip(similar, rows):
        near, text = own.topk(min(NEAR, len(own))).indices, text[text != tokens.PAD]
        logits, _ = compared(model, states[near], text.expand(len(near), -1))
        found.append((near[0].item(), near[(logits[:, 1] + own[near]).argmax()].item()))
    return found


def matching_scores(teaching: nn.Module, number: int = 200, offset: int = 100_000) -> dict[str, float]:
    """First of a hundred, by contrast alone and re-ranked, over all galleries."""
    return gallery_scores(teaching.model, held_out(number, offset))


def gallery_scores(model: nn.Module, world: HeldOut) -> dict[str, float]:
    """The same of given scenes."""
    pixels = normalised(world.pictures)
    marks = [(contrast == at, ranked == at) for first in range(0, len(pixels), GALLERY) for at, (contrast, ranked) in
             enumerate(firsts(model, pixels[first:first + GALLERY], world.captions[first:first + GALLERY]))]
    return {"itc r@1": mean(contrast for contrast, _ in marks), "r@1": mean(ranked for _, ranked in marks)}


def one_thing_scores(model: nn.Module) -> dict[str, float]:
    """How often a search for one kind, "a cat" or "cats", puts a picture that holds it first of a hundred others."""
    world = held_out(GALLERY, 200_000)
    held = [dict(scene.description.groups) for scene in world.scenes]
    sought = [(kind, text) for kind in KINDS if any(kind in things for things in held)
              for text in (phrase(kind, 1), plural(kind))]
    found = firsts(model, normalised(world.pictures), [text for _, text in sought])
    marks = [[kind in held[at] for at in pair] for (kind, _), pair in zip(sought, found)]
    return {"itc": mean(contrast for contrast, _ in marks), "re-ranked": mean(ranked for _, ranked in marks)}
