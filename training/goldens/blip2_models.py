"""Tiny BLIP-2 checkpoints with random weights, saved in the layouts and types that the hub uses."""

import json
from pathlib import Path

import torch
from transformers import Blip2Config, Blip2ForConditionalGeneration, Blip2ForImageTextRetrieval, PreTrainedModel

from blip2_text import image_token, newline, save_language_tokenizer
from checkpoints import preprocessor_config
from text import save_tokenizer, write_json
from vocabulary import VOCAB_SIZE

SIDE, QUERIES = 48, 5
VISION = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "image_size": SIDE,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "patch_size": 8,
}
QFORMER = {
    "hidden_size": 24,
    "intermediate_size": 56,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "vocab_size": VOCAB_SIZE,
    "max_position_embeddings": 64,
}


def opt_config() -> dict:
    """As in blip2-opt-2.7b: BOS is </s>, EOS the newline, the vocabulary padded."""
    return {
        "model_type": "opt",
        "vocab_size": image_token("opt") + 6,
        "hidden_size": 48,
        "word_embed_proj_dim": 48,
        "ffn_dim": 80,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": 128,
        "bos_token_id": 2,
        "pad_token_id": 1,
        "eos_token_id": newline(),
    }


def t5_config() -> dict:
    """As in blip2-flan-t5-xl: gated with the exact gelu, head untied; heads × d_kv differs from d_model."""
    return {
        "model_type": "t5",
        "vocab_size": image_token("t5") + 8,
        "d_model": 40,
        "d_kv": 12,
        "d_ff": 64,
        "num_layers": 3,
        "num_decoder_layers": 2,
        "num_heads": 4,
        "feed_forward_proj": "gated-gelu",
        "dense_act_fn": "gelu",
        "tie_word_embeddings": False,
        "n_positions": 512,
        "decoder_start_token_id": 0,
        "bos_token_id": 1,
    }


TEXT_CONFIGS = {"opt": opt_config, "t5": t5_config}


def make_model(kind: str, seed: int) -> PreTrainedModel:
    """A model whose every weight matters: no bias is 0, no norm is 1, logits are far apart."""
    model = empty_model(kind)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(representable(random_weight(name, parameter.shape, generator)))
        if kind != "itm":
            encourage_end(kind, model.language_model)
    return model


def empty_model(kind: str) -> PreTrainedModel:
    if kind == "itm":
        config = Blip2Config(
            vision_config=VISION,
            qformer_config=QFORMER | {"use_qformer_text_input": True},
            num_query_tokens=QUERIES,
            image_text_hidden_size=20,
            attn_implementation="eager",
        )
        return Blip2ForImageTextRetrieval(config).eval()
    config = Blip2Config(
        vision_config=VISION,
        qformer_config=QFORMER,
        text_config=TEXT_CONFIGS[kind](),
        num_query_tokens=QUERIES,
        image_token_index=image_token(kind),
        attn_implementation="eager",
    )
    model = Blip2ForConditionalGeneration(config).eval()
    if kind == "t5":
        model.language_model.lm_head.weight = torch.nn.Parameter(model.language_model.lm_head.weight.clone())
    return model


def random_weight(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """Values of a size that keeps activations near 1 and logits several units apart."""
    noise = torch.randn(shape, generator=generator)
    if name.endswith("bias") and "relative" not in name:
        return 0.25 * noise
    if "norm" in name.lower():
        return 1 + 0.25 * noise
    if "relative_attention_bias" in name or "query_tokens" in name:
        return noise
    if "lm_head" in name:
        return 0.5 * noise
    if any(part in name for part in ("shared", "embed_tokens", "embedding")) and "patch" not in name:
        return (0.5 if "embed_tokens" in name else 0.35 if "word" in name else 0.7) * noise
    gain = 3.0 if name.endswith(("query.weight", "key.weight", "qkv.weight", "q_proj.weight", "k_proj.weight")) else 1.5
    if name.endswith((".q.weight", ".k.weight")):
        gain = 1.0
    return gain * noise / noise[0].numel() ** 0.5


def representable(values: torch.Tensor) -> torch.Tensor:
    """Rounded so that float16 and bfloat16 hold them exactly: one reference serves all three types."""
    return values.bfloat16().half().float()


def encourage_end(kind: str, language_model: PreTrainedModel) -> None:
    """Real models end their sentences."""
    if kind == "opt":
        end = language_model.lm_head.weight[newline()]
        bias = language_model.model.decoder.final_layer_norm.bias
        bias.copy_(representable(bias + 8.0 * end / end.dot(end)))
    else:
        row = language_model.lm_head.weight[1]
        row.copy_(representable(2.0 * row))


def save_model(model: PreTrainedModel, kind: str, folder: Path, dtype: torch.dtype, **options: object) -> None:
    """config.json, weights in that type, generation_config.json, tokenizer and preprocessor files."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.to(dtype).save_pretrained(folder, **options)
    model.float()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    for path in folder.iterdir():
        path.chmod(0o644)
    finish(kind, folder, dtype)


def save_pickled(model: PreTrainedModel, kind: str, folder: Path, dtype: torch.dtype) -> None:
    """pytorch_model.bin: tied tensors stored by each of their names, sharing bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    torch.save({name: tensor.to(dtype) for name, tensor in model.state_dict().items()}, folder / "pytorch_model.bin")
    finish(kind, folder, dtype)


def finish(kind: str, folder: Path, dtype: torch.dtype) -> None:
    """What a repository holds besides weights."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    name = "Blip2ForImageTextRetrieval" if kind == "itm" else "Blip2ForConditionalGeneration"
    config |= {"architectures": [name], "dtype": str(dtype).removeprefix("torch.")}
    if kind == "itm":
        config.pop("text_config")
    if kind == "t5":
        config["text_config"] |= {"tie_word_embeddings": False}
    write_json(path, config)
    processor = {"image_processor_type": "BlipImageProcessor", "processor_class": "Blip2Processor"}
    write_json(folder / "preprocessor_config.json", preprocessor_config(SIDE) | processor)
    if kind == "itm":
        save_tokenizer(folder, added=False)
        return
    save_language_tokenizer(kind, folder)
    text = config["text_config"]
    ends = {"opt": newline(), "t5": 1}
    ids = {"bos_token_id": text.get("bos_token_id"), "eos_token_id": ends[kind], "pad_token_id": text["pad_token_id"]}
    write_json(folder / "generation_config.json", ids | {"transformers_version": "5.18.0"})
