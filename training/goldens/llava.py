"""Reference outputs of the LLaVA classes: pictures, prompts, features, logits and answers."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import PreTrainedModel, ProcessorMixin

from generation import Options, Unstable, settle
from llava_checkpoints import KINDS, SIDE, Kind, image_processor, make_model, processor
from pictures import draw, open_picture
from text import write_json

BLIP_PICTURES = ["wide.png", "tiny.png", "gray.png", "rotated.jpg", "profile.jpg"]
SHAPES = {"strip.png": (150, 19), "tower.png": (22, 141), "square.png": (64, 64)}
QUESTIONS = ["What is in this picture?", "How many dogs are there?\nAnswer the question using a single word or phrase."]
ANSWER = "Two dogs and a cat."
TEACHER = "A man is standing near the boat."
OTHER_FEATURES = [(-1, "full"), (-4, "default"), (0, "full"), (1, "default")]
BEAMS = [
    Options(beams=3),
    Options(beams=4, lengthPenalty=-1.0, maxTokens=12),
    Options(beams=2, earlyStopping=True, minTokens=4, maxTokens=12),
]
GREEDY = [Options(), Options(minTokens=6, maxTokens=12), Options(repetitionPenalty=1.3)]


def save_shapes(folder: Path) -> None:
    """Pictures of shapes that BLIP's do not have, and their decoded bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, (width, height)) in enumerate(SHAPES.items(), 20):
        draw(width, height, seed).save(folder / name)
        (folder / f"{name.split('.')[0]}.rgb.bin").write_bytes(open_picture(folder / name).tobytes())


def open_all(blip: Path, folder: Path) -> dict[str, Image.Image]:
    """All pictures by name."""
    paths = [blip / name for name in BLIP_PICTURES] + [folder / name for name in SHAPES]
    return {path.name: open_picture(path) for path in paths}


def save_pixels(pictures: dict[str, Image.Image], folder: Path) -> None:
    """What each image processor makes of each picture, [views, 3, height, width]."""
    processors = {kind.name: image_processor(kind) for kind in KINDS}
    processors["clip-llama-pad"] = image_processor(KINDS[0], pad=True)
    tensors = {
        f"{picture.split('.')[0]}@{name}": views(made, image)
        for name, made in processors.items()
        for picture, image in pictures.items()
    }
    save_file(tensors, folder / "pixels.safetensors")
    rows = [
        {"file": name, "width": image.width, "height": image.height, "ofBlip": name in BLIP_PICTURES}
        for name, image in pictures.items()
    ]
    write_json(folder / "pictures.json", rows)


def views(made, image: Image.Image) -> torch.Tensor:
    """[views, 3, height, width]"""
    pixels = made(image, return_tensors="pt").pixel_values
    return pixels.reshape(-1, *pixels.shape[-3:]).contiguous()


def llava_goldens(kind: Kind, model: PreTrainedModel, pictures: dict[str, Image.Image]) -> dict:
    """Prompts and answers of one checkpoint."""
    made = processor(kind)
    prompts = make_prompts(made, pictures)
    plans = [(case, GREEDY[0]) for case in prompts] + [
        (prompts[i % len(prompts)], options) for i, options in enumerate(GREEDY[1:] + BEAMS + BEAMS)
    ]
    generations = [generation(model, made, case, options, pictures) for case, options in plans]
    require_variety(generations, model.config.text_config.eos_token_id)
    return {
        "prompts": prompts,
        "logits": [
            {"messages": case["messages"], "tokenIds": ids, "tensor": f"logits.{i}"}
            for i, (case, ids) in enumerate(teacher_forced(made, prompts))
        ],
        "generations": generations,
    }


def reference_tensors(kind: Kind, model: PreTrainedModel, pictures: dict[str, Image.Image]) -> dict[str, torch.Tensor]:
    """Features of each picture [rows, width], and logits [length, vocabulary] of prompts with an answer."""
    made = processor(kind)
    tensors = {f"features.{name}": features(model, made, image) for name, image in pictures.items()}
    if kind.name == "clip-llama":
        image = pictures["wide.png"]
        for layer, strategy in OTHER_FEATURES:
            tensors[f"features.wide.png {layer} {strategy}"] = features(model, made, image, layer, strategy)
    for i, (case, ids) in enumerate(teacher_forced(made, make_prompts(made, pictures))):
        given = floats(inputs(made, case["messages"], pictures)) | {"input_ids": torch.tensor([ids])}
        tensors[f"logits.{i}"] = model(**given | {"attention_mask": torch.ones(1, len(ids))}).logits[0]
    return tensors


