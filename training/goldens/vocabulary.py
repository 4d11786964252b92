"""The WordPiece vocabulary of the tiny checkpoints: specials, characters, words and continuations."""

import string

SPECIALS = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

WORDS = """
a an the of in on at with and is are to it this that there what where who how many which no yes not some two three four
one man woman boy girl child people person dog cat horse cow bird sheep bear elephant zebra giraffe fish picture photo
image painting drawing beach street field park kitchen room table chair bed couch car bus train truck boat plane bike
motorcycle road tree grass flower snow water sand sky cloud sun moon sea lake river mountain hill house building window
door wall clock sign light red green blue yellow black white brown orange pink purple gray big small long short young
old standing sitting lying walking running riding eating holding looking playing sleeping flying top near front behind
under over next her his its their food pizza cake apple banana sandwich plate cup bowl glass bottle knife fork spoon
ball bat racket kite board ski skate surf wave phone laptop book bag hat shirt color cafe naive uber hello world
""".split()

PIECES = """
##s ##es ##ing ##ed ##er ##ers ##est ##ly ##ful ##less ##ness ##board ##ball ##room ##side ##light ##man ##men ##ion
##able ##ment ##y ##ies ##th
""".split()

IDEOGRAPHS = list("中国人山水日本語")
PUNCTUATION = list(string.punctuation) + ["’", "—", "。", "…", "€"]


def vocabulary() -> list[str]:
    """All tokens of vocab.txt; a token's line is its id. [DEC] and [ENC] come after them, as in BLIP."""
    characters = list(string.ascii_lowercase + string.digits)
    continued = [f"##{c}" for c in characters]
    tokens = SPECIALS + PUNCTUATION + characters + continued + IDEOGRAPHS + WORDS + PIECES
    return list(dict.fromkeys(tokens))


VOCABULARY = vocabulary()
PAD, CLS, SEP = (VOCABULARY.index(token) for token in ("[PAD]", "[CLS]", "[SEP]"))
DEC, ENC = len(VOCABULARY), len(VOCABULARY) + 1
VOCAB_SIZE = len(VOCABULARY) + 2
NEVER_GENERATED = [VOCABULARY.index(token) for token in SPECIALS if token != "[SEP]"] + [DEC, ENC]
