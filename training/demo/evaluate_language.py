"""Scores the saved BLIP-2 and LLaVA checkpoints on 500 held-out scenes, in float32 arithmetic.

python training/demo/evaluate_language.py --checkpoints checkpoints [--golden test/golden/demo]
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import torch

from conversations import SHORT_ANSWER, Turn
from data import normalised
from golden_talk import write_talks
from heldout import HeldOut
from official import CLASSES, Official
from search import gallery_scores, one_thing_scores
from talk import caption_marks, conversations, turn_scores
from talk_llava import llava_captions, llava_replies
from talk_opt import opt_captions, opt_replies
from wording import in_other_words

Scores = dict[str, dict[str, float]]


def alone(world: HeldOut, ending: str = "") -> list[list[Turn]]:
    """The questions of every scene as conversations of one turn."""
    return [[Turn(item.kind, item.question + ending, item.answer)] for _, item in world.asked]


def other_words(talks: list[list[Turn]]) -> list[list[Turn]]:
    """The same conversations, each question in other words where there are any."""
    rng = random.Random(0)
    return [[replace(turn, question=in_other_words(turn.question, rng)) for turn in talk] for talk in talks]


def opt_evaluation(checkpoints: Path, world: HeldOut, talks: list[list[Turn]]) -> Scores:
    """BLIP-2 with OPT: captions, single questions, conversations."""
    model, pixels = Official(checkpoints, "blip2-opt").model, normalised(world.pictures)
    asked = pixels[[at for at, _ in world.asked]]
    return {"caption": caption_marks(opt_captions(model, pixels), world.captions),
            "caption after \"a photo of\"": caption_marks(opt_captions(model, pixels, "a photo of"), world.captions),
            "vqa": without_first(turn_scores(alone(world), opt_replies(model, asked, alone(world)))),
            "conversation": turn_scores(talks, opt_replies(model, pixels, talks)),
            "in other words": turn_scores(other_words(talks), opt_replies(model, pixels, other_words(talks)))}


def itm_evaluation(checkpoints: Path, world: HeldOut) -> Scores:
    """BLIP-2's retrieval: by caption, and by one thing's name."""
    model = Official(checkpoints, "blip2-itm").model
    return {"retrieval": gallery_scores(model, world), "one thing": one_thing_scores(model)}


def llava_evaluation(checkpoints: Path, world: HeldOut, talks: list[list[Turn]]) -> Scores:
    """LLaVA: captions by prompt, single questions in the short form, conversations."""
    model, pixels = Official(checkpoints, "llava").model, normalised(world.pictures)
    asked = pixels[[at for at, _ in world.asked]]
    single = alone(world, SHORT_ANSWER)
    return {"caption": caption_marks(llava_captions(model, pixels), world.captions),
            "vqa": without_first(turn_scores(single, llava_replies(model, asked, single))),
            "conversation": turn_scores(talks, llava_replies(model, pixels, talks)),
            "in other words": turn_scores(other_words(talks), llava_replies(model, pixels, other_words(talks)))}


def without_first(scores: dict[str, float]) -> dict[str, float]:
    """Where every turn is a first one it is called all."""
    return {"all" if key == "first" else key: value for key, value in scores.items()}


def evaluate(checkpoints: Path, world: HeldOut, talks: list[list[Turn]], models: list[str]) -> dict[str, Scores]:
    """The scores of some models."""
    ways = {"blip2-opt": lambda: opt_evaluation(checkpoints, world, talks),
            "blip2-itm": lambda: itm_evaluation(checkpoints, world),
            "llava": lambda: llava_evaluation(checkpoints, world, talks)}
    return {model: ways[model]() for model in models}


def main() -> None:
    """Prints the scores; with --golden, writes the conversations and Python's own predictions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"))
    parser.add_argument("--models", nargs="+", choices=CLASSES, default=list(CLASSES))
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--offset", type=int, default=0, help="other held-out scenes, for choosing a recipe")
    parser.add_argument("--golden", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    world, talks = conversations(args.scenes, args.offset)
    scores = evaluate(args.checkpoints, world, talks, args.models)
    print(json.dumps(scores, indent=2))
    if args.golden:
        write_talks(args.golden, args.checkpoints, world, talks, scores)


if __name__ == "__main__":
    main()
