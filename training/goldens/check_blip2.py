"""Loads every BLIP-2 golden checkpoint from disk, in every layout and type, and compares it with the expected outputs."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import Blip2ForConditionalGeneration, Blip2ForImageTextRetrieval
from transformers.utils import logging

from blip2_generation import generation_tensors
from blip2_retrieval import retrieval_tensors

GOLDEN = Path(__file__).resolve().parents[2] / "test" / "golden"


@torch.no_grad()
def main() -> None:
    """One line for each checkpoint folder."""
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_default_dtype(torch.float64)
    for folder in sorted(path.parent for path in (GOLDEN / "blip-2").glob("*/config.json")):
        kind = folder.name.split("-")[0]
        model_class = Blip2ForImageTextRetrieval if kind == "itm" else Blip2ForConditionalGeneration
        model = model_class.from_pretrained(folder, attn_implementation="eager").eval().double()
        expected = load_file(GOLDEN / "blip-2" / "expected" / f"{kind}.safetensors")
        pictures = GOLDEN / "blip" / "pictures"
        found = retrieval_tensors(model, pictures) if kind == "itm" else generation_tensors(kind, model, pictures)
        for name, tensor in expected.items():
            torch.testing.assert_close(found[name], tensor.double(), rtol=0.0, atol=1e-5)
        print(folder.name, "as expected:", len(expected), "tensors of seed", seed_of(kind))


def seed_of(kind: str) -> int:
    return json.loads((GOLDEN / "blip-2" / "expected" / f"{kind}.json").read_text())["seed"]


if __name__ == "__main__":
    main()
