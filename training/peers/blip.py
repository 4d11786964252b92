"""
transformers' BLIP for the benchmark: it reads a question a line, as JSON, and writes its answer as a line.

    python training/peers/blip.py <checkpoint folder> <float32 | bfloat16> <threads>

Pictures come as files in base64. `seconds` are from their bytes to the text. Nothing is fetched.
"""

import json
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import torch
import transformers
from PIL import Image
from transformers import AutoConfig, BatchFeature, BlipProcessor, PreTrainedModel

T = TypeVar("T")
Answer = dict[str, object]


class Peer:
    """A checkpoint as a careful user of transformers would run it: without gradients, and all pictures in one batch."""

    def __init__(self, checkpoint: Path, dtype: torch.dtype) -> None:
        architecture = AutoConfig.from_pretrained(checkpoint).architectures[0]
        self.model: PreTrainedModel = getattr(transformers, architecture).from_pretrained(checkpoint, dtype=dtype).eval()
        self.processor = BlipProcessor.from_pretrained(checkpoint)

    def generate(self, pictures: list[bytes], text: str | None, tokens: int, beams: int) -> Answer:
        """Captions, or answers to a question, each of exactly so many tokens."""
        ids = self.model.generate(**self.prepared(pictures, text), **exactly(tokens), num_beams=beams)
        # The first is [DEC].
        return {"tokens": ids.shape[1] - 1, "texts": self.processor.batch_decode(ids, skip_special_tokens=True)}

    def match(self, pictures: list[bytes], text: str) -> Answer:
        """How probable it is that the text belongs to each picture (ITM)."""
        scores = self.model(**self.prepared(pictures, text)).itm_score
        return {"probabilities": scores.float().softmax(dim=-1)[:, 1].tolist()}

    def parts(self, pictures: list[bytes], tokens: int) -> Answer:
        """Seconds of the parts of a greedy caption."""
        prepare, inputs = timed(lambda: self.prepared(pictures, None))
        vision, states = timed(lambda: self.model.vision_model(**inputs).last_hidden_state)
        memory, _ = timed(lambda: self.memory(states))
        whole, _ = timed(lambda: self.model.generate(**inputs, **exactly(tokens)))
        return {"prepare": prepare, "vision": vision, "memory": memory, "text": whole - vision - memory}

    def memory(self, states: torch.Tensor) -> list[torch.Tensor]:
        """What the first step of the decoder makes of a picture's states for all that follow."""
        attentions = [layer.crossattention.self for layer in self.model.text_decoder.bert.encoder.layer]
        return [linear(states) for attention in attentions for linear in (attention.key, attention.value)]

    def prepared(self, pictures: list[bytes], text: str | None) -> BatchFeature:
        images = [Image.open(BytesIO(picture)).convert("RGB") for picture in pictures]
        texts = {} if text is None else {"text": [text] * len(images)}
        return self.processor(images=images, **texts, return_tensors="pt").to(self.model.dtype)


def exactly(tokens: int) -> dict[str, int]:
    return {"max_new_tokens": tokens, "min_new_tokens": tokens}


def timed(run: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


@torch.inference_mode()
def main(checkpoint: Path, dtype: str, threads: int) -> None:
    # Whatever else is printed must not stand between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(threads)
    peer = Peer(checkpoint, getattr(torch, dtype))
    asking = {"generate": peer.generate, "match": peer.match, "parts": peer.parts}
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    print(json.dumps(versions), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        ask = asking[question.pop("ask")]
        pictures = [b64decode(picture) for picture in question.pop("pictures")]
        seconds, answer = timed(lambda: ask(pictures, **question))
        print(json.dumps(answer | {"seconds": seconds}), file=answers, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
