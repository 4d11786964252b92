"""Reference outputs of BlipForConditionalGeneration."""

from pathlib import Path

import torch
from transformers import BlipForConditionalGeneration

from generation import Options, require_variety, settle
from images import ImageEmbeds, encode_pictures, load_pixels
from pictures import PICTURES
from text import make_tokenizer
from vocabulary import DEC, SEP

PROMPTS = [None, "a picture of", "a photo of two"]
TEACHER = "a brown dog sitting on the beach near a surfboard"
BEAMS = [
    Options(beams=3),
    Options(beams=5),
    Options(beams=3, lengthPenalty=0.0),
    Options(beams=5, lengthPenalty=-1.0),
    Options(beams=3, lengthPenalty=2.0),
    Options(beams=3, earlyStopping=True, maxTokens=12),
    Options(beams=3, minTokens=5, maxTokens=17),
    Options(beams=3, minTokens=8, repetitionPenalty=1.1),
    Options(beams=5, repetitionPenalty=1.5, maxTokens=10),
    Options(beams=5, lengthPenalty=2.0, earlyStopping=True),
]
GREEDY = [
    Options(minTokens=6),
    Options(repetitionPenalty=1.1),
    Options(repetitionPenalty=1.5),
    Options(maxTokens=1),
    Options(maxTokens=40, minTokens=20, repetitionPenalty=1.2),
]


def caption_goldens(model: BlipForConditionalGeneration, folder: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Tensors and cases of one captioning model."""
    images = encode_pictures(model, folder)
    tensors = {image.name: image.states for image in images}
    generations = [generation(model, folder, *plan) for plan in plans()]
    require_variety(generations)
    logits = [teacher_forced(model, image, prompt, tensors) for image in native(images)[:3] for prompt in PROMPTS]
    return tensors, {"images": [image.to_dict() for image in images], "logits": logits, "generations": generations}


def native(images: list[ImageEmbeds]) -> list[ImageEmbeds]:
    """Those of the model's own size."""
    return [image for image in images if not image.interpolated]


def plans() -> list[tuple[str, str | None, Options]]:
    """Greedy for every picture and prompt; every other setting on some picture, with and without a prompt."""
    greedy = [(picture, prompt, Options()) for picture in PICTURES for prompt in PROMPTS[:2]]
    others = [
        (PICTURES[i % len(PICTURES)], prompt, options)
        for i, options in enumerate(GREEDY + BEAMS)
        for prompt in (None, PROMPTS[1 + i % 2])
    ]
    return greedy + others


def generation(
    model: BlipForConditionalGeneration, folder: Path, picture: str, prompt: str | None, options: Options
) -> dict:
    """One call of HF's generate, as a user of the library would make it."""
    pixels = load_pixels(folder, picture, model.config.vision_config.image_size)
    text = make_tokenizer()(prompt, return_tensors="pt") if prompt else {}
    inputs = {key: text[key] for key in ("input_ids", "attention_mask") if key in text}

    def generate(**kwargs) -> torch.Tensor:
        fresh = {key: value.clone() for key, value in inputs.items()}
        return model.generate(pixel_values=pixels, **fresh, **kwargs)

    ids, score = settle(generate, options)
    decoded = make_tokenizer().decode(ids, skip_special_tokens=True)
    return {
        "name": f"{picture} {prompt or 'no prompt'} {short(options)}",
        "image": picture,
        "prompt": prompt,
        "promptTokenIds": prompt_ids(prompt),
        "options": options.to_dict(),
        "tokenIds": ids,
        "text": decoded,
        "score": score,
        "finishReason": "stop" if ids[-1] == SEP else "length",
    }


def short(options: Options) -> str:
    """Only what differs from the defaults."""
    usual = Options().to_dict()
    changed = [f"{key}={value}" for key, value in options.to_dict().items() if value != usual[key]]
    return " ".join(changed) or "greedy"


def prompt_ids(prompt: str | None) -> list[int]:
    """[DEC] and the prompt's words, without the closing [SEP]."""
    return [DEC] + (make_tokenizer()(prompt).input_ids[1:-1] if prompt else [])


def teacher_forced(model: BlipForConditionalGeneration, image: ImageEmbeds, prompt: str | None, tensors: dict) -> dict:
    """Logits [1, length, vocabulary] of given ids over one picture."""
    ids = prompt_ids(prompt) + make_tokenizer()(TEACHER).input_ids[1:]
    name = f"logits.{image.name.split('.', 1)[1]}.{PROMPTS.index(prompt)}"
    tensors[name] = model.text_decoder(
        torch.tensor([ids]),
        encoder_hidden_states=image.states,
        encoder_attention_mask=torch.ones(image.states.shape[:2]),
    ).logits
    return {
        "name": name,
        "image": image.picture,
        "imageEmbeds": image.name,
        "prompt": prompt,
        "tokenIds": ids,
        "tensor": name,
    }
