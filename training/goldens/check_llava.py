"""Loads every golden LLaVA checkpoint from disk, in every layout, and compares it with the expected outputs."""

import json

import torch
from safetensors.torch import load_file
from transformers import LlavaForConditionalGeneration, LlavaNextForConditionalGeneration
from transformers.utils import logging

from llava import floats, inputs, open_all, reference_tensors
from llava_checkpoints import KINDS, processor
from make import BLIP, LLAVA

CLASSES = {"llava": LlavaForConditionalGeneration, "llava_next": LlavaNextForConditionalGeneration}


@torch.no_grad()
def main() -> None:
    """One line for each checkpoint folder."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    pictures = open_all(BLIP / "pictures", LLAVA / "pictures")
    for folder in sorted(path.parent for path in LLAVA.glob("*/config.json")):
        kind = next(kind for kind in KINDS if folder.name.startswith(kind.name))
        made = CLASSES[json.loads((folder / "config.json").read_text())["model_type"]]
        model = made.from_pretrained(folder, attn_implementation="eager").eval().double()
        expected = load_file(LLAVA / "expected" / f"{kind.name}.safetensors")
        for name, tensor in reference_tensors(kind, model, pictures).items():
            torch.testing.assert_close(tensor, expected[name].double(), rtol=0, atol=1e-5)
        cases = json.loads((LLAVA / "expected" / f"{kind.name}.json").read_text())["generations"]
        for case in cases:
            check_greedy(model, processor(kind), case, pictures)
        print(folder.name, "as expected:", len(expected), "tensors,", len(cases), "generations")


def check_greedy(model, made, case: dict, pictures: dict) -> None:
    """The plainest answers again, without a cache."""
    options = case["options"]
    if options["beams"] > 1 or options["minTokens"] or options["repetitionPenalty"] != 1:
        return
    given = floats(inputs(made, case["messages"], pictures))
    ids = model.generate(**given, use_cache=False, do_sample=False, max_new_tokens=options["maxTokens"])
    new = ids[0, given["input_ids"].shape[1] :].tolist()
    assert new == case["tokenIds"], (case["messages"], new)


if __name__ == "__main__":
    main()
