"""Scores the saved float16 checkpoints on 500 held-out scenes, in float32 arithmetic.

python training/demo/evaluate.py --checkpoints checkpoints [--golden test/golden/demo]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import BlipForConditionalGeneration, BlipForImageTextRetrieval, BlipForQuestionAnswering

from data import normalised
from golden import write_golden
from heldout import HeldOut, held_out
from model import NAMES
from scores import caption_scores, retrieval_scores, vqa_scores

CLASSES = {"caption": BlipForConditionalGeneration, "vqa": BlipForQuestionAnswering,
           "retrieval": BlipForImageTextRetrieval}
Loaded = dict[str, torch.nn.Module]


def load(folder: Path) -> Loaded:
    """The three checkpoints as the official classes read them."""
    return {task: CLASSES[task].from_pretrained(folder / name, dtype=torch.float32).eval()
            for task, name in NAMES.items()}


def evaluate(models: Loaded, world: HeldOut) -> dict[str, dict[str, float]]:
    """The scores of each task."""
    pixels = normalised(world.pictures)
    return {"caption": caption_scores(models["caption"], pixels, world.captions),
            "vqa": vqa_scores(models["vqa"], pixels, world.asked),
            "retrieval": retrieval_scores(models["retrieval"], pixels, world.captions)}


def by_layout(models: Loaded, world: HeldOut) -> dict[str, float]:
    """Exact captions for each layout of scene."""
    pixels, scores = normalised(world.pictures), {}
    for layout in sorted({scene.layout for scene in world.scenes}):
        rows = [at for at, scene in enumerate(world.scenes) if scene.layout == layout]
        scores[layout] = caption_scores(models["caption"], pixels[rows], [world.captions[at] for at in rows])["exact"]
    return scores


def main() -> None:
    """Prints the scores; with --golden, writes the held-out set and Python's own predictions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--offset", type=int, default=0, help="other held-out scenes, for choosing a recipe")
    parser.add_argument("--golden", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    models, world = load(args.checkpoints), held_out(args.scenes, args.offset)
    scores = evaluate(models, world) | {"caption by layout": by_layout(models, world)}
    print(json.dumps(scores, indent=2))
    if args.golden:
        write_golden(args.golden, models, world, scores)


if __name__ == "__main__":
    main()
