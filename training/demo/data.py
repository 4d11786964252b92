"""Endless batches of scenes, each a function of the seed of its first scene alone."""

from __future__ import annotations

import random
from typing import Iterator

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

import tokens
from edits import edited
from mentions import Mention, false_mention, mention
from questions import PLACES, ask, places
from world import COLORS, KINDS, LAYOUTS, PATCH, SIDE, Description, Scene, draw, plural, resized, sample_scene

MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
TOKENIZER = tokens.build()
PROMPT = "a picture of"
Batch = dict[str, torch.Tensor]


def normalised(pictures: list[np.ndarray]) -> torch.Tensor:
    """uint8 RGB pictures as the image processor would hand them over."""
    pixels = (np.stack(pictures).astype(np.float32) / 255 - MEAN) / STD
    return torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())


def padded(rows: list[list[int]]) -> torch.Tensor:
    """Token rows padded on the right."""
    length = max(map(len, rows))
    return torch.tensor([row + [tokens.PAD] * (length - len(row)) for row in rows])


def ids(text: str, start: int = tokens.CLS) -> list[int]:
    """[CLS] text [SEP], or another start."""
    return [start] + TOKENIZER.encode(text).ids[1:]


def patch_labels(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """The kind that lies over each patch, and its turn in the caption; 0 where there is none."""
    kinds = np.zeros((SIDE // PATCH, SIDE // PATCH), np.int64)
    turns = kinds.copy()
    order = [kind for kind, _ in scene.description.groups]
    for item in scene.placed:
        low = [max(0, round((centre - item.size / 2) / PATCH + 0.1)) for centre in (item.y, item.x)]
        high = [round((centre + item.size / 2) / PATCH - 0.1) for centre in (item.y, item.x)]
        area = np.s_[low[0]:max(high[0], low[0] + 1), low[1]:max(high[1], low[1] + 1)]
        kinds[area], turns[area] = 1 + list(KINDS).index(item.kind), 1 + order.index(item.kind)
    return kinds.ravel(), turns.ravel()


def picture(scene: Scene, rng: random.Random) -> np.ndarray:
    """The scene at 96 pixels; one in twenty is drawn larger and resized."""
    return resized(draw(scene, rng.choice((2, 4)))) if rng.random() < 0.05 else draw(scene)


def make_batch(first_seed: int, size: int, task: str, questions: int) -> Batch:
    """Scenes of consecutive seeds with all that a task learns from."""
    rng = random.Random(-first_seed)
    scenes = [sample_scene(first_seed + at) for at in range(size)]
    batch = {"pixels": normalised([picture(scene, rng) for scene in scenes])} | scene_fields(scenes)
    if task == "vqa":
        return batch | question_fields(scenes, questions, rng)
    return batch | (caption_fields if task == "caption" else retrieval_fields)(scenes, rng)


def scene_fields(scenes: list[Scene]) -> Batch:
    """What the generator knows of the pictures, for the heads that are thrown away."""
    kinds, turns = map(torch.from_numpy, map(np.stack, zip(*map(patch_labels, scenes))))
    layout = torch.tensor([list(LAYOUTS).index(scene.layout) for scene in scenes])
    background = torch.tensor([list(COLORS).index(scene.description.background) for scene in scenes])
    return {"patch_kind": kinds, "patch_turn": turns, "layout": layout, "background": background} | noun_fields(scenes)


def noun_fields(scenes: list[Scene]) -> Batch:
    """How many of each kind a scene holds, and the place of the lone ones."""
    counts = [[dict(scene.description.groups).get(kind, 0) for kind in KINDS] for scene in scenes]
    named = [places(scene) for scene in scenes]
    where = [[PLACES.index(known[kind]) if kind in known else -100 for kind in KINDS] for known in named]
    return {"counts": torch.tensor(counts), "places": torch.tensor(where)}


def kinds_of_tokens() -> torch.Tensor:
    """For each token the kind that it names as the last word of its name, or -1."""
    named = torch.full((TOKENIZER.get_vocab_size(),), -1)
    for index, kind in enumerate(KINDS):
        for name in (kind, plural(kind)):
            named[TOKENIZER.token_to_id(name.split()[-1])] = index
    return named


def caption_fields(scenes: list[Scene], rng: random.Random) -> Batch:
    """Captions for the decoder; one in ten follows a prompt whose words are not learnt."""
    prompts = [PROMPT + " " if rng.random() < 0.1 else "" for _ in scenes]
    rows = [ids(prompt + scene.description.caption(), tokens.DEC) for prompt, scene in zip(prompts, scenes)]
    caption = padded(rows)
    labels = caption.masked_fill(caption == tokens.PAD, -100)
    labels[torch.tensor([bool(prompt) for prompt in prompts]), 1:len(PROMPT.split()) + 1] = -100
    return {"caption": caption, "caption_labels": labels}


def question_fields(scenes: list[Scene], number: int, rng: random.Random) -> Batch:
    """Questions and answers, `number` to a scene."""
    asked = [question for scene in scenes for question in ask(scene, number, rng)]
    return {"question": padded([ids(item.question) for item in asked]),
            "answer": padded([ids(item.answer, tokens.DEC) for item in asked])}


def retrieval_fields(scenes: list[Scene], rng: random.Random) -> Batch:
    """A true text for each scene, a false one that differs in one thing, and which text fits which scene.

    Most are captions, one in eight of them without its ground; four in ten name one thing only, as people search."""
    rows = [searched(scene.description, rng) if rng.random() < 0.4 else told(scene.description, rng) for scene in scenes]
    fits = [[there == at or (named is not None and named.fits(scene.description)) for there, scene in enumerate(scenes)]
            for at, (_, _, named) in enumerate(rows)]
    words = padded([ids(text) for text, _, _ in rows] + [ids(wrong) for _, wrong, _ in rows])
    return {"text": words[:len(scenes)], "wrong": words[len(scenes):], "fits": torch.tensor(fits)}


def told(description: Description, rng: random.Random) -> tuple[str, str, Mention | None]:
    """A caption and one that is false."""
    text = description.contents() if rng.random() < 0.125 else description.caption()
    return text, edited(description, rng).caption(), None


def searched(description: Description, rng: random.Random) -> tuple[str, str, Mention | None]:
    """A mention and one that is false."""
    named = mention(description, rng)
    return named.text(), false_mention(named, description, rng).text(), named


class Stream(IterableDataset):
    """Batches from a turn on, every so many turns."""

    def __init__(self, turn: int, stride: int, size: int, task: str, questions: int) -> None:
        self.turn, self.stride, self.size, self.task, self.questions = turn, stride, size, task, questions

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield make_batch(self.turn * self.size, self.size, self.task, self.questions)
            self.turn += self.stride


def batches(turn: int, stride: int, size: int, task: str, questions: int) -> Iterator[Batch]:
    """Batches made ahead by one process of its own."""
    stream = Stream(turn, stride, size, task, questions)
    return iter(DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=6))