def make_prompts(made: ProcessorMixin, pictures: dict[str, Image.Image]) -> list[dict]:
    """One picture and one question; several turns; several pictures; a first turn without one."""
    names = list(pictures)
    conversations = [
        *[[user(question, name)] for name in names for question in QUESTIONS],
        [user(QUESTIONS[0], names[0]), assistant(ANSWER), user("And in this one?", names[3])],
        [user("Are they the same?", names[4], names[1])],
        [user("Hello!"), assistant("Hi."), user("What is this?", names[2])],
    ]
    return [prompt(made, conversation, pictures) for conversation in conversations]


def teacher_forced(made: ProcessorMixin, prompts: list[dict]) -> list[tuple[dict, list[int]]]:
    """Some prompts, each with an answer's ids after its own."""
    answer = made.tokenizer(TEACHER, add_special_tokens=False).input_ids
    return [(case, case["tokenIds"] + answer) for case in prompts[:2] + prompts[-3:]]


def user(text: str, *names: str) -> dict:
    return {"role": "user", "text": text, "pictures": list(names)}


def assistant(text: str) -> dict:
    return {"role": "assistant", "text": text, "pictures": []}


def inputs(made: ProcessorMixin, conversation: list[dict], pictures: dict[str, Image.Image]) -> dict:
    """By the processor, as a user of the library would: template, pictures, expansion."""
    messages = [
        {
            "role": message["role"],
            "content": [{"type": "image"} for _ in message["pictures"]] + [{"type": "text", "text": message["text"]}],
        }
        for message in conversation
    ]
    text = made.apply_chat_template(messages, add_generation_prompt=True)
    images = [pictures[name] for message in conversation for name in message["pictures"]]
    return dict(made(text=text, images=images or None, return_tensors="pt"))


def floats(given: dict) -> dict:
    """Pixels in the default type; what generate does not take, left out."""
    kept = {key: given[key] for key in ("input_ids", "attention_mask", "pixel_values", "image_sizes") if key in given}
    if "pixel_values" in kept:
        kept["pixel_values"] = kept["pixel_values"].to(torch.get_default_dtype())
    return kept


def prompt(made: ProcessorMixin, conversation: list[dict], pictures: dict[str, Image.Image]) -> dict:
    return {"messages": conversation, "tokenIds": inputs(made, conversation, pictures)["input_ids"][0].tolist()}


def features(
    model: PreTrainedModel, made: ProcessorMixin, image: Image.Image, layer: int | None = None, strategy: str | None = None
) -> torch.Tensor:
    """The rows that stand in a picture's place, [rows, width]; of the checkpoint's layer by its strategy, or of others."""
    given = floats(dict(made.image_processor(image, return_tensors="pt")))
    chosen = {"vision_feature_layer": layer, "vision_feature_select_strategy": strategy}
    return model.model.get_image_features(**given, **chosen, return_dict=True).pooler_output[0]


def generation(model, made, case: dict, options: Options, pictures: dict[str, Image.Image]) -> dict:
    """One call of HF's generate; tokenIds are the new ones."""
    given = floats(inputs(made, case["messages"], pictures))

    def generate(**kwargs) -> torch.Tensor:
        return model.generate(**given, **kwargs)

    ids, score = settle(generate, options)
    new = ids[len(case["tokenIds"]) :]
    return {
        "messages": case["messages"],
        "promptTokenIds": case["tokenIds"],
        "options": options.to_dict(),
        "tokenIds": new,
        "text": made.tokenizer.decode(new, skip_special_tokens=True),
        "score": score,
    }


def require_variety(cases: list[dict], eos: int) -> None:
    """Some answers must end, some must reach the limit, and most must differ."""
    ended = np.mean([case["tokenIds"][-1] == eos for case in cases])
    distinct = len({tuple(case["tokenIds"]) for case in cases}) / len(cases)
    if not 0.15 < ended < 0.85 or distinct < 0.6:
        raise Unstable(f"variety: {ended:.2f} ended, {distinct:.2f} distinct")
