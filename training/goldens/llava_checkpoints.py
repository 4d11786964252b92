"""Tiny LLaVA checkpoints with random weights, under the published names of their tensors and under transformers' own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaImageProcessorPil,
    LlavaNextConfig,
    LlavaNextForConditionalGeneration,
    LlavaNextImageProcessorPil,
    LlavaNextProcessor,
    LlavaProcessor,
    MistralConfig,
    PreTrainedConfig,
    PreTrainedModel,
    ProcessorMixin,
    Qwen2Config,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
)

from llava_text import IMAGE, LLAVA_TEMPLATE, MISTRAL_TEMPLATE, QWEN_TEMPLATE, make_tokenizer, save_tokenizer
from text import write_json

SIDE, PATCH = 32, 8
PINPOINTS = [[32, 64], [64, 32], [64, 64], [96, 32], [32, 96]]


@dataclass(frozen=True)
class Kind:
    """What sets one checkpoint apart."""

    name: str
    tokenizer: str
    template: str
    eos: str
    layer: int
    strategy: str


KINDS = [
    Kind("clip-llama", "llama", LLAVA_TEMPLATE, "</s>", -2, "default"),
    Kind("siglip-qwen2", "qwen2", QWEN_TEMPLATE, "<|im_end|>", -1, "full"),
    Kind("next-mistral", "llama", MISTRAL_TEMPLATE, "</s>", -2, "default"),
]


def text_config(kind: Kind) -> PreTrainedConfig:
    """Fewer heads of keys than of queries; a vocabulary padded beyond the tokenizer's."""
    tokenizer = make_tokenizer(kind.tokenizer)
    shape = {
        "vocab_size": 8 * (len(tokenizer) // 8 + 1),
        "hidden_size": 48,
        "intermediate_size": 80,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 256,
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.convert_tokens_to_ids(kind.eos),
    }
    if kind.name == "clip-llama":
        return LlamaConfig(**shape, num_key_value_heads=2, rms_norm_eps=1e-5)
    if kind.name == "siglip-qwen2":
        rope = {"rope_theta": 1e6, "rope_type": "default"}
        return Qwen2Config(**shape, num_key_value_heads=4, rope_parameters=rope, tie_word_embeddings=True)
    return MistralConfig(**shape, num_key_value_heads=1, head_dim=16, sliding_window=None, rms_norm_eps=1e-5)


def vision_config(kind: Kind) -> PreTrainedConfig:
    """Three blocks, of which CLIP's last is not used."""
    shape = {
        "hidden_size": 32,
        "intermediate_size": 56,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": PATCH,
    }
    if kind.name == "siglip-qwen2":
        return SiglipVisionConfig(**shape | {"image_size": SIDE + 3}, vision_use_head=False)
    return CLIPVisionConfig(**shape, projection_dim=24)


def make_model(kind: Kind, seed: int) -> PreTrainedModel:
    """A model whose every weight matters, and which never says what a real one would never say."""
    text, vision = text_config(kind), vision_config(kind)
    tokenizer = make_tokenizer(kind.tokenizer)
    common = {
        "vision_config": vision,
        "text_config": text,
        "image_token_index": tokenizer.convert_tokens_to_ids(IMAGE),
        "vision_feature_layer": kind.layer,
        "vision_feature_select_strategy": kind.strategy,
        "tie_word_embeddings": text.tie_word_embeddings,
        "attn_implementation": "eager",
    }
    if kind.name.startswith("next"):
        model = LlavaNextForConditionalGeneration(LlavaNextConfig(**common, image_grid_pinpoints=PINPOINTS))
    else:
        model = LlavaForConditionalGeneration(LlavaConfig(**common))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(random_weight(name, parameter.shape, generator))
        shape_head(model.get_output_embeddings().weight, model, len(tokenizer))
    model.tie_weights()
    return model.eval()


def random_weight(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """Values of a size that keeps activations near 1 and logits several units apart."""
    noise = torch.randn(shape, generator=generator)
    if name.endswith("bias"):
        return 0.25 * noise
    if "norm" in name.lower():
        return 1 + 0.25 * noise
    if name.endswith(("class_embedding", "position_embedding.weight")):
        return 0.7 * noise
    if name.endswith("image_newline"):
        return noise
    gain = 3.0 if "q_proj" in name or "k_proj" in name else 1.5
    return gain * noise / noise[0].numel() ** 0.5


def shape_head(head: torch.Tensor, model: PreTrainedModel, tokens: int) -> None:
    """An end now and then; placeholders, padding and rows beyond the tokenizer's stay at 0, far below the best."""
    text = model.config.text_config
    head[text.eos_token_id] *= 1.7
    head[model.config.image_token_index] = 0
    head[text.pad_token_id] = 0
    head[tokens:] = 0


def image_processor(kind: Kind, *, pad: bool = False):
    """As each family's repositories configure it, by transformers' PIL path."""
    edge = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}
    if kind.name == "siglip-qwen2":
        return SiglipImageProcessorPil(size={"height": SIDE + 3, "width": SIDE + 3})
    if kind.name.startswith("next"):
        return LlavaNextImageProcessorPil(**edge, image_grid_pinpoints=PINPOINTS)
    return LlavaImageProcessorPil(**edge, do_pad=True) if pad else CLIPImageProcessorPil(**edge)


def processor(kind: Kind) -> ProcessorMixin:
    """Prompts and pictures together, as a user of the library makes them."""
    made = LlavaNextProcessor if kind.name.startswith("next") else LlavaProcessor
    return made(
        image_processor(kind),
        make_tokenizer(kind.tokenizer),
        patch_size=PATCH,
        vision_feature_select_strategy=kind.strategy,
        chat_template=kind.template,
        num_additional_image_tokens=0 if kind.name == "siglip-qwen2" else 1,
    )


def save_checkpoint(kind: Kind, model: PreTrainedModel, folder: Path) -> None:
    """All files of a repository."""
    model.save_pretrained(folder)
    save_tokenizer(kind.tokenizer, folder)
    (folder / "chat_template.jinja").write_text(kind.template, encoding="utf-8")
    write_json(folder / "preprocessor_config.json", preprocessor_config(kind))
    text = model.config.text_config
    write_json(
        folder / "generation_config.json",
        {"eos_token_id": text.eos_token_id, "pad_token_id": text.pad_token_id, "transformers_version": "5.18.0"},
    )
    write_json(folder / "config.json", json.loads((folder / "config.json").read_text()))


def preprocessor_config(kind: Kind) -> dict:
    """The image processor's own file."""
    return {key: value for key, value in image_processor(kind).to_dict().items() if value is not None}


def save_layouts(kind: Kind, model: PreTrainedModel, folder: Path) -> None:
    """As transformers 5 writes it; CLIP with LLaMA as published, and again under the names inside transformers."""
    save_checkpoint(kind, model, folder / kind.name)
    if kind.name == "clip-llama":
        rename(folder / kind.name, folder / kind.name, published_name)
        rename(folder / kind.name, folder / f"{kind.name}-renamed", own_name)
        write_old_settings(folder / f"{kind.name}-renamed" / "config.json")


def rename(source: Path, target: Path, renamed: Callable[[str], str]) -> None:
    """A copy of a checkpoint, its tensors under other names."""
    target.mkdir(parents=True, exist_ok=True)
    tensors = load_file(source / "model.safetensors")
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    save_file({renamed(name): tensor for name, tensor in tensors.items()}, target / "model.safetensors", {"format": "pt"})


def published_name(name: str) -> str:
    """vision_tower.X → vision_tower.vision_model.X, as in llava-hf's files."""
    return name.replace("vision_tower.", "vision_tower.vision_model.")


def own_name(name: str) -> str:
    """What transformers calls a published tensor since 4.52."""
    if name == "language_model.lm_head.weight":
        return "lm_head.weight"
    return "model." + name.replace("language_model.model.", "language_model.").replace(".vision_model.", ".")


def write_old_settings(path: Path) -> None:
    """Rotary settings as transformers wrote them before 5."""
    config = json.loads(path.read_text())
    rope = config["text_config"].pop("rope_parameters")
    config["text_config"] |= {"rope_theta": rope["rope_theta"], "rope_scaling": None}
    write_json(path, config)
