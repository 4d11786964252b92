"""The vision tower of the BLIP demo, moved into the towers of BLIP-2 and of LLaVA."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BlipForConditionalGeneration, CLIPVisionConfig, CLIPVisionModel

from data import normalised
from world import draw, sample_scene

ANCHOR = 1000.0
"""Length of the constant that makes every row equally long; embeddings themselves are about 50 long."""
SCALE = 0.125
"""What the residual stream is multiplied by in the CLIP tower; its norms do not see it, its projector does."""


def blip_tower(checkpoints: Path) -> nn.Module:
    """The tower as the caption checkpoint holds it, in float32."""
    return BlipForConditionalGeneration.from_pretrained(checkpoints / "demo-blip-caption",
                                                        dtype=torch.float32).vision_model.eval()


def clip_config(blip: nn.Module) -> CLIPVisionConfig:
    """One layer more than BLIP's: LLaVA takes the states before the last."""
    told = blip.config
    return CLIPVisionConfig(hidden_size=told.hidden_size, intermediate_size=told.intermediate_size,
                            num_hidden_layers=told.num_hidden_layers + 1, image_size=told.image_size,
                            num_attention_heads=told.num_attention_heads, patch_size=told.patch_size,
                            projection_dim=told.hidden_size, hidden_act="quick_gelu", layer_norm_eps=1e-5)


@torch.no_grad()
def transplant(blip: nn.Module, clip: CLIPVisionModel) -> None:
    """Gives a CLIP tower BLIP's weights; only the gelu is another. The last layer, which is never run, is a copy."""
    move_embeddings(blip, clip)
    layers = [*blip.encoder.layers, blip.encoder.layers[-1]]
    for old, new in zip(layers, clip.encoder.layers, strict=True):
        move_layer(old, new)
    clip.post_layernorm.load_state_dict(blip.post_layernorm.state_dict())


def move_embeddings(blip: nn.Module, clip: CLIPVisionModel) -> None:
    """Class token, patches and positions. BLIP has no norm here, so CLIP's must change nothing.

    Every later reader takes the mean away itself, so what is left is the length of a row: a constant along a
    direction that pictures do not use makes all rows about as long, and the norm's bias takes it away again."""
    old, new, norm = blip.embeddings, clip.embeddings, clip.pre_layrnorm
    positions = old.position_embedding[0].clone()
    positions[1:] += old.patch_embedding.bias
    anchor = ANCHOR * quiet_direction(blip)
    new.patch_embedding.weight.copy_(old.patch_embedding.weight)
    new.class_embedding.copy_(old.class_embedding[0, 0])
    new.position_embedding.weight.copy_((positions + anchor).half())
    rows = sample_rows(blip) + anchor
    norm.weight.fill_(SCALE * (rows.var(1, unbiased=False) + norm.eps).sqrt().mean())
    norm.bias.copy_(-SCALE * anchor)


def sample_rows(blip: nn.Module) -> torch.Tensor:
    """Embedding rows of some pictures."""
    return blip.embeddings(normalised([draw(sample_scene(seed)) for seed in range(200)])).flatten(0, 1)


def quiet_direction(blip: nn.Module) -> torch.Tensor:
    """A unit vector of mean zero along which embeddings vary least."""
    rows = sample_rows(blip)
    rows = rows - rows.mean(1, keepdim=True)
    vectors = torch.linalg.eigh(rows.T.cov()).eigenvectors
    quiet = vectors[:, 1] - vectors[:, 1].mean()
    return quiet / quiet.norm()


def move_layer(old: nn.Module, new: nn.Module) -> None:
    """One block; what it adds to the residual stream is scaled like the stream."""
    new.layer_norm1.load_state_dict(old.layer_norm1.state_dict())
    new.layer_norm2.load_state_dict(old.layer_norm2.state_dict())
    for name in ("weight", "bias"):
        parts = getattr(old.self_attn.qkv, name).chunk(3)
        for part, project in zip(parts, (new.self_attn.q_proj, new.self_attn.k_proj, new.self_attn.v_proj)):
            getattr(project, name).copy_(part)
        getattr(new.self_attn.out_proj, name).copy_(SCALE * getattr(old.self_attn.projection, name))
        getattr(new.mlp.fc1, name).copy_(getattr(old.mlp.fc1, name))
        getattr(new.mlp.fc2, name).copy_(SCALE * getattr(old.mlp.fc2, name))


def clip_states(clip: CLIPVisionModel, pixels: torch.Tensor) -> torch.Tensor:
    """What LLaVA takes: the states before the last layer, class token first."""
    states = clip.pre_layrnorm(clip.embeddings(pixels))
    for layer in clip.encoder.layers[:-1]:
        states = layer(states, None)
    return states
