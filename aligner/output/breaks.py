"""Where French subtitle text may be broken: pieces, the price of parting two of them, and the lines of one cue.

First part of the subtitle layout; `layout` uses it to share speech out over cues and to set each cue's lines.
The rules are those of CONVENTIONS.md, “Subtitles” (after Netflix's French guide and the BBC's §3.4): every place
has a price, and a small search finds the cheapest set of places. Published words are never changed: only spaces
are, to U+00A0 where French typography asks for a space that does not break.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from aligner.model import Span
from aligner.output.limits import MAX_CHARS

NBSP = "\u00a0"

SENTENCE = 0
CLAUSE = 10
COMMA = 30
CONJUNCTION = 40
PREPOSITION = 50
COMPLEMENT = 60
PLAIN = 80
APART = 150
HOLD = 300
GLUED = 1000
"""Prices of a break, cheap to dear. The order is the rule; the distances were set by reading the results."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HARD_SPACES = str.maketrans({"\u202f": NBSP, "\u2007": NBSP})
_PIECE = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W_]")
_OPENING = "«“([‹„"
_DASHES = ("–", "—", "-")
_NO_BREAK_BEFORE = (*":;!?»%€›",)
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"’)\]›]*$")
_ABBREVIATION = re.compile(r"^(?:M|MM|Mme|Mmes|Mlle|Dr|Me|Pr|St|Ste|art|cf|av|p|pp|n|ex|[A-Z]|[0-9])\.$")
_NUMBER = re.compile(r"^[(«]?[-+]?\d")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CONJUNCTIONS = _set(
    "et ou mais car or ni que qu qui dont où si comme quand lorsque lorsqu puisque puisqu parce afin tandis alors"
)
_PREPOSITIONS = _set(
    "à dans pour par sur avec sans sous vers chez entre en contre depuis pendant selon jusqu jusque après avant dès"
    " malgré grâce lors quant autour près loin"
)
_COMPLEMENTS = _set("de d du des au aux")
_DETERMINERS = _set(
    "le la les l un une ce cet cette ces mon ton son ma ta sa mes tes ses notre votre leur nos vos leurs quel quelle"
    " quels quelles chaque quelques plusieurs tout toute tous toutes aucun aucune deux trois quatre cinq six sept huit"
    " neuf dix onze douze quinze vingt trente quarante cinquante soixante cent cents mille million millions milliard"
    " milliards"
)
_PRONOUNS = _set("je j tu il elle on nous vous ils elles c ça ne n se s me m te t y lui")
_TITLES = _set("m. mm. mme mmes mlle dr me pr monsieur madame messieurs mesdames saint sainte n° très trop plus moins")
_HELD = _CONJUNCTIONS | _PREPOSITIONS | _COMPLEMENTS | _DETERMINERS | _PRONOUNS | _TITLES
_AUXILIARIES = _set(
    "ai as a avons avez ont avais avait avions aviez avaient aura auront aurait auraient suis es est sommes êtes sont"
    " étais était étions étiez étaient sera serons seront serait seraient soit soient ait aient"
)


_NEGATIONS = _set("pas jamais plus guère rien")
"""They follow their verb: “ne comptera plus”."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with the punctuation that belongs to it, as shown: never parted."""

    text: str
    chars: Span
    """Where it stands in the published text."""
    glue: str
    """What joins it to the next piece on the same line: an ordinary space, U+00A0, or nothing."""


def cut_pieces(text: str, max_chars: int = MAX_CHARS) -> list[Piece]:
    """Cut text at its spaces; a lone `:`, `»`, `–` … stays with its word as long as both fit a line.

    Of lone dashes, the first, third … open an aside and go with the word after, the others with the word before.
    """
    text = _CONTROL.sub(" ", text).translate(_HARD_SPACES)
    pieces: list[Piece] = []
    aside = False
    for found in _PIECE.finditer(text):
        piece = Piece(found[0], found.span(), "")
        aside ^= piece.text in _DASHES
        if pieces:
            left = _glued(pieces[-1], piece, text[pieces[-1].chars[1] : piece.chars[0]])
            pieces[-1] = left
            if len(left.text) + 1 + len(piece.text) <= max_chars and _belong_together(
                left, piece, first=len(pieces) == 1, aside=aside
            ):
                pieces[-1] = Piece(left.text + left.glue + piece.text, (left.chars[0], piece.chars[1]), "")
                continue
        pieces.append(piece)
    return pieces


def has_letters(text: str) -> bool:
    """Tell a word or number from bare punctuation."""
    return bool(_LETTERS.search(text))


