"""Writes every golden file under test/golden: `python training/goldens/make.py [part …]`. See README.md."""

import copy
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import PreTrainedModel
from transformers.utils import logging

from beams import make_beams
from blip2 import make_blip2
from captioning import caption_goldens
from checkpoints import BASE, LARGE, Shape, make_model, save_checkpoint, save_pickled, save_sharded
from generation import Unstable
from hub_cache import write_hub_cache
from llava import llava_goldens, open_all, reference_tensors, save_shapes
from llava import save_pixels as save_llava_pixels
from llava_checkpoints import KINDS, Kind
from llava_checkpoints import make_model as make_llava_model
from llava_checkpoints import save_layouts as save_llava
from llava_text import save_texts
from pictures import save_pictures, save_pixels, save_resizes
from processors import make_processors
from retrieval import check_against_forward, retrieval_goldens
from text import write_json
from vqa import vqa_goldens
from wordpiece import make_text

GOLDEN = Path(__file__).resolve().parents[2] / "test" / "golden"
BLIP = GOLDEN / "blip"
LLAVA = GOLDEN / "llava"
SEP_BIAS = 4.0
MAKERS = {"captioning": caption_goldens, "vqa": vqa_goldens, "retrieval": retrieval_goldens}
MODELS = {
    "captioning-base": ("captioning", BASE),
    "captioning-large": ("captioning", LARGE),
    "vqa-base": ("vqa", BASE),
    "retrieval-base": ("retrieval", BASE),
    "retrieval-large": ("retrieval", LARGE),
}


def make_pictures() -> None:
    """Pictures, their pixels, and resize pairs."""
    save_pictures(BLIP / "pictures")
    save_pixels(BLIP / "pictures")
    save_resizes(BLIP / "resize")


@torch.no_grad()
def make_blip() -> None:
    """The checkpoints and what each computes."""
    for name, (task, shape) in MODELS.items():
        seed, model, tensors, cases = find_model(task, shape)
        if task == "retrieval":
            check_against_forward(model, BLIP / "pictures", tensors)
        save_layouts(model, name)
        (BLIP / "expected").mkdir(exist_ok=True)
        save_file(
            {key: tensor.float().contiguous() for key, tensor in in_float64(task, model).items()},
            BLIP / "expected" / f"{name}.safetensors",
        )
        write_json(BLIP / "expected" / f"{name}.json", {"checkpoint": name, "seed": seed} | cases)
        print(name, "seed", seed)


def in_float64(task: str, model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """The tensors of the same weights without float32's rounding, which in places is as large as the tolerance."""
    torch.set_default_dtype(torch.float64)
    try:
        return MAKERS[task](copy.deepcopy(model).double(), BLIP / "pictures")[0]
    finally:
        torch.set_default_dtype(torch.float32)


@torch.no_grad()
def make_llava() -> None:
    """LLaVA's checkpoints and what each computes."""
    save_shapes(LLAVA / "pictures")
    pictures = open_all(BLIP / "pictures", LLAVA / "pictures")
    save_llava_pixels(pictures, LLAVA / "pictures")
    (LLAVA / "expected").mkdir(parents=True, exist_ok=True)
    for kind in ("llama", "qwen2"):
        save_texts(kind, LLAVA / "expected" / f"{kind}-text.json")
    for kind in KINDS:
        seed, model, cases = find_llava(kind, pictures)
        save_llava(kind, model, LLAVA)
        tensors = llava_in_float64(kind, model, pictures)
        save_file(tensors, LLAVA / "expected" / f"{kind.name}.safetensors")
        write_json(LLAVA / "expected" / f"{kind.name}.json", {"checkpoint": kind.name, "seed": seed} | cases)
        print(kind.name, "seed", seed)


def find_llava(kind: Kind, pictures: dict) -> tuple[int, PreTrainedModel, dict]:
    """The first seed whose every answer is clear."""
    for seed in count(1):
        model = make_llava_model(kind, seed)
        try:
            return seed, model, llava_goldens(kind, model, pictures)
        except Unstable as reason:
            print(kind.name, "seed", seed, "refused:", reason)


def llava_in_float64(kind: Kind, model: PreTrainedModel, pictures: dict) -> dict[str, torch.Tensor]:
    """Features and logits of the same weights without float32's rounding."""
    torch.set_default_dtype(torch.float64)
    try:
        tensors = reference_tensors(kind, copy.deepcopy(model).double(), pictures)
    finally:
        torch.set_default_dtype(torch.float32)
    return {key: tensor.float().contiguous() for key, tensor in tensors.items()}


def find_model(task: str, shape: Shape) -> tuple[int, PreTrainedModel, dict, dict]:
    """The first seed whose every answer is clear and whose captions vary."""
    for seed in count(1):
        model = make_model(task, shape, seed, SEP_BIAS)
        try:
            return seed, model, *MAKERS[task](model, BLIP / "pictures")
        except Unstable as reason:
            print(task, shape.width, "seed", seed, "refused:", reason)


def save_layouts(model: PreTrainedModel, name: str) -> None:
    """safetensors for all; shards and pickles for some."""
    save_checkpoint(model, BLIP / name, added_tokens=name != "captioning-large")
    if name == "captioning-base":
        save_sharded(model, BLIP / f"{name}-sharded")
        save_pickled(model, BLIP / f"{name}-bin", archive="pytorch_model")
    if name == "retrieval-base":
        save_pickled(model, BLIP / f"{name}-bin", archive="archive")


@torch.no_grad()
def make_generation() -> None:
    """Logits processors and beam search, away from any real model."""
    make_processors(GOLDEN / "generation.json")
    make_beams(GOLDEN / "beam.json")


PARTS: dict[str, Callable[[], None]] = {
    "pictures": make_pictures,
    "blip": make_blip,
    "blip-2": lambda: make_blip2(GOLDEN / "blip-2", BLIP / "pictures"),
    "text": lambda: make_text(GOLDEN / "text"),
    "llava": make_llava,
    "generation": make_generation,
    "hub-cache": lambda: write_hub_cache(GOLDEN),
}


def main(names: list[str]) -> None:
    """Make the named parts, or all."""
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
