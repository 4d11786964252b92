"""The tokenizers of the language models, of the kinds that OPT and LLaMA have, small and learnt from the world."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from conversations import CAPTION_PROMPT, DESCRIBE, PHRASES, SHORT_ANSWER, capital, conversation
from questions import words
from tokens import added, write_json
from world import KINDS, plural, sample_scene

IMAGE = "<image>"
OPT_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
OPT_PAD, OPT_BOS = 1, 2
LLAMA_SPECIALS = ["<unk>", "<s>", "</s>"]
LLAMA_BOS, LLAMA_EOS = 1, 2
MAX_LENGTH = 512
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'USER: ' }}"
    "{% elif message['role'] == 'assistant' %}{{ 'ASSISTANT: ' }}{% endif %}"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>\\n' }}{% endif %}{% endfor %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% endif %}"
    "{% if message['role'] == 'assistant' %}{{ '</s>' }}{% else %}{{ ' ' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def corpus() -> list[str]:
    """All that the world says, each word where a tokenizer sees it differently, often enough to be one token."""
    frames = [CAPTION_PROMPT, SHORT_ANSWER, "Question: Answer:", "USER: ASSISTANT:", *PHRASES, *DESCRIBE]
    said = frames * 100
    for seed in range(1500):
        scene = sample_scene(seed)
        for turn in conversation(scene, 3, random.Random(seed)):
            said += [turn.question, capital(turn.question), turn.answer]
    named = [name for kind in KINDS for name in (kind, plural(kind))] + sorted(words())
    said += [f"a {name}" for name in named for _ in range(100)]
    return [text for line in said for text in (line, f" {line}")]


@lru_cache(maxsize=None)
def opt_tokenizer() -> Tokenizer:
    """GPT-2's byte-level pairs; </s> comes first, as OPT has it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=760, special_tokens=OPT_SPECIALS, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="</s> $A", special_tokens=[("</s>", OPT_BOS)])
    tokenizer.add_special_tokens([AddedToken(IMAGE, normalized=False, special=True)])
    return tokenizer


@lru_cache(maxsize=None)
def llama_tokenizer() -> Tokenizer:
    """SentencePiece's pairs with every byte as a fallback; <s> comes first, and a space before each piece of text."""
    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split("\n", "removed"), pre_tokenizers.Punctuation("isolated"),
        pre_tokenizers.Metaspace(prepend_scheme="never")])
    trainer = trainers.BpeTrainer(vocab_size=520, show_progress=False)
    pieces.train_from_iterator(corpus(), trainer)
    learnt = json.loads(pieces.to_str())["model"]
    bytes_ = [f"<0x{value:02X}>" for value in range(256)]
    vocab = {token: at for at, token in enumerate([*LLAMA_SPECIALS, *bytes_, *learnt["vocab"]])}
    merges = [tuple(pair) for pair in learnt["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", LLAMA_BOS)])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True)
                                  for token in (*LLAMA_SPECIALS, IMAGE, "<pad>")])
    return tokenizer


def newline() -> int:
    """OPT's end of an answer."""
    return opt_tokenizer().token_to_id("Ċ")


def save_opt(folder: Path) -> None:
    """tokenizer.json, and vocab.json and merges.txt beside it."""
    tokenizer = opt_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer.model.save(str(folder))
    names = {"bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "</s>"}
    save_settings(folder, tokenizer, names, {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True,
                                             "add_prefix_space": False, "errors": "replace",
                                             "padding_side": "left"})


def save_llama(folder: Path) -> None:
    """tokenizer.json and the chat template."""
    tokenizer = llama_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    names = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    save_settings(folder, tokenizer, names, {"tokenizer_class": "LlamaTokenizer", "legacy": True,
                                             "add_bos_token": True, "add_eos_token": False, "image_token": IMAGE,
                                             "padding_side": "left", "chat_template": CHAT_TEMPLATE})


def save_settings(folder: Path, tokenizer: Tokenizer, names: dict[str, str], settings: dict[str, object]) -> None:
    """tokenizer_config.json and special_tokens_map.json."""
    specials = {index: token.content for index, token in tokenizer.get_added_tokens_decoder().items()}
    write_json(folder / "special_tokens_map.json", names)
    write_json(folder / "tokenizer_config.json", {
        **settings, **names, "model_max_length": MAX_LENGTH, "clean_up_tokenization_spaces": False,
        "added_tokens_decoder": {str(index): added(token) for index, token in sorted(specials.items())}})
