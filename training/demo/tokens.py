"""The tokenizer of the demo: BERT's WordPiece over the words of the world, with every letter as a fallback."""

from __future__ import annotations

import json
import string
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from questions import words

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]"]
PAD, UNK, CLS, SEP, MASK, DEC, ENC = range(len(SPECIALS))
MAX_LENGTH = 128


def vocabulary() -> list[str]:
    """Specials, single characters and their continuations, then the words."""
    single = list(string.ascii_lowercase + string.digits)
    pieces = single + [f"##{character}" for character in single] + list(string.punctuation)
    return SPECIALS + pieces + sorted(words() - set(single))


def build() -> Tokenizer:
    """The fast tokenizer, as BertTokenizerFast would make it."""
    vocab = {token: index for index, token in enumerate(vocabulary())}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)])
    tokenizer.add_special_tokens(SPECIALS)
    return tokenizer


def save(folder: Path) -> None:
    """Writes the tokenizer's files as transformers lays them out."""
    build().save(str(folder / "tokenizer.json"))
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in vocabulary()))
    names = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
             "mask_token": "[MASK]"}
    extra = {"additional_special_tokens": ["[DEC]", "[ENC]"]}
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": MAX_LENGTH,
                "tokenize_chinese_chars": True, "strip_accents": None, "padding_side": "right",
                "added_tokens_decoder": {str(index): added(token) for index, token in enumerate(SPECIALS)}}
    write_json(folder / "special_tokens_map.json", {**names, **extra})
    write_json(folder / "tokenizer_config.json", {**settings, **names, **extra})


def added(token: str) -> dict[str, object]:
    """How a special token is told in tokenizer_config.json."""
    return {"content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": True}


def write_json(path: Path, value: object) -> None:
    """JSON with two spaces and a newline at the end."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
