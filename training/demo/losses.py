"""What each task is taught by."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy, normalize

import tokens
from data import Batch, kinds_of_tokens
from model import Models

KIND_OF_TOKEN = kinds_of_tokens()
LOOKING = 2


def caption_loss(models: Models, states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Next-word loss of the captions."""
    return next_word_loss(models.caption.text_decoder, batch["caption"], batch["caption_labels"], states, None)


def next_word_loss(decoder: torch.nn.Module, words: torch.Tensor, labels: torch.Tensor, states: torch.Tensor,
                   mask: torch.Tensor | None) -> torch.Tensor:
    """Cross-entropy of each next word under a decoder."""
    shown = words[:, :-1]
    logits = decoder(input_ids=shown, attention_mask=(shown != tokens.PAD).long(), encoder_hidden_states=states,
                     encoder_attention_mask=mask, use_cache=False).logits
    return cross_entropy(logits.float().flatten(0, 1), labels[:, 1:].flatten())


def patch_loss(models: Models, states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """What the vision tower should tell by itself: kind and turn of every patch, layout and ground of the whole."""
    patches, whole = states[:, 1:], states[:, 0]
    return (cross_entropy(models.patch_kind(patches).float().flatten(0, 1), batch["patch_kind"].flatten())
            + 0.5 * cross_entropy(models.patch_turn(patches).float().flatten(0, 1), batch["patch_turn"].flatten())
            + 0.2 * cross_entropy(models.layout(whole).float(), batch["layout"])
            + 0.2 * cross_entropy(models.background(whole).float(), batch["background"]))


def noun_loss(models: Models, encoder: torch.nn.Module, words: torch.Tensor, read: torch.Tensor,
              batch: Batch) -> torch.Tensor:
    """What every noun of a text should find in its picture: how many there are, and where the lone one is.

    `words` holds as many texts for each scene as fit, and `read` their states in sight of the picture."""
    kinds, each = KIND_OF_TOKEN[words], len(words) // len(batch["counts"])
    row, at = (kinds >= 0).nonzero(as_tuple=True)
    scene, kind, nouns = row // each, kinds[row, at], read[row, at]
    weights = encoder.encoder.layer[0].crossattention.weights[:, :LOOKING].unflatten(2, (each, -1))
    look = look_loss(weights[scene, :, row % each, at], kind, scene, batch)
    count = cross_entropy(models.noun_count(nouns).float(), batch["counts"][scene, kind])
    return look + count + 0.5 * cross_entropy(models.noun_place(nouns).float(), batch["places"][scene, kind])


def look_loss(weights: torch.Tensor, kind: torch.Tensor, scene: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Some heads of the first layer should look from a noun to its patches, or to the class token if it has none."""
    patches = batch["patch_kind"][scene] == kind[:, None] + 1
    wanted = torch.cat([~patches.any(1, keepdim=True), patches], 1)
    return -((weights * wanted[:, None]).sum(-1) + 1e-6).log().mean()


def vqa_loss(models: Models, states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Next-word loss of the answers, given the questions' states."""
    question, answer = batch["question"], batch["answer"]
    mask = (question != tokens.PAD).long()
    read = models.vqa.text_encoder(input_ids=question, attention_mask=mask, encoder_hidden_states=states)[0]
    labels = answer.masked_fill(answer == tokens.PAD, -100)
    said = next_word_loss(models.vqa.text_decoder, answer, labels, read, mask)
    return said + 0.5 * noun_loss(models, models.vqa.text_encoder, question, read, batch)


def retrieval_loss(models: Models, states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Contrast within the batch, and matching against an edited text and the batch's most similar one."""
    model, text = models.retrieval, batch["text"]
    read = model.text_encoder(input_ids=text, attention_mask=(text != tokens.PAD).long())[0]
    seen, said = (normalize(project(read_[:, 0]).float(), dim=-1)
                  for project, read_ in ((model.vision_proj, states), (model.text_proj, read)))
    logits = models.log_scale.exp().clamp(max=100) * seen @ said.T
    own, fits = torch.arange(len(text)), batch["fits"]
    true = fits.T | (text[:, None] == text[None]).all(-1)
    others_hidden = logits.masked_fill(true & ~torch.eye(len(text), dtype=torch.bool), -1e4)
    contrast = (cross_entropy(others_hidden, own) + cross_entropy(logits.T, fits / fits.sum(1, keepdim=True))) / 2
    near = text[logits.detach().masked_fill(true, -1e4).softmax(-1).multinomial(1)[:, 0]]
    return 0.5 * contrast + matching_loss(models, states, torch.stack([text, batch["wrong"], near], 1), batch)


def matching_loss(models: Models, states: torch.Tensor, texts: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Each scene's texts, of which the first alone is true, told apart in sight of the picture."""
    model, words = models.retrieval, texts.flatten(0, 1)
    read = model.text_encoder(input_ids=words, attention_mask=(words != tokens.PAD).long(),
                              encoder_hidden_states=states)[0]
    truth = torch.tensor([1] + [0] * (texts.shape[1] - 1)).repeat(len(texts))
    told = cross_entropy(model.itm_head(read[:, 0]).float(), truth)
    return told + 0.5 * noun_loss(models, model.text_encoder, words, read, batch)
