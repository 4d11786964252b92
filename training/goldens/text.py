"""The tokenizer of the tiny checkpoints, and the files a BLIP repository keeps beside its weights."""

import json
import re
from pathlib import Path

from transformers import BertTokenizerFast

from vocabulary import VOCABULARY

NAMED = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
ADDED = ["[DEC]", "[ENC]"]


def make_tokenizer(*, added: bool = True) -> BertTokenizerFast:
    """An uncased BERT tokenizer. The original code adds [DEC] and [ENC]; most hub repositories lack them."""
    tokenizer = BertTokenizerFast(vocab={token: i for i, token in enumerate(VOCABULARY)}, do_lower_case=True)
    if added:
        tokenizer.add_tokens(ADDED, special_tokens=True)
    return tokenizer


def save_tokenizer(folder: Path, *, added: bool = True) -> None:
    """tokenizer.json, vocab.txt, tokenizer_config.json and special_tokens_map.json, laid out as on the hub."""
    make_tokenizer(added=added).backend_tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY), encoding="utf-8")
    special = NAMED | ({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]} if added else {})
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        "model_max_length": 512,
        "model_input_names": ["input_ids", "attention_mask"],
        "processor_class": "BlipProcessor",
    }
    write_json(folder / "special_tokens_map.json", special)
    write_json(folder / "tokenizer_config.json", special | config)


def write_json(path: Path, value: object) -> None:
    """Indented JSON with each list of numbers or words on one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = re.sub(r"\[\n\s+([^\[\]{}]*?)\n\s+\]", lambda m: "[" + re.sub(r",\n\s+", ", ", m[1]) + "]", text)
    path.write_text(escape_unprintable(text) + "\n", encoding="utf-8")


def escape_unprintable(text: str) -> str:
    """Invisible characters, as in right-to-left marks, must not hide in a text file."""
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def write_compact_json(path: Path, head: dict, rows_name: str, rows: list) -> None:
    """JSON of many small rows, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    body = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)
    path.write_text(
        "\n".join(["{", *lines, f"  {json.dumps(rows_name)}: [", body, "  ]", "}"]) + "\n", encoding="utf-8"
    )
