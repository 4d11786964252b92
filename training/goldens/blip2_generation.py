"""Reference outputs of Blip2ForConditionalGeneration."""

from collections.abc import Callable
from pathlib import Path

import torch
from transformers import Blip2ForConditionalGeneration
from transformers.models.t5.modeling_t5 import T5Attention

from blip2_models import QUERIES
from blip2_text import TOKENIZERS, image_token, newline, tokenizer_cases
from captioning import short
from generation import Options, require_variety, settle
from images import load_pixels
from pictures import PICTURES

QUESTION = "what color is the dog?"
PROMPTS = {
    "opt": [None, "a photo of", f"Question: {QUESTION} Answer:"],
    "t5": [None, "a photo of", f"Question: {QUESTION} Short answer:"],
}
TEACHER = " a woman and a man sitting on a red couch"
ENDS = {"opt": newline(), "t5": 1}
OTHERS = [
    Options(beams=3),
    Options(beams=5, lengthPenalty=0.0),
    Options(beams=5, lengthPenalty=-1.0),
    Options(beams=5, lengthPenalty=-1.0, maxTokens=10, minTokens=1),
    Options(beams=3, lengthPenalty=2.0, minTokens=8, maxTokens=17),
    Options(beams=3, earlyStopping=True, maxTokens=12),
    Options(beams=3, repetitionPenalty=1.2),
    Options(minTokens=6),
    Options(repetitionPenalty=1.3, maxTokens=30),
]
CHAT = [
    ("USER", "which city is this?"),
    ("ASSISTANT", "singapore"),
    ("USER", "why?"),
    ("ASSISTANT", "it has a statue."),
    ("USER", "what is it made of?"),
]


def generation_tensors(kind: str, model: Blip2ForConditionalGeneration, folder: Path) -> dict[str, torch.Tensor]:
    """What the language model is given of each picture, and its logits for given ids."""
    tensors = {f"prefix.{picture}": prefix(model, folder, picture) for picture in PICTURES}
    return tensors | {case["tensor"]: teacher_forced(kind, model, folder, case) for case in logits_cases(kind)}


def generation_cases(kind: str, model: Blip2ForConditionalGeneration, folder: Path) -> dict:
    """Everything but tensors."""
    head = model.language_model.lm_head.register_forward_hook(masking(suppressed(kind, model)))
    generations = [generation(kind, model, folder, *plan) for plan in plans(kind)]
    head.remove()
    require_variety([case | {"tokenIds": new_tokens(case)} for case in generations], ENDS[kind])
    return {
        "image_token_index": image_token(kind),
        "eosTokenId": ENDS[kind],
        "suppressedTokenIds": suppressed(kind, model),
        "pictures": PICTURES,
        "logits": logits_cases(kind),
        "generations": generations,
        "tokenizer": tokenizer_cases(kind),
        "chat": chat_case(kind),
        **({"buckets": buckets()} if kind == "t5" else {}),
    }


def new_tokens(case: dict) -> list[int]:
    """What was said, without what it goes on from."""
    return case["tokenIds"][len(case["promptTokenIds"]) :]


def masking(ids: list[int]) -> Callable:
    """A head that never says these: probabilities are of what may be said."""

    def mask(module: torch.nn.Module, inputs: tuple, logits: torch.Tensor) -> torch.Tensor:
        return logits.index_fill(-1, torch.tensor(ids), torch.finfo(logits.dtype).min)

    return mask


def pixels_of(model: Blip2ForConditionalGeneration, folder: Path, picture: str) -> torch.Tensor:
    return load_pixels(folder, picture, model.config.vision_config.image_size)


def prefix(model: Blip2ForConditionalGeneration, folder: Path, picture: str) -> torch.Tensor:
    """[1, queries, width of the language model]"""
    return model.get_image_features(pixels_of(model, folder, picture), return_dict=True).pooler_output


def suppressed(kind: str, model: Blip2ForConditionalGeneration) -> list[int]:
    """<image> and the rows that pad the vocabulary."""
    return list(range(image_token(kind), model.config.text_config.vocab_size))


