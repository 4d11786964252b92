"""The tiny tokenizers of BLIP-2's language models, in the layouts of their hub repositories."""

from functools import cache
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from text import write_json
from vocabulary import WORDS

IMAGE = "<image>"
CORPUS = [
    "Question: what is this? Answer: a dog on the beach.",
    "Question: how many dogs are there? Short answer: two",
    "a photo of a woman and a man sitting on a red couch",
    "a red bus near a tree, and two zebras.\n",
    "what color is the cat? it's black and white!",
    " ".join(WORDS),
] * 3


@cache
def opt_tokenizer() -> PreTrainedTokenizerFast:
    """GPT-2's byte-level BPE with OPT's specials in front, </s> before every text, and <image> behind the vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken(IMAGE, normalized=False)])
    bos = ("</s>", tokenizer.token_to_id("</s>"))
    tokenizer.post_processor = processors.TemplateProcessing(single="</s> $A", special_tokens=[bos])
    names = {"bos_token": "</s>", "eos_token": "</s>", "unk_token": "</s>", "pad_token": "<pad>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)


@cache
def t5_tokenizer() -> PreTrainedTokenizerFast:
    """SentencePiece's Unigram with T5's specials in front, </s> after every text, sentinels and <image> behind."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.UnigramTrainer(
        vocab_size=180, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([f"<extra_id_{i}>" for i in reversed(range(4))])
    tokenizer.add_special_tokens([AddedToken(IMAGE, normalized=False)])
    eos = ("</s>", tokenizer.token_to_id("</s>"))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[eos])
    names = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)


TOKENIZERS = {"opt": opt_tokenizer, "t5": t5_tokenizer}
CLASSES = {"opt": "GPT2Tokenizer", "t5": "T5Tokenizer"}


def newline() -> int:
    """What ends a text of OPT's in BLIP-2."""
    return opt_tokenizer().convert_tokens_to_ids("Ċ")


def image_token(kind: str) -> int:
    """The first id behind the text's; those after it only pad the matrix."""
    return TOKENIZERS[kind]().convert_tokens_to_ids(IMAGE)


def save_language_tokenizer(kind: str, folder: Path) -> None:
    """tokenizer.json, tokenizer_config.json and special_tokens_map.json."""
    tokenizer = TOKENIZERS[kind]()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    special = {
        name: str(getattr(tokenizer, name))
        for name in ("bos_token", "eos_token", "unk_token", "pad_token")
        if getattr(tokenizer, name)
    }
    write_json(folder / "special_tokens_map.json", special)
    config = {"tokenizer_class": CLASSES[kind], "processor_class": "Blip2Processor", "add_prefix_space": False}
    write_json(folder / "tokenizer_config.json", special | config)


TEXTS = [
    "",
    " ",
    "a photo of",
    "Question: which city is this? Answer:",
    "  two  spaces",
    "don't stop, it's 3rd",
    "line\nbreak",
    "CAFÉ naïve",
    "a 😀 dog",
    "中国",
    "zebra" * 12,
]


def tokenizer_cases(kind: str) -> list[dict]:
    """Ids with and without the specials around them, and what they read back as."""
    tokenizer = TOKENIZERS[kind]()
    return [
        {
            "text": text,
            "tokenIds": tokenizer(text).input_ids,
            "plainTokenIds": tokenizer(text, add_special_tokens=False).input_ids,
            "decoded": tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True),
        }
        for text in TEXTS
    ]
