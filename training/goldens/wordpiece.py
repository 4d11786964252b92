"""What BERT's fast tokenizer makes of awkward strings, and of ids in awkward order."""

from pathlib import Path

import torch

from text import make_tokenizer, save_tokenizer, write_json
from vocabulary import VOCAB_SIZE

TEXTS = [
    "",
    " ",
    "   \t \n ",
    "a dog",
    "A Dog",
    "A DOG ON THE BEACH",
    "a  dog\ton\nthe\r\nbeach",
    " leading and trailing ",
    "two dogs",
    "surfboarding",
    "kitchenette",
    "skateboarders",
    "playfulness",
    "beaches",
    "doghouse",
    "snowboards",
    "café",
    "CAFÉ",
    "cafe\u0301",
    "naïve",
    "über",
    "Ünïcödé",
    "crème brûlée",
    "ångström",
    "İstanbul",
    "ÇA VA",
    "ñandú",
    "ﬁsh",
    "中国人",
    "日本語の山",
    "a中b国c",
    "水 and water",
    "山水。",
    "한국어",
    "привет мир",
    "γειά",
    "שלום",
    "नमस्ते",
    "what is this?",
    "hello, world!",
    "don't",
    "it’s",
    "rock-n-roll",
    "e.g. a cat",
    "(a) [b] {c}",
    "a/b\\c",
    "100%",
    "$5.99",
    "€20",
    "#hashtag @user",
    "a_b__c",
    "...",
    "…",
    "—",
    "«quotes»",
    "“quotes”",
    "1234567890",
    "3rd 22nd",
    "x=y+z",
    "^~`|<>",
    "😀",
    "a 😀 dog",
    "👨‍👩‍👧",
    "🇫🇷 flag",
    "♥ ★",
    "a\u0000b",
    "a\u0007b",
    "a\u00adb",
    "a\u200bb",
    "a\u00a0b",
    "a\u3000b",
    "a\ufeffb",
    "a\ufffdb",
    "tab\tseparated",
    "line\u2028separator",
    "\u202eright to left",
    "x" * 100,
    "y" * 101,
    "dog" * 40,
    "supercalifragilisticexpialidocious",
    "[SEP]",
    "a [MASK] dog",
    "[DEC]",
    "[DEC]a picture of",
    "[ENC] [CLS] dog",
    "[sep]",
    "[ SEP ]",
    "[UNK]",
    "[unused0]",
    "##ing",
    "a ##s b",
    "a photo of a red bus near a tree, and two zebras.",
    "ａｂｃ full width",
    "Ⅳ ½ ²",
    "ß STRASSE",
    "ĳ",
    "ǅ",
    "a\u0301\u0301\u0301",
    "\u0301",
    "é" * 20,
    "Tiếng Việt",
    "ΑΣ ΣΑΣ",
]
CLEAN_UP = ["it is not a dog .", "what is this ? a dog , a cat !", "do n't", "it 's", "i 'm we 've they 're"]


def make_text(folder: Path) -> None:
    """tokenizer.json, vocab.txt and wordpiece.json."""
    folder.mkdir(parents=True, exist_ok=True)
    save_tokenizer(folder)
    write_json(
        folder / "wordpiece.json",
        {"encode": [encode_case(text) for text in TEXTS + CLEAN_UP], "decode": decode_cases()},
    )


def encode_case(text: str) -> dict:
    """The text's ids between [CLS] and [SEP], and what they read back as."""
    tokenizer = make_tokenizer()
    ids = tokenizer(text).input_ids
    return {
        "text": text,
        "tokens": tokenizer.convert_ids_to_tokens(ids),
        "tokenIds": ids,
        **decode(ids),
    }


def decode(ids: list[int]) -> dict:
    """Version 5 decodes token by token; version 4 also joined "don ' t" to "don't" (clean_up_tokenization_spaces)."""
    tokenizer = make_tokenizer()
    return {
        "decoded": tokenizer.decode(ids, skip_special_tokens=True),
        "cleanedUp": tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=True),
    }


def decode_cases() -> list[dict]:
    """Random ids: continuations first, specials in between; with the added tokens and, as on the hub, without."""
    generator = torch.Generator().manual_seed(9)
    sequences = [torch.randint(VOCAB_SIZE, (n,), generator=generator).tolist() for n in range(1, 21)]
    full, hub = make_tokenizer(), make_tokenizer(added=False)
    return [
        {
            "tokenIds": ids,
            **decode(ids),
            "decodedWithSpecials": full.decode(ids),
            "decodedWithoutAdded": hub.decode(ids, skip_special_tokens=True),
        }
        for ids in sequences
    ]
