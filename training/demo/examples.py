"""Draws the example pictures of a fresh install: larger scenes that the checkpoints get right.

python training/demo/examples.py --checkpoints checkpoints --out examples
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from itertools import count
from pathlib import Path

import torch
from PIL import Image

from conversations import Turn, dialogue, lone
from data import normalised
from evaluate import Loaded, load
from questions import Question, one_of_each
from official import Official
from scores import answers, captions
from talk_llava import llava_replies
from world import COLORS, HELD_OUT, KINDS, LAYOUTS, Scene, draw, resized, sample_scene

NUMBER, SCALE = 24, 4
FIRST_SEED = HELD_OUT + 500_000


def right(models: Loaded, scene: Scene, asked: list[Question]) -> bool:
    """Are the caption and all answers as they should be?"""
    pixels = normalised([resized(draw(scene, SCALE))])
    return (captions(models["caption"], pixels) == [scene.description.caption()]
            and answers(models["vqa"], pixels, [(0, item) for item in asked]) == [item.answer for item in asked])


def marks(scene: Scene) -> set[str]:
    """What the examples should not repeat too often."""
    return {scene.layout, scene.description.background, *(kind for kind, _ in scene.description.groups)}


def choose(models: Loaded) -> list[tuple[Scene, list[Question]]]:
    """Scenes spread over layouts, grounds and kinds, with two questions each, all got right."""
    most = {**dict.fromkeys(LAYOUTS, 4), **dict.fromkeys(COLORS, 3), **dict.fromkeys(KINDS, 2)}
    used: Counter[str] = Counter()
    chosen: list[tuple[Scene, list[Question]]] = []
    for scene in map(sample_scene, count(FIRST_SEED)):
        if len(chosen) == NUMBER:
            return chosen
        rng = random.Random(len(chosen))
        asked = one_of_each(scene, rng)
        if all(used[mark] < most[mark] for mark in marks(scene)) and right(models, scene, asked):
            chosen.append((scene, rng.sample(asked, 2)))
            used.update(marks(scene))


def talk(llava: torch.nn.Module, scene: Scene) -> list[Turn]:
    """A conversation about what "it" is, in which LLaVA gets every answer right."""
    pixels = normalised([resized(draw(scene, SCALE))])
    for seed in count():
        turns = dialogue(scene, random.Random(seed))
        wanted = [turn.answer for turn in turns]
        if telling(scene, turns) and llava_replies(llava, pixels, [turns]) == [wanted]:
            return turns


def telling(scene: Scene, turns: list[Turn]) -> bool:
    """Does a conversation ask three different things, and of things beside each other first what is beside one?"""
    subjects = {turn.kind.removeprefix("it: ") for turn in turns}
    needing = all(turn.kind.startswith("it: ") for turn in turns[1:])
    return needing and len(subjects) == len(turns) and (lone(scene) is not None or turns[0].kind == "relation")


def write(folder: Path, chosen: list[tuple[Scene, list[Question]]], llava: torch.nn.Module) -> None:
    """The pictures, and captions.json beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    for scene, asked in chosen:
        name = scene.description.contents().replace(",", "").replace(" ", "-") + ".png"
        Image.fromarray(draw(scene, SCALE)).save(folder / name, optimize=True)
        told[name] = {"caption": scene.description.caption(),
                      "questions": exchanges(asked), "conversation": exchanges(talk(llava, scene))}
    (folder / "captions.json").write_text(json.dumps(told, indent=2) + "\n")


def exchanges(asked: list[Question] | list[Turn]) -> list[dict[str, str]]:
    """Questions with their answers."""
    return [{"question": item.question, "answer": item.answer} for item in asked]


def main() -> None:
    """Chooses and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    parser.add_argument("--out", type=Path, default=Path("examples"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    write(args.out, choose(load(args.checkpoints)), Official(args.checkpoints, "llava").model)


if __name__ == "__main__":
    main()
