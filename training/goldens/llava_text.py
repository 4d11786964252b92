"""The tokenizers of the tiny LLaVA checkpoints, of the kinds that LLaMA and Qwen2 have, and their chat templates."""

import json
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from text import write_json
from vocabulary import WORDS

IMAGE = "<image>"
LINES = [
    "What is in this picture?",
    "USER: ASSISTANT: Describe the image in one sentence.",
    "A man is standing on the beach near a red boat.",
    "user assistant system You are a helpful assistant.",
    "Two dogs and a cat are sleeping on the couch.",
    "Answer the question using a single word or phrase.",
    "Provide a one-sentence caption for the provided image.",
    "Yes, there are three of them. No, it isn't.",
]
# The pattern of Qwen2's tokenizer.json.
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# As in llava-hf/llava-1.5-7b-hf and llava-hf/llava-interleave-qwen-0.5b-hf, without their `generation` marks.
LLAVA_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] != 'system' %}{{ message['role'].upper() + ': ' }}{% endif %}"
    "{# Render all images first #}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\\n' }}{% endfor %}"
    "{# Render all text next #}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' ' }}{% endfor %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)
QWEN_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ '\\n' + content['text'] }}{% endfor %}"
    "{{ '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
# As in llava-hf/llava-v1.6-mistral-7b-hf.
MISTRAL_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ '<<SYS>>\\n' + message['content'][0]['text'] + '\\n<</SYS>>\\n\\n' }}"
    "{% elif message['role'] == 'user' %}{{ '[INST] ' }}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\\n' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] }}{% endfor %}"
    "{{ ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'][0]['text'] + '</s> ' }}"
    "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}"
    "{% endfor %}"
)


def corpus() -> list[str]:
    """Enough text for merges of every kind."""
    return LINES * 40 + [f"the {word}" for word in WORDS] * 4


def llama_tokenizer() -> Tokenizer:
    """SentencePiece's BPE with byte fallback as LLaMA's tokenizer.json has it: a space before each piece of text."""
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    learned.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=150, show_progress=False))
    model = json.loads(learned.to_str())["model"]
    specials = ["<unk>", "<s>", "</s>"]
    tokens = specials + [f"<0x{byte:02X}>" for byte in range(256)] + list(model["vocab"])
    merges = [tuple(pair) for pair in model["merges"]]
    vocab = {token: at for at, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in [*specials, IMAGE, "<pad>"]])
    return tokenizer


def qwen2_tokenizer() -> Tokenizer:
    """Qwen2's byte-level BPE: nothing is put before a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=360, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", IMAGE]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in specials])
    return tokenizer


TEXTS = [
    "",
    " ",
    "  two  spaces  ",
    "What is in this picture?",
    "A man isn't standing.\nTwo dogs are.\n\n",
    "\ttab\r\nand a line",
    "USER: <image>\nWhat is this? ASSISTANT:",
    "<image><image>\nthe same?",
    "a <image> b",
    "a<image>b",
    " <image> ",
    "<s>A dog</s>",
    "USER: hi ASSISTANT: Hello.</s>USER: bye ASSISTANT:",
    "<|im_start|>user\n<image>\nWhat are these?<|im_end|>\n<|im_start|>assistant\n",
    "<unk> <pad> <|endoftext|>",
    "< image >",
    "café CAFÉ cafe\u0301",
    "über naïve Ünïcödé",
    "中国人 and 日本語の山",
    "привет мир",
    "नमस्ते",
    "😀 a 👨‍👩‍👧 🇫🇷",
    "3.14 2026 1,000",
    "don't we'll I'm",
    "x=y+z; a/b\\c {d} [e]",
    "▁ already ▁there",
    "a\u00a0b\u3000c\u200bd",
    "\u0000\u0007",
]


def save_texts(kind: str, path: Path) -> None:
    """
    Ids of awkward strings, with what comes before them and without, and what they and random ids read as. LLaMA's
    bytes are not among the random ones: of bytes that are no UTF-8, transformers makes nothing of a whole run of them.
    """
    tokenizer = make_tokenizer(kind)
    cases = [encode_case(tokenizer, text) for text in TEXTS]
    generator = torch.Generator().manual_seed(4)
    first = 259 if kind == "llama" else 0
    sequences = [torch.randint(first, len(tokenizer), (n,), generator=generator).tolist() for n in range(1, 25)]
    decoded = [{"tokenIds": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in sequences]
    write_json(path, {"encode": cases, "decode": decoded})


def encode_case(tokenizer: PreTrainedTokenizerFast, text: str) -> dict:
    ids = tokenizer(text).input_ids
    return {
        "text": text,
        "tokenIds": ids,
        "plainTokenIds": tokenizer(text, add_special_tokens=False).input_ids,
        "decoded": tokenizer.decode(ids, skip_special_tokens=True),
    }


LLAMA_NAMES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
QWEN2_NAMES = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
KINDS = {"llama": (llama_tokenizer, LLAMA_NAMES), "qwen2": (qwen2_tokenizer, QWEN2_NAMES)}


def make_tokenizer(kind: str) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers runs it."""
    make, names = KINDS[kind]
    return PreTrainedTokenizerFast(tokenizer_object=make(), **names, clean_up_tokenization_spaces=False)


def save_tokenizer(kind: str, folder: Path) -> None:
    """tokenizer.json, tokenizer_config.json and special_tokens_map.json, laid out as on the hub."""
    make, names = KINDS[kind]
    tokenizer = make()
    tokenizer.save(str(folder / "tokenizer.json"))
    added = {
        str(at): {"content": token.content, "lstrip": False, "normalized": False, "rstrip": False, "special": True}
        for at, token in sorted(tokenizer.get_added_tokens_decoder().items())
    }
    classes = {"llama": "LlamaTokenizer", "qwen2": "Qwen2Tokenizer"}
    write_json(folder / "special_tokens_map.json", names)
    write_json(
        folder / "tokenizer_config.json",
        names
        | {
            "added_tokens_decoder": added,
            "clean_up_tokenization_spaces": False,
            "model_max_length": 256,
            "padding_side": "left",
            "tokenizer_class": classes[kind],
        },
    )
