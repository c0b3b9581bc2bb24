"""Read: sentences that serve the page and not the reader's ear.

Pointers ("Retrouvez…", "La vidéo est à retrouver ci-dessous"), captions of links, photo credits, calls to share,
tails ("Nos autres articles :"). They are never looked for in a recording. The patterns come from the 38 real posts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST_POINTER = 22  # words; longer sentences that end in "ci-dessous" say something of their own
_LONGEST_CAPTION = 20  # words
_LINK_SHARE = 0.6  # of the letters; "Facebook : https://…" and "Revoir la séance ici" as one link are above it

_SHOW = r"(?:re)?(?:trouver|voir|lire|découvrir|visionner|écouter|regarder|vivre)"
_SHOWN = (
    r"(?:la|le|l[’']|les|cette|cet|ce|son|sa|notre)\ ?"
    r"(?:vidéo|intervention|prises?\ de\ parole|intégralité|discours|séance|débat|direct|replay|article|conseil|suite)"
)
_POINTS = re.compile(
    rf"""^[\W_]* (?:
          (?:ou\ )?(?:re)?(?:trouvez|découvrez|vivez|visionnez|lisez|écoutez|regardez|voyez)\b(?!-)
        | [àa]\ {_SHOW}\b | {_SHOW}\ {_SHOWN}
        | (?:téléchargez|cliquez|abonnez-vous|inscrivez-vous|partagez|likez|suivez(?:-nous|\ le\ déroulé))\b
        | restez\ connecté | (?:nos|les)\ autres\ articles | à\ lire\ aussi | pour\ aller\ plus\ loin\s*:
        | pour\ (?:en\ savoir\ plus|vous\ inscrire|avoir\ toutes\ les\ informations|plus\ d[’']informations?)\b
        | pour\ (?:la\ |le\ |l[’'])?{_SHOW}\ (?:ou\ {_SHOW}\ )?{_SHOWN}
        | (?:crédits?|photos?|illustration|©)\ *(?:photos?)?\ *[:©] | ©
        | une\ (?:intervention|séquence|prise\ de\ parole)\ (?:vidéo|en\ vidéo|à\ {_SHOW})
        | extraits?\ *:$ )
      | \bn[’']hésitez\ pas\ à\b | \brendez-vous\ (?:sur|ici|le\ \d)
      | \bvous\ pouvez\ (?:\w+\ )?(?:également\ |aussi\ )?(?:les\ |le\ |la\ |l[’']|y\ )?{_SHOW}\b
      | \bvous\ proposons\ de\ {_SHOW}\b """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS_BELOW = re.compile(
    r"""\b(?:ci-dessous|ci-après|ci-contre|par\ ici|à\ ce\ lien|en\ vidéo|(?:sur|dans)\ (?:notre|le)\ site
        |(?:sur|dans)\ cet\ article)(?:\ \w+){0,4}[\W_]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_SHOWS = re.compile(rf"\b(?:vidéo|article|intervention|{_SHOW}|c[’']est|ça se passe)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"^[\W_]*(?:retrouvez )?(?:nos|les) autres articles\b.*:\s*$|^[\W_]*à lire aussi\s*:?\s*$", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"^[\W_]*(?:les?|la|l[’'])\s?(?:élu|groupe|liste|collectif|équipe|membres)\b[^.!?]*$", re.IGNORECASE
)


def is_boilerplate(sentence: str, linked: Sequence[bool]) -> bool:
    """Whether a sentence only points at something; `linked` tells for each character whether it is part of a link."""
    letters = [is_linked for character, is_linked in zip(sentence, linked, strict=True) if character.isalnum()]
    if letters and sum(letters) > _LINK_SHARE * len(letters):
        return True
    if _POINTS.search(sentence):
        return True
    is_short = len(sentence.split()) <= _LONGEST_POINTER
    return is_short and _ENDS_BELOW.search(sentence) is not None and _SHOWS.search(sentence) is not None


def opens_tail(sentence: str) -> bool:
    """Whether nothing but links to other pages can follow ("Retrouvez nos autres articles sur ce conseil :")."""
    return _TAIL.search(sentence) is not None


def is_caption(text: str) -> bool:
    """Whether a paragraph right below a recording is its caption: short, and no sentence."""
    return len(text.split()) <= _LONGEST_CAPTION and text[-1:] not in tuple('.!?…:,;"»”')


def is_signature(text: str) -> bool:
    """Whether the last paragraph only says who wrote ("Les élu·es du groupe")."""
    return len(text.split()) <= _LONGEST_CAPTION and _SIGNATURE.search(text) is not None
