"""
What transformers makes of a checkpoint folder, in float32: states of its networks and logits of a greedy run.

    python training/official/reference.py <checkpoint folder> <folder for the results>

Writes reference.safetensors, whose tensors go by the names that the server's networks give them, and reference.json.
Nothing is fetched. It takes the memory of the checkpoint in float32, and a half more.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.functional import normalize
from transformers import (
    AutoConfig,
    Blip2ForConditionalGeneration,
    Blip2ForImageTextRetrieval,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    LlavaForConditionalGeneration,
    PreTrainedModel,
)
from transformers.utils import logging

NEW_TOKENS = 6
# Some words of a text, between what a tokenizer puts around them.
WORDS = [2019, 2304, 5120, 2500, 7001]
BERT_TEXT = [101, *WORDS, 102]

Tensors = dict[str, torch.Tensor]


@torch.no_grad()
def main(checkpoint: Path, results: Path) -> None:
    logging.set_verbosity_error()
    config = AutoConfig.from_pretrained(checkpoint)
    make, model_class = REFERENCES[config.architectures[0]]
    model, loading = model_class.from_pretrained(checkpoint, dtype=torch.float32, output_loading_info=True)
    pixels = picture(config.vision_config.image_size)
    tensors, cases = make(model.eval(), pixels)
    results.mkdir(parents=True, exist_ok=True)
    contiguous = {name: tensor.contiguous().clone() for name, tensor in (tensors | {"pixel_values": pixels}).items()}
    save_file(contiguous, results / "reference.safetensors")
    left = {kind: sorted(loading[f"{kind}_keys"]) for kind in ("missing", "unexpected", "mismatched")}
    (results / "reference.json").write_text(json.dumps(cases | {"architecture": config.architectures[0]} | left))


def picture(side: int) -> torch.Tensor:
    """[1, 3, side, side], as a normalised picture: slopes and noise."""
    generator = torch.Generator().manual_seed(11)
    slopes = torch.linspace(-1.5, 1.5, side)
    slope = torch.stack([slopes.expand(side, side), slopes[:, None].expand(side, side), -slopes.expand(side, side)])
    return (slope + 0.3 * torch.randn(3, side, side, generator=generator))[None]


def captioning(model: BlipForConditionalGeneration, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    states = model.vision_model(pixels).last_hidden_state
    start = torch.tensor([[model.config.text_config.bos_token_id]])
    logits, ids = greedy(model.text_decoder, input_ids=start, encoder_hidden_states=states)
    return {"image_embeds": states, "logits": logits}, {"promptIds": start[0].tolist(), "tokenIds": ids}


def answering(model: BlipForQuestionAnswering, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    states = model.vision_model(pixels).last_hidden_state
    question = model.text_encoder(torch.tensor([BERT_TEXT]), encoder_hidden_states=states).last_hidden_state
    start = torch.tensor([[model.config.text_config.bos_token_id]])
    logits, ids = greedy(model.text_decoder, input_ids=start, encoder_hidden_states=question)
    cases = {"inputIds": BERT_TEXT, "promptIds": start[0].tolist(), "tokenIds": ids}
    return {"image_embeds": states, "logits": logits}, cases


def retrieval(model: BlipForImageTextRetrieval, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    states = model.vision_model(pixels).last_hidden_state
    ids = torch.tensor([BERT_TEXT])
    together = model.text_encoder(ids, encoder_hidden_states=states).last_hidden_state
    alone = model.text_encoder(ids).last_hidden_state
    tensors = {
        "image_embeds": states,
        "image_embedding": normalize(model.vision_proj(states[:, 0]), dim=-1),
        "text_embedding": normalize(model.text_proj(alone[:, 0]), dim=-1),
        "itm_logits": model.itm_head(together[:, 0]),
    }
    return tensors, {"inputIds": BERT_TEXT}


def blip2_retrieval(model: Blip2ForImageTextRetrieval, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    states = model.vision_model(pixels).last_hidden_state
    queries = model.qformer(query_embeds=model.query_tokens, encoder_hidden_states=states).last_hidden_state
    ids = torch.tensor([BERT_TEXT])
    mask = torch.ones_like(ids)
    words = model.embeddings(input_ids=ids)
    alone = model.qformer(query_embeds=words, query_length=0, attention_mask=mask).last_hidden_state
    # As the processor of newer revisions has it: a sign for each query, which the model takes off the ids again.
    signs = [model.config.image_token_index] * model.config.num_query_tokens
    signed = torch.tensor([signs + BERT_TEXT])
    itm = model(
        pixel_values=pixels,
        input_ids=signed,
        attention_mask=torch.ones_like(signed),
        use_image_text_matching_head=True,
    )
    tensors = {
        "image_embeds": states,
        "image_embedding": normalize(model.vision_projection(queries), dim=-1),
        "text_embedding": normalize(model.text_projection(alone[:, 0]), dim=-1),
        "itm_logits": itm.logits_per_image,
    }
    return tensors, {"inputIds": BERT_TEXT}


def blip2_generation(model: Blip2ForConditionalGeneration, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    prefix = model.get_image_features(pixels, return_dict=True).pooler_output
    placeholders = [model.config.image_token_index] * model.config.num_query_tokens
    if model.config.text_config.model_type == "opt":
        prompt = [*placeholders, model.config.text_config.bos_token_id, *WORDS]
        logits, ids = greedy(model, pixel_values=pixels, input_ids=torch.tensor([prompt]))
        cases = {"promptIds": prompt, "tokenIds": ids, "featureId": placeholders[0]}
    else:
        text = [*WORDS, model.config.text_config.eos_token_id]
        logits, ids = greedy(model, pixel_values=pixels, input_ids=torch.tensor([placeholders + text]))
        cases = {"inputIds": text, "promptIds": [0], "tokenIds": ids}
    return {"prefix": prefix, "logits": logits}, cases


def llava(model: LlavaForConditionalGeneration, pixels: torch.Tensor) -> tuple[Tensors, dict]:
    features = model.get_image_features(pixel_values=pixels, return_dict=True).pooler_output[0]
    image = model.config.image_token_id
    prompt = [1, *WORDS, *[image] * features.shape[0], *reversed(WORDS)]
    logits, ids = greedy(model, pixel_values=pixels, input_ids=torch.tensor([prompt]))
    return {"image_features": features[None], "logits": logits}, {"promptIds": prompt, "tokenIds": ids, "featureId": image}


def greedy(model: PreTrainedModel, input_ids: torch.Tensor, **inputs: torch.Tensor) -> tuple[torch.Tensor, list[int]]:
    """Logits [new tokens, vocabulary] before each new token, and the tokens; no end stops it."""
    said = model.generate(
        input_ids=input_ids,
        attention_mask=torch.ones_like(input_ids),
        **inputs,
        max_new_tokens=NEW_TOKENS,
        min_new_tokens=NEW_TOKENS,
        do_sample=False,
        num_beams=1,
        return_dict_in_generate=True,
        output_logits=True,
    )
    return torch.cat(said.logits), said.sequences[0, -NEW_TOKENS:].tolist()


REFERENCES = {
    "BlipForConditionalGeneration": (captioning, BlipForConditionalGeneration),
    "BlipForQuestionAnswering": (answering, BlipForQuestionAnswering),
    "BlipForImageTextRetrieval": (retrieval, BlipForImageTextRetrieval),
    "Blip2ForImageTextRetrieval": (blip2_retrieval, Blip2ForImageTextRetrieval),
    "Blip2ForConditionalGeneration": (blip2_generation, Blip2ForConditionalGeneration),
    "LlavaForConditionalGeneration": (llava, LlavaForConditionalGeneration),
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
