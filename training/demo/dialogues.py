"""Endless batches of captions and conversations for the language models, each a function of its first seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable, Iterator

import torch
from torch.utils.data import DataLoader, IterableDataset

from bpe import IMAGE, LLAMA_BOS, LLAMA_EOS, OPT_BOS, OPT_PAD, llama_tokenizer, newline, opt_tokenizer
from conversations import CAPTION_PROMPT, PHRASES, SHORT_ANSWER, Turn, conversation, typed
from data import Batch, normalised, picture, scene_fields
from questions import in_order, neighbours
from wording import reworded
from world import KINDS, Scene, sample_scene

PATCHES = 36
HIDDEN = -100
"""The label of a token that is not to be learnt."""
NONE = len(KINDS)


@dataclass
class Row:
    """Tokens with what should come after each of them, and the turns' places: where an answer is about to begin."""

    ids: list[int]
    labels: list[int]
    asked: list[tuple[int, str | None]]

    def add(self, ids: list[int]) -> None:
        """Tokens that are given."""
        self.ids += ids
        self.labels += [HIDDEN] * len(ids)

    def answer(self, ids: list[int], end: int, subject: str | None) -> None:
        """Tokens that are to be said after those given, and the end that should follow them."""
        self.asked.append((len(self.ids) - 2, subject))
        self.labels[-1:] = ids[:1]
        self.labels += ids[1:] + [end]
        self.ids += ids


@lru_cache(maxsize=100_000)
def opt_ids(text: str) -> tuple[int, ...]:
    """A piece of text for OPT, without </s>."""
    return tuple(opt_tokenizer().encode(text, add_special_tokens=False).ids)


@lru_cache(maxsize=100_000)
def llama_ids(text: str) -> tuple[int, ...]:
    """A piece of text for LLaMA, without <s>."""
    return tuple(llama_tokenizer().encode(text, add_special_tokens=False).ids)


def opt_caption(scene: Scene, rng: random.Random) -> Row:
    """</s>, at times the beginning of a sentence, the caption, a newline."""
    row = Row([], [], [])
    row.add([OPT_BOS])
    if rng.random() < 0.15:
        row.add(list(opt_ids(rng.choice(PHRASES))))
    row.answer(list(opt_ids(f" {scene.description.caption()}")), newline(), None)
    row.asked.clear()
    return row


def opt_dialogue(turns: list[Turn], rng: random.Random) -> Row:
    """Question: … Answer: …. Question: … Answer: …; any answer might be the last: each should end with a newline."""
    row = Row([], [], [])
    row.add([OPT_BOS])
    for at, turn in enumerate(turns):
        row.add(list(opt_ids(f"{'. ' if at else ''}Question: {typed(reworded(turn.question, rng), rng)} Answer:")))
        row.answer(list(opt_ids(f" {turn.answer}")), newline(), turn.subject)
    return row


def llama_dialogue(turns: list[Turn], rng: random.Random) -> Row:
    """USER: <image>… ASSISTANT: …</s>USER: … ASSISTANT: …</s>, as the chat template renders it."""
    row = Row([], [], [])
    row.add([LLAMA_BOS])
    for at, turn in enumerate(turns):
        asked = f"USER: {'' if at else IMAGE + chr(10)}{typed(reworded(turn.question, rng), rng)} ASSISTANT:"
        row.add(spread(list(llama_ids(asked))))
        row.answer(list(llama_ids(turn.answer)), LLAMA_EOS, turn.subject)
        row.add([LLAMA_EOS])
    return row


def spread(ids: list[int]) -> list[int]:
    """<image> once for every patch."""
    image = llama_tokenizer().token_to_id(IMAGE)
    return [same for token in ids for same in [token] * (PATCHES if token == image else 1)]


def as_asked(scene: Scene, turns: list[Turn], rng: random.Random) -> list[Turn]:
    """Some conversations open with the server's own prompt for a caption, some questions ask for a short answer."""
    first = turns[0]
    if rng.random() < 0.1:
        return [Turn("caption", CAPTION_PROMPT, scene.description.caption())]
    if first.kind != "describe" and rng.random() < 0.3:
        first = Turn(first.kind, first.question + SHORT_ANSWER, first.answer, first.subject, first.topic)
    return [first, *turns[1:]]


def padded(rows: list[Row], pad: int) -> Batch:
    """Rows padded on the right, and their turns."""
    length = max(len(row.ids) for row in rows)
    asked = [(at, place, NONE if kind is None else list(KINDS).index(kind))
             for at, row in enumerate(rows) for place, kind in row.asked]
    return {"ids": torch.tensor([filled(row.ids, length, pad) for row in rows]),
            "labels": torch.tensor([filled(row.labels, length, HIDDEN) for row in rows]),
            "asked": torch.tensor(asked).reshape(-1, 3)}


def filled(values: list[int], length: int, value: int) -> list[int]:
    """A list brought to a length."""
    return values + [value] * (length - len(values))


def thing_fields(scenes: list[Scene]) -> Batch:
    """What stands before and after each lone kind, and the kinds in order, by caption and by place."""
    before, after = (torch.full((len(scenes), NONE), HIDDEN) for _ in range(2))
    for at, scene in enumerate(scenes):
        for kind, first, second in neighbours(scene):
            for table, found in ((before, first), (after, second)):
                table[at, list(KINDS).index(kind)] = list(KINDS).index(found[0]) if len(found) == 1 else NONE
    told = torch.tensor([three([kind for kind, _ in scene.description.groups]) for scene in scenes])
    counts = torch.tensor([([count for _, count in scene.description.groups] + [0, 0])[:3] for scene in scenes])
    return {"before": before, "after": after, "told": told, "told_counts": counts,
            "ordered": torch.tensor([three(in_order(scene)) for scene in scenes])}


def three(kinds: list[str]) -> list[int]:
    """Three kinds as numbers."""
    return ([list(KINDS).index(kind) for kind in kinds] + [NONE, NONE])[:3]


def make_batch(first_seed: int, size: int, family: str) -> Batch:
    """Scenes of consecutive seeds with their conversations."""
    rng = random.Random(-first_seed)
    scenes = [sample_scene(first_seed + at) for at in range(size)]
    batch = {"pixels": normalised([picture(scene, rng) for scene in scenes])}
    batch |= scene_fields(scenes) | thing_fields(scenes)
    most = 6 if family == "llava" else 4
    talks = [conversation(scene, rng.randint(most - 3, most), rng) for scene in scenes]
    if family == "llava":
        rows = [llama_dialogue(as_asked(scene, talk, rng), rng) for scene, talk in zip(scenes, talks)]
        return batch | padded(rows, LLAMA_EOS)
    captions = padded([opt_caption(scene, rng) for scene in scenes], OPT_PAD)
    return batch | padded([opt_dialogue(talk, rng) for talk in talks], OPT_PAD) | {
        "caption": captions["ids"], "caption_labels": captions["labels"]}


class Stream(IterableDataset):
    """What a function makes of a turn's first seed, turn after turn."""

    def __init__(self, turn: int, size: int, make: Callable[[int], Batch]) -> None:
        self.turn, self.size, self.make = turn, size, make

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield self.make(self.turn * self.size)
            self.turn += 1


def stream(turn: int, size: int, make: Callable[[int], Batch]) -> Iterator[Batch]:
    """Batches made ahead by one process of its own."""
    return iter(DataLoader(Stream(turn, size, make), batch_size=None, num_workers=1, prefetch_factor=6))
