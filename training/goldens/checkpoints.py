"""Tiny BLIP checkpoints with random weights, saved in each of the layouts the hub uses."""

import io
import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import (
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipTextConfig,
    BlipVisionConfig,
    PreTrainedModel,
)

from pictures import MEAN, STD
from text import save_tokenizer, write_json
from vocabulary import DEC, NEVER_GENERATED, PAD, SEP, VOCAB_SIZE

CLASSES = {
    "captioning": BlipForConditionalGeneration,
    "vqa": BlipForQuestionAnswering,
    "retrieval": BlipForImageTextRetrieval,
}
POSITIONS = 64


@dataclass(frozen=True)
class Shape:
    """The vision tower's shape; the text tower is the same in all."""

    width: int
    layers: int
    heads: int
    image: int
    patch: int
    text_heads: int


BASE = Shape(width=32, layers=3, heads=4, image=48, patch=8, text_heads=2)
LARGE = Shape(width=48, layers=4, heads=4, image=56, patch=8, text_heads=4)


def make_config(shape: Shape) -> BlipConfig:
    """The hub's values where a size does not matter, tiny ones where it does."""
    vision = BlipVisionConfig(
        hidden_size=shape.width,
        intermediate_size=2 * shape.width,
        image_size=shape.image,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        patch_size=shape.patch,
    )
    text = BlipTextConfig(
        vocab_size=VOCAB_SIZE,
        hidden_size=32,
        intermediate_size=80,
        num_hidden_layers=2,
        num_attention_heads=shape.text_heads,
        max_position_embeddings=POSITIONS,
        projection_dim=32,
        encoder_hidden_size=shape.width,
        bos_token_id=DEC,
        sep_token_id=SEP,
        pad_token_id=PAD,
    )
    return BlipConfig(
        text_config=text,
        vision_config=vision,
        image_text_hidden_size=24,
        projection_dim=24,
        attn_implementation="eager",
    )


def make_model(task: str, shape: Shape, seed: int, sep_bias: float) -> PreTrainedModel:
    """A model whose every weight matters: no bias is 0, no norm is 1, logits are far apart."""
    model = CLASSES[task](make_config(shape)).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(random_weight(name, parameter.shape, generator))
        if task != "retrieval":
            discourage_specials(model.text_decoder.cls.predictions.bias, sep_bias)
    model.tie_weights()
    return model


def random_weight(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """Values of a size that keeps activations near 1 and logits several units apart."""
    noise = torch.randn(shape, generator=generator)
    if name.endswith("bias"):
        return 0.25 * noise
    if "norm" in name.lower():
        return 1 + 0.25 * noise
    if "embedding" in name and "patch" not in name:
        return (0.35 if "word" in name else 0.7) * noise
    gain = 3.0 if name.endswith(("query.weight", "key.weight", "qkv.weight")) else 1.5
    return gain * noise / noise[0].numel() ** 0.5


def discourage_specials(bias: torch.Tensor, sep_bias: float) -> None:
    """Real models end sentences now and then and never say [PAD]."""
    bias[NEVER_GENERATED] = -20.0
    bias[SEP] = sep_bias


def save_checkpoint(model: PreTrainedModel, folder: Path, *, added_tokens: bool) -> None:
    """config.json, model.safetensors, generation_config.json, tokenizer and preprocessor files."""
    model.save_pretrained(folder)
    save_side_files(model, folder, added_tokens=added_tokens)


def save_sharded(model: PreTrainedModel, folder: Path) -> None:
    """The same weights in several safetensors files under an index."""
    model.save_pretrained(folder, max_shard_size="120KB")
    save_side_files(model, folder, added_tokens=True)


def save_pickled(model: PreTrainedModel, folder: Path, *, archive: str) -> None:
    """pytorch_model.bin as older hub repositories have it: tied tensors stored twice, position_ids as int64."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    buffer = io.BytesIO()
    target = str(folder / "pytorch_model.bin") if archive == "pytorch_model" else buffer
    torch.save(legacy_state(model), target)
    if buffer.tell():
        (folder / "pytorch_model.bin").write_bytes(buffer.getvalue())
    save_side_files(model, folder, added_tokens=False)


def legacy_state(model: PreTrainedModel) -> OrderedDict:
    """The state dict with nothing shared, plus the buffer that transformers used to save."""
    state = OrderedDict()
    for name, tensor in model.state_dict().items():
        if name.endswith("embeddings.word_embeddings.weight"):
            state[name.replace("word_embeddings.weight", "position_ids")] = (
                torch.arange(POSITIONS).expand(1, -1).clone()
            )
        state[name] = tensor.clone()
    return state


def save_side_files(model: PreTrainedModel, folder: Path, *, added_tokens: bool) -> None:
    """What a BLIP repository holds besides config and weights."""
    side = model.config.vision_config.image_size
    save_tokenizer(folder, added=added_tokens)
    write_json(folder / "preprocessor_config.json", preprocessor_config(side))
    text = model.config.text_config
    write_json(
        folder / "generation_config.json",
        {
            "_from_model_config": True,
            "bos_token_id": text.bos_token_id,
            "eos_token_id": text.eos_token_id,
            "pad_token_id": text.pad_token_id,
            "transformers_version": "5.18.0",
        },
    )
    complete_config(model, folder)


def complete_config(model: PreTrainedModel, folder: Path) -> None:
    """Name the class and the dtype also where the pickled layout lacks them."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    write_json(path, config | {"architectures": [type(model).__name__], "dtype": "float32"})


def preprocessor_config(side: int) -> dict:
    """The hub's file, with the two keys that BLIP ignores."""
    return {
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_pad": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": MEAN,
        "image_processor_type": "BlipImageProcessor",
        "image_std": STD,
        "processor_class": "BlipProcessor",
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
        "size": {"height": side, "width": side},
        "size_divisor": 32,
    }
