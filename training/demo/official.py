"""The saved checkpoints read and run as anyone would: AutoProcessor, the official classes, generate()."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (AutoProcessor, Blip2ForConditionalGeneration, Blip2ForImageTextRetrieval,
                          LlavaForConditionalGeneration)

import blip2
import llava
import matching

CLASSES = {"blip2-opt": (blip2.NAME, Blip2ForConditionalGeneration),
           "blip2-itm": (matching.NAME, Blip2ForImageTextRetrieval),
           "llava": (llava.NAME, LlavaForConditionalGeneration)}
GREEDY = {"num_beams": 1, "do_sample": False, "max_new_tokens": 24}


class Official:
    """One checkpoint: the float16 weights in float32 arithmetic, and its processor."""

    def __init__(self, checkpoints: Path, model: str) -> None:
        name, kind = CLASSES[model]
        self.model = kind.from_pretrained(checkpoints / name, dtype=torch.float32).eval()
        self.processor = AutoProcessor.from_pretrained(checkpoints / name)

    def told(self, picture: np.ndarray, text: str) -> list[int]:
        """The ids that generate() adds to a prompt about a picture."""
        fields = self.processor(images=Image.fromarray(picture), text=text, return_tensors="pt")
        with torch.no_grad():
            ids = self.model.generate(**fields, **GREEDY)[0].tolist()
        return ids[fields["input_ids"].shape[1]:]

    def text(self, ids: list[int]) -> str:
        """Ids as text."""
        return self.processor.tokenizer.decode(ids, skip_special_tokens=True).strip()

    def rendered(self, turns: list[tuple[str, str]]) -> str:
        """A chat as the template renders it: turns of role and text, the picture in the first."""
        messages = [{"role": role, "content": [*([{"type": "image"}] if at == 0 else []),
                                               {"type": "text", "text": text}]}
                    for at, (role, text) in enumerate(turns)]
        return self.processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
