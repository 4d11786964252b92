"""Loads every golden checkpoint from disk, in every layout, and compares it with the expected outputs."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import BlipProcessor, PreTrainedModel
from transformers.utils import logging

from checkpoints import CLASSES
from make import BLIP
from pictures import pixel_values
from retrieval import check_against_forward

EXACT = {"rtol": 0.0, "atol": 1e-5}


@torch.no_grad()
def main() -> None:
    """One line for each checkpoint folder."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for folder in sorted(path.parent for path in BLIP.glob("*/config.json")):
        name = folder.name.removesuffix("-bin").removesuffix("-sharded")
        model = CLASSES[name.split("-")[0]].from_pretrained(folder, attn_implementation="eager").eval().double()
        cases = json.loads((BLIP / "expected" / f"{name}.json").read_text())
        tensors = {key: t.double() for key, t in load_file(BLIP / "expected" / f"{name}.safetensors").items()}
        check_images(model, cases["images"], tensors)
        if name.startswith("retrieval"):
            check_against_forward(model, BLIP / "pictures", tensors)
        for case in cases.get("logits", []):
            check_logits(model, case, tensors)
        for case in cases.get("generations", []):
            check_generation(model, folder, case)
        print(
            folder.name,
            "as expected:",
            len(cases["images"]),
            "images,",
            len(cases.get("generations", [])),
            "generations",
        )


def check_images(model: PreTrainedModel, images: list[dict], tensors: dict[str, torch.Tensor]) -> None:
    """From the picture file to the image states."""
    for image in images:
        pixels = pixel_values(BLIP / "pictures" / image["image"], image["height"], image["width"]).double()
        states = model.vision_model(pixels, interpolate_pos_encoding=image["interpolated"]).last_hidden_state
        torch.testing.assert_close(states, tensors[image["tensor"]], **EXACT)


def check_logits(model: PreTrainedModel, case: dict, tensors: dict[str, torch.Tensor]) -> None:
    """The captioning class's own forward, from pixels to logits."""
    side = model.config.vision_config.image_size
    pixels = pixel_values(BLIP / "pictures" / case["image"], side, side).double()
    logits = model(pixel_values=pixels, input_ids=torch.tensor([case["tokenIds"]])).logits
    torch.testing.assert_close(logits, tensors[case["tensor"]], **EXACT)


def check_generation(model: PreTrainedModel, folder: Path, case: dict) -> None:
    """From picture and text to token ids, with the checkpoint's own tokenizer and without a cache."""
    side, options = model.config.vision_config.image_size, case["options"]
    text = case.get("question", case.get("prompt"))
    given = BlipProcessor.from_pretrained(folder).tokenizer(text, return_tensors="pt") if text else {}
    inputs = {key: given[key] for key in ("input_ids", "attention_mask") if key in given}
    searching = {"length_penalty": options["lengthPenalty"], "early_stopping": options["earlyStopping"]}
    ids = model.generate(
        pixel_values=pixel_values(BLIP / "pictures" / case["image"], side, side).double(),
        **inputs,
        use_cache=False,
        num_beams=options["beams"],
        min_new_tokens=options["minTokens"] or None,
        do_sample=False,
        max_new_tokens=options["maxTokens"],
        repetition_penalty=options["repetitionPenalty"],
        **(searching if options["beams"] > 1 else {}),
    )
    assert ids[0].tolist() == case["tokenIds"], (case["name"], ids[0].tolist())


if __name__ == "__main__":
    main()
