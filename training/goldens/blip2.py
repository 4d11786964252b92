"""Writes test/golden/blip-2: the tiny checkpoints and what transformers makes of the pictures of test/golden/blip."""

import copy
from itertools import count
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import PreTrainedModel

from blip2_generation import generation_cases, generation_tensors
from blip2_models import make_model, save_model, save_pickled
from blip2_retrieval import retrieval_cases, retrieval_tensors
from generation import Unstable
from text import write_json


def tensors_of(kind: str, model: PreTrainedModel, pictures: Path) -> dict[str, torch.Tensor]:
    return retrieval_tensors(model, pictures) if kind == "itm" else generation_tensors(kind, model, pictures)


def cases_of(kind: str, model: PreTrainedModel, pictures: Path) -> dict:
    return retrieval_cases(model, pictures) if kind == "itm" else generation_cases(kind, model, pictures)


@torch.no_grad()
def make_blip2(folder: Path, pictures: Path) -> None:
    """One reference for each kind; some kinds in several layouts."""
    for kind in ("opt", "t5", "itm"):
        seed, model, cases = find_model(kind, pictures)
        save_layouts(model, kind, folder)
        tensors = {name: tensor.float().contiguous() for name, tensor in in_float64(kind, model, pictures).items()}
        (folder / "expected").mkdir(parents=True, exist_ok=True)
        save_file(tensors, folder / "expected" / f"{kind}.safetensors")
        write_json(folder / "expected" / f"{kind}.json", {"checkpoint": kind, "seed": seed} | cases)
        print("blip-2", kind, "seed", seed)


def in_float64(kind: str, model: PreTrainedModel, pictures: Path) -> dict[str, torch.Tensor]:
    """The tensors of the same weights without float32's rounding."""
    torch.set_default_dtype(torch.float64)
    try:
        return tensors_of(kind, copy.deepcopy(model).double(), pictures)
    finally:
        torch.set_default_dtype(torch.float32)


def find_model(kind: str, pictures: Path) -> tuple[int, PreTrainedModel, dict]:
    """The first seed whose every answer is clear and whose answers vary."""
    for seed in count(1):
        model = make_model(kind, seed)
        try:
            return seed, model, cases_of(kind, model, pictures)
        except Unstable as reason:
            print("blip-2", kind, "seed", seed, "refused:", reason)


def save_layouts(model: PreTrainedModel, kind: str, folder: Path) -> None:
    """Each type and each kind of file once."""
    if kind == "opt":
        save_model(model, kind, folder / "opt", torch.float32)
        save_model(model, kind, folder / "opt-float16-sharded", torch.float16, max_shard_size="120KB")
        save_pickled(model, kind, folder / "opt-bfloat16-bin", torch.bfloat16)
    elif kind == "t5":
        save_model(model, kind, folder / "t5", torch.bfloat16)
    else:
        save_model(model, kind, folder / "itm", torch.float32)