def ends_sentence(text: str) -> bool:
    """Whether a piece ends as sentences do; “M.” and “p.” do not."""
    return bool(_SENTENCE_END.search(text)) and not _ABBREVIATION.match(text.lstrip(_OPENING))


def break_price(left: Piece, right: Piece) -> int:
    """What it costs to end a line or a cue between two neighbours; see the prices above."""
    if left.glue == NBSP:
        return GLUED
    if (price := _price_of_punctuation(left.text, right.text)) is not None:
        return price
    last, first = _last_part(left.text), _first_part(right.text)
    if last in _HELD or _NUMBER.match(left.text):
        return HOLD
    if last in _AUXILIARIES or first in _NEGATIONS or _NUMBER.match(right.text):
        return APART
    if _is_name(left.text) and _is_name(right.text):
        return APART
    for words, price in ((_CONJUNCTIONS, CONJUNCTION), (_PREPOSITIONS, PREPOSITION), (_COMPLEMENTS, COMPLEMENT)):
        if first in words:
            return price
    return PLAIN


def join(pieces: Sequence[Piece]) -> str:
    """One line of text."""
    return "".join(piece.text + piece.glue for piece in pieces[:-1]) + pieces[-1].text


def set_lines(
    pieces: Sequence[Piece], prices: Sequence[int], max_chars: int = MAX_CHARS
) -> tuple[float, tuple[str, ...]] | None:
    """Set pieces on one line if they fit, else on two, bottom-heavy and without an orphan.

    `prices[k]` is the price of a break after `pieces[k]`. Returns what the layout costs and its lines; None when
    two lines of `max_chars` do not hold them.
    """
    widths = list(accumulate(len(piece.text) + 1 for piece in pieces))
    if widths[-1] - 1 <= max_chars or len(pieces) == 1:
        return 0, (join(pieces),)
    best: tuple[float, int] | None = None
    for cut in range(1, len(pieces)):
        top, bottom = widths[cut - 1] - 1, widths[-1] - widths[cut - 1] - 1
        if (top > max_chars and cut > 1) or (bottom > max_chars and cut < len(pieces) - 1):
            continue
        cost = prices[cut - 1] + _shape_cost(top, bottom)
        if best is None or cost < best[0]:
            best = cost, cut
    return best and (best[0], (join(pieces[: best[1]]), join(pieces[best[1] :])))


def _shape_cost(top: int, bottom: int) -> float:
    """Top-heavy costs more than bottom-heavy; a line of less than eight characters is an orphan."""
    excess = top - bottom
    return (0.6 * excess if excess > 0 else -0.3 * excess) + 60 * (min(top, bottom) < 8)


def _glued(left: Piece, right: Piece, gap: str) -> Piece:
    if right.text[0] in ",." and not has_letters(right.text):
        return Piece(left.text, left.chars, "")  # the space that bold text left before a comma
    hard = NBSP in gap or left.text[-1] == "«" or right.text.startswith(_NO_BREAK_BEFORE)
    return Piece(left.text, left.chars, NBSP if hard else " ")


def _belong_together(left: Piece, right: Piece, *, first: bool, aside: bool) -> bool:
    if not has_letters(left.text):
        return first or left.text[-1] in _OPENING or left.text in _DASHES
    opens = right.text[0] in _OPENING or (right.text in _DASHES and aside)
    return not has_letters(right.text) and not opens


def _price_of_punctuation(left: str, right: str) -> int | None:
    if not has_letters(right) and right[0] not in _OPENING:
        return GLUED
    if left[-1] in _OPENING:
        return GLUED
    if ends_sentence(left):
        goes_on = right.lstrip(_OPENING + NBSP)[:1].islower()
        return COMMA if goes_on else SENTENCE
    end = left.rstrip('»”"’)]› \u00a0')[-1:]
    if end in (";", ":"):
        return CLAUSE
    if (end == "," and not left.startswith("(")) or left[-1] in ")]–—" or right[0] in "(–—":
        return COMMA
    return None


def _plain(text: str) -> str:
    return text.lower().replace("’", "'").strip("«»“”\"()[]…,;:!?'" + NBSP)


def _last_part(text: str) -> str:
    """The word that a break would leave at the end of a line: “qu'il” leaves “il”."""
    return _plain(text).rsplit("'", 1)[-1]


def _first_part(text: str) -> str:
    """The word that a break would put at the head of a line: “d'euros” puts “d”."""
    return _plain(text).split("'", 1)[0]


def _is_name(text: str) -> bool:
    return text[0].isupper() and len(text) > 1
