"""The same question in other words. The tokenizers were made without them."""

from __future__ import annotations

import random
import re

REWORDED: dict[str, tuple[str, ...]] = {
    r"^is there (an?) ([\w ]+?)( in the picture)?\?": (r"do you see \1 \2?", r"can you see \1 \2?",
                                                       r"is there \1 \2 in the image?", r"is \1 \2 in the picture?"),
    r"^how many ([\w ]+) are there\?": (r"how many \1 do you see?", r"how many \1 are in the picture?",
                                        r"how many \1 can you see?"),
    r"^how many are there\?": ("how many of them are there?", "how many do you see?"),
    r"^where is the ([\w ]+)\?": (r"where is the \1 in the picture?", r"and where is the \1?",
                                  r"where do you see the \1?"),
    r"^what colou?r is the background\?": ("what is the color of the background?", "what is the background color?",
                                           "which color is the background?"),
    r"^(?:and )?what colou?r is behind (it|them)\?": (r"what color is behind \1?", r"and which color is behind \1?",
                                                      r"what is the color behind \1?"),
    r"^what is (left|right) of the ([\w ]+)\?": (r"what is to the \1 of the \2?", r"what is on the \1 of the \2?",
                                                 r"what do you see \1 of the \2?"),
    r"^(and )?what is (left|right) of it\?": (r"\1what is to the \2 of it?", r"\1what is on the \2 of it?"),
    r"^what is in the picture\?": ("what is in the image?", "what is in this picture?", "what is there?",
                                   "what can you see in the picture?"),
    r"^describe the picture": ("describe this picture", "please describe the picture", "describe what you see",
                               "give a caption for the picture"),
}
HOW_OFTEN = 0.2


def reworded(question: str, rng: random.Random) -> str:
    """Now and then other words for the same."""
    return in_other_words(question, rng) if rng.random() < HOW_OFTEN else question


def in_other_words(question: str, rng: random.Random) -> str:
    """Other words for the same where there are any; what follows the question stays."""
    for pattern, others in REWORDED.items():
        if re.match(pattern, question):
            return re.sub(pattern, rng.choice(others), question, count=1)
    return question