def plans(kind: str) -> list[tuple[str, str | None, Options]]:
    """Greedy for every picture and prompt; every other setting on some picture, with and without a prompt."""
    greedy = [(picture, prompt, Options()) for picture in PICTURES for prompt in PROMPTS[kind]]
    others = [
        (PICTURES[i % len(PICTURES)], prompt, options)
        for i, options in enumerate(OTHERS)
        for prompt in (None, PROMPTS[kind][1 + i % 2])
    ]
    return greedy + others


def input_ids(kind: str, prompt: str | None) -> list[int]:
    """As Blip2Processor makes them: image tokens, then the text with its special token."""
    return [image_token(kind)] * QUERIES + TOKENIZERS[kind]()(prompt or "").input_ids


def generation(
    kind: str, model: Blip2ForConditionalGeneration, folder: Path, picture: str, prompt: str | None, options: Options
) -> dict:
    """One call of HF's generate."""
    ids = torch.tensor([input_ids(kind, prompt)])
    specials = {"eos_token_id": ENDS[kind], "pad_token_id": 1 if kind == "opt" else 0}
    starting = {"decoder_start_token_id": 0} if kind == "t5" else {}

    def generate(**kwargs) -> torch.Tensor:
        return model.generate(
            pixel_values=pixels_of(model, folder, picture),
            input_ids=ids.clone(),
            attention_mask=torch.ones_like(ids),
            **specials,
            **starting,
            **kwargs,
        )

    said, score = settle(generate, options)
    start = ids[0].tolist() if kind == "opt" else [0]
    assert said[: len(start)] == start
    return {
        "name": f"{picture} {prompt or 'no prompt'} {short(options)}",
        "image": picture,
        "prompt": prompt,
        "promptTokenIds": start,
        "inputTokenIds": ids[0].tolist(),
        "options": options.to_dict(),
        "tokenIds": said,
        "text": TOKENIZERS[kind]().decode(said[len(start) :], skip_special_tokens=True).strip(),
        "score": score,
        "finishReason": "stop" if said[-1] == ENDS[kind] else "length",
    }


def logits_cases(kind: str) -> list[dict]:
    """What is fed to the language model: OPT reads all of it; T5 reads the input and says the rest."""
    said = TOKENIZERS[kind]()(TEACHER, add_special_tokens=False).input_ids
    return [
        {
            "name": f"logits.{picture}.{place}",
            "image": picture,
            "prompt": prompt,
            "inputTokenIds": input_ids(kind, prompt),
            "tokenIds": (input_ids(kind, prompt) if kind == "opt" else [0]) + said,
            "tensor": f"logits.{picture}.{place}",
        }
        for picture in PICTURES[:3]
        for place, prompt in enumerate(PROMPTS[kind])
    ]


def teacher_forced(kind: str, model: Blip2ForConditionalGeneration, folder: Path, case: dict) -> torch.Tensor:
    """Logits [1, length, vocabulary] of given ids over one picture."""
    said = torch.tensor([case["tokenIds"]])
    rows = {"input_ids": said}
    if kind == "t5":
        rows = {"input_ids": torch.tensor([case["inputTokenIds"]]), "decoder_input_ids": said}
    return model(pixel_values=pixels_of(model, folder, case["image"]), **rows).logits


def chat_case(kind: str) -> dict:
    """Two turns behind, one to come: LAVIS' template for visual conversation."""
    turns = [f"Question: {q} Answer: {a.removesuffix('.')}." for (_, q), (_, a) in zip(CHAT[:-1:2], CHAT[1::2], strict=True)]
    prompt = " ".join([*turns, f"Question: {CHAT[-1][1]} Answer:"])
    messages = [{"role": role, "text": text} for role, text in CHAT]
    return {"messages": messages, "prompt": prompt, "inputTokenIds": input_ids(kind, prompt)}


def buckets() -> dict:
    """T5's buckets of key − query from −400 to 400, for the encoder; and of what lies behind, for the decoder."""
    relative = torch.arange(-400, 401)
    bucket = T5Attention._relative_position_bucket
    return {
        "from": -400,
        "encoder": bucket(relative, bidirectional=True, num_buckets=32, max_distance=128).tolist(),
        "decoder": bucket(relative, bidirectional=False, num_buckets=32, max_distance=128).tolist(),
    }
