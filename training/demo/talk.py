"""Greedy replies of the language models, and their scores on held-out conversations."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import lru_cache
from typing import Callable, Sequence

import torch

from conversations import Turn, dialogue
from heldout import HeldOut, held_out
from scores import mean, word_set

LENGTH = 24
Next = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Rows of ids and the indices of their pictures to the logits of the next token."""


@torch.no_grad()
def greedy(next_logits: Next, rows: Sequence[Sequence[int]], pictures: Sequence[int], end: int) -> list[list[int]]:
    """The likeliest tokens after each row up to `end`, rows of one length at a time."""
    said: list[list[int]] = [[] for _ in rows]
    for length in sorted({len(row) for row in rows}):
        some = [at for at, row in enumerate(rows) if len(row) == length]
        for at, tokens in zip(some, continued(next_logits, torch.tensor([rows[at] for at in some]),
                                              torch.tensor([pictures[at] for at in some]), end)):
            said[at] = tokens
    return said


def continued(next_logits: Next, ids: torch.Tensor, pictures: torch.Tensor, end: int) -> list[list[int]]:
    """What follows rows of one length."""
    start = ids.shape[1]
    for _ in range(LENGTH):
        ids = torch.cat([ids, next_logits(ids, pictures).argmax(-1, keepdim=True)], 1)
        if (ids[:, start:] == end).any(1).all():
            break
    return [(row + [end])[:(row + [end]).index(end)] for row in ids[:, start:].tolist()]


@lru_cache(maxsize=4)
def conversations(number: int, offset: int) -> tuple[HeldOut, list[list[Turn]]]:
    """Held-out scenes, each with a conversation."""
    world = held_out(number, offset)
    return world, [dialogue(scene, random.Random(at)) for at, scene in enumerate(world.scenes)]


def turn_scores(talks: list[list[Turn]], replies: list[list[str]]) -> dict[str, float]:
    """Right answers of the first turns, of the later ones, and by kind."""
    right = defaultdict(list)
    for talk, said in zip(talks, replies):
        for at, (turn, reply) in enumerate(zip(talk, said)):
            for key in ("later" if at else "first", turn.kind):
                right[key].append(reply == turn.answer)
    return {key: mean(right[key]) for key in sorted(right, key=lambda key: (key not in ("first", "later"), key))}


def caption_marks(said: list[str], truth: list[str]) -> dict[str, float]:
    """Exact captions, and those that name the right things and ground."""
    return {"exact": mean(a == b for a, b in zip(said, truth)),
            "set": mean(word_set(a) == word_set(b) for a, b in zip(said, truth))}
