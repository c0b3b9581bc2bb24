"""A small grammar of French council speech: templates and a topic's vocabulary become sentences of known readings.

First step of the generated sets. A sentence is a row of pieces; each piece knows how it is published ("63,5 M€"),
how it is said ("soixante-trois virgule cinq millions d'euros") and how a recogniser may write it. Everything is
drawn from a seeded `random.Random`, so that the same seed gives the same sentences everywhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tests.benchmark.figures import FIGURES
from tests.benchmark.idioms import ASIDES, REMARKS, split
from tests.benchmark.lexicon import PLACES, TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Piece:
    """One published word or figure, with the words that are said for it and what a recogniser may write instead."""

    published: str
    spoken: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is an ordinary word, published as it is said."""
        return self.spoken == (self.published.replace(" ", ""),)


Sentence = tuple[Piece, ...]

UNSAID_EACH = 4
"""One frame in so many is kept for sentences that nobody said: they share words with the session, but no clause."""

_FIGURE = re.compile(r"⟦([^|]*)\|([^|]*)\|([^⟧]*)⟧([.,?!:;»]*)|(\S+(?: [?!:;»])?)")


def parse(markup: str) -> Sentence:
    """Read running text in which `⟦published|spoken|written⟧` marks a figure; punctuation clings to the word before."""
    pieces = []
    for published, spoken, written, tail, plain in _FIGURE.findall(markup):
        if plain:
            word = plain.replace(" ", "")
            pieces.append(Piece(plain, (word,), (word,)))
        else:
            said, wrote = spoken.split(), written.split()
            pieces.append(Piece(published + tail, (*said[:-1], said[-1] + tail), (*wrote[:-1], wrote[-1] + tail)))
    return tuple(pieces)


def publish(sentence: Sentence) -> str:
    """The sentence as it is printed."""
    return " ".join(piece.published for piece in sentence)


_CLAUSES = split(
    """<thing=mérite/méritent> mieux que des annonces; <thing=coûte/coûtent> trop cher à la collectivité;
    <thing=attend/attendent> une réponse depuis des années; <thing=fonctionne/fonctionnent> bien <place>; <thing=ne
    répond plus/ne répondent plus> aux besoins <de people>; <people=réclament> <thing> <place>; nous avons choisi
    <d' act> dès cet automne; il devient urgent <d' act> <place>; il serait absurde <d' act> sans écouter <people>;
    notre groupe propose <d' act> et <d' act>; l'opposition refuse obstinément <d' act>; la majorité précédente
    avait promis <d' act>; vous avez renoncé à <act>, et personne n'a compris pourquoi; <people=ont vu disparaître>
    <thing> en quelques mois; <people=demandent> simplement <d' act>; personne ne peut ignorer la colère <de
    people>; le rapport consacre trois lignes <à thing>; ce contrat engage la commune sur <thing> pour une
    génération; la concertation a rassemblé beaucoup de monde <place>; <thing=dépend/dépendent> d'un financement que
    nul ne garantit; le département s'est désengagé <de thing> sans prévenir; j'ai rencontré <people> la semaine
    dernière <place>; il existe un lien évident entre <thing> et <thing>; <thing=illustre/illustrent> parfaitement
    notre manière de travailler; chaque euro dépensé pour <thing> en économise deux; la région accompagnera <thing>
    à condition <d' act>; les travaux <de thing> commenceront après les vendanges; les services ont étudié <thing>
    avec beaucoup de sérieux; la délibération de ce soir permet enfin <d' act>; on nous parle <de thing> comme d'un
    luxe, alors que <people=en vivent>; je voudrais saluer le dévouement <de people>; nous ne transigerons pas sur
    <thing>; l'avenir <de thing> se joue maintenant, ici, dans cette assemblée; vouloir <act>, c'est d'abord
    respecter <people>; le chantier <place> a pris du retard à cause des intempéries; la presse locale a raconté
    n'importe quoi sur <thing>; <people=savent> très bien ce que <thing=représente/représentent>; le préfet nous a
    écrit pour contester <thing>; une étude indépendante confirme l'intérêt <de thing>; il a fallu batailler
    longtemps pour <act>; <thing=manque/manquent> cruellement <place>; cet engagement figurait noir sur blanc dans
    notre programme; vos chiffres concernant <thing> ne tiennent pas debout; la solidarité avec <people> n'est pas
    une option; nous mesurons les progrès accomplis sur <thing>; <thing=relève/relèvent> d'une compétence partagée
    avec l'État; vous aviez pourtant juré <d' act> avant l'été; le calendrier <de thing> glisse d'un trimestre à
    l'autre; les assurances refusent désormais de couvrir <thing>; à quoi bon <act> si <thing=ferme/ferment> demain;
    trois recours ont été déposés contre <thing>; l'appel d'offres pour <thing> est resté infructueux; nous
    recevrons <people> en mairie dès lundi; <people=méritent> notre gratitude et un salaire décent; le sous-préfet
    encourage vivement le projet <d' act>; le compte administratif révèle un trou béant concernant <thing>; une
    convention triennale encadrera <thing>; j'invite chacun à visiter <thing> <place>; notre amendement propose
    simplement <d' act>"""
)
_FIGURED = split(
    """<thing=coûte/coûtent> <money> chaque année; nous consacrons <money> <à thing>; l'enveloppe passe à <money> pour
    <thing>; la fréquentation <de thing> a progressé de <percent> depuis <year>; <percent> <de people> y sont
    favorables; pour cela, le <sigle> versera <money> le <date>; la réunion publique aura lieu le <date> à <clock>
    <place>; la délibération <number> prévoit <count> emplois au <sigle>; pour la <ordinal> fois,
    <thing=reçoit/reçoivent> <money>; nos <elected> ont rencontré <count> <resident> <place>; le numéro d'appel est
    le <phone>; le taux passera de <percent> à <percent> avant <year>; l'article <number> du règlement fixe le tarif
    à <money>; la <ordinal> édition a réuni <count> <resident> entre <clock> et <clock>; <mister> et <mister>
    siégeront au <sigle>; la subvention du <sigle> représente <percent> du total, soit <money>"""
)
_LEADS = split(
    """; ; ; ; ; Je rappelle que; Nous pensons que; Chacun sait que; Il faut redire que; Permettez-moi d'ajouter que;
    Je constate avec tristesse que; Vous comprendrez que; L'expérience montre que; À nos yeux,; En revanche,; Depuis
    six mois,; Contrairement à ce qui a été dit,; Voilà pourquoi; Franchement,; Sur ce point,; Au fond,; Je crois
    profondément que; Nul doute que; Très concrètement,"""
)
_TAILS = split(
    """; ; ; ; ; , et nous en sommes fiers; , sans oublier <thing>; , ce qui n'était pas gagné; , comme le souhaitent
    <people>; , malgré les contraintes budgétaires; , faute de moyens suffisants; , parce que
    <thing=compte/comptent> pour <people>; , en particulier <place>; , pour que <people=retrouvent> confiance; , au
    même titre que <thing>; , avant qu'il ne soit trop tard; , et cela change tout; , dans le respect du droit; ,
    plutôt que <d' act> à la va-vite; , avec le concours <de people>; , quitte à bousculer quelques habitudes; , et
    je pèse mes mots; , au bénéfice <de people>"""
)
_TWINS = {
    "money": "le conseil avait prévu § pour <thing> <place>; hier, <thing=a reçu/ont reçu> § de la région <place>",
    "percent": "§ <de people> nous ont répondu <place>; le coût <de thing> a augmenté de § en trois ans",
    "mister": "c'est § qui portait le dossier <de thing> devant <people>; § nous avait promis <d' act> <place>",
}
_DENIED = (
    ("nous soutiendrons", "nous ne soutiendrons pas", "<thing> et <people> <place>"),
    ("je crois", "je ne crois pas", "que <people=veulent> <act> <place>"),
    ("la commune pourra", "la commune ne pourra jamais", "<act> sans <thing> ni <people>"),
)
_JOINTS = ("et", "mais", "car", "or", "et pourtant", "donc")
_SLOT = re.compile(r"<((?:de|à|d') )?(\w+)(?:=([^>]*))?>")
_VOWELS = "aeiouyéèêàâîôû"


class Pool(Enum):
    """Which frames a speaker draws from: those of the session, or those kept for what nobody said."""

    SAID = 0
    UNSAID = 1

    def take(self, frames: Sequence[str]) -> tuple[str, ...]:
        """Of frames, this pool's share."""
        return tuple(frame for index, frame in enumerate(frames) if (index % UNSAID_EACH == 0) == (self is Pool.UNSAID))


class Speaker:
    """Draws sentences about one topic, for one variant of the sets."""

    def __init__(self, dice: random.Random, variant: str, topic: Topic, pool: Pool = Pool.SAID) -> None:
        self._dice, self._topic, self._variant = dice, topic, variant
        half = list(TOPICS).index(variant)
        self._asides, self._remarks = pool.take(ASIDES[half::2]), pool.take(REMARKS[half::2])
        self._clauses, self._figured = pool.take(_CLAUSES), pool.take(_FIGURED)

    def say(self, *, figured: float = 0.12) -> Sentence:
        """A sentence, of which a share `figured` of the clauses hold a number, a date or a sigle."""
        dice = self._dice
        clause = dice.choice(self._figured if dice.random() < figured else self._clauses)
        lead, tail, shape = dice.choice(_LEADS), dice.choice(_TAILS), dice.random()
        if shape < 0.25:
            return self.fill(lead, clause, f", {dice.choice(self._asides)}")
        if shape < 0.40:
            return self.fill(lead, clause, f", {dice.choice(_JOINTS)} {dice.choice(self._remarks)}")
        if shape < 0.50:
            return self.fill(lead, dice.choice(self._remarks), tail)
        if shape < 0.70:
            return self.fill(lead, clause, f", {dice.choice(_JOINTS)} {dice.choice(self._clauses)}")
        return self.fill(lead, clause, tail)

    def fill(self, lead: str, clause: str, tail: str = "") -> Sentence:
        """Fill the slots of a template and put the parts together."""
        body = _SLOT.sub(self._draw, clause)
        joined = f"{lead[:-1]}'{body}" if lead.endswith("que") and body[0] in _VOWELS else f"{lead} {body}".strip()
        text = _capital(joined + _SLOT.sub(self._draw, tail))
        return parse(text if text[-1] in ".?!," else text + ".")

    def say_twins(self) -> tuple[Sentence, Sentence, Sentence]:
        """Three sentences that differ by one figure or one name."""
        kind = self._dice.choice(list(_TWINS))
        frame = self._dice.choice(split(_TWINS[kind])) + f", {self._dice.choice(self._asides)}"
        filled = _SLOT.sub(self._draw, frame)
        changes: list[str] = []
        while len(changes) < 3:
            change = FIGURES[kind](self._dice, self._variant)
            spoken = {found.split("|")[1] for found in changes}
            if change.split("|")[1] not in spoken:
                changes.append(change)
        first, second, third = (parse(_capital(filled.replace("§", change)) + ".") for change in changes)
        return first, second, third

    def say_and_deny(self) -> tuple[Sentence, Sentence]:
        """A sentence, and the same with a negation."""
        yes, no, rest = self._dice.choice(_DENIED)
        filled = _SLOT.sub(self._draw, rest) + f", {self._dice.choice(self._asides)}."
        return parse(f"{_capital(yes)} {filled}"), parse(f"{_capital(no)} {filled}")

    def _draw(self, slot: re.Match[str]) -> str:
        before, name, verbs = slot.groups()
        if name in FIGURES:
            return FIGURES[name](self._dice, self._variant)
        if name == "place":
            return self._dice.choice(PLACES[self._variant])
        if name == "act":
            act = self._dice.choice(self._topic.acts)
            return act if before is None else ("d'" if act[0] in _VOWELS else "de ") + act
        phrase = self._dice.choice(self._topic.things if name == "thing" else self._topic.people)
        if verbs:
            several, forms = phrase.startswith("les "), verbs.split("/")
            return f"{phrase} {forms[-1] if several else forms[0]}"
        return contract(before, phrase)


def contract(before: str | None, phrase: str) -> str:
    """Put "de" or "à" before a noun phrase: "de" + "le pont" is "du pont"."""
    if before is None:
        return phrase
    short = {"de ": ("du ", "des "), "à ": ("au ", "aux ")}[before]
    for article, joined in zip(("le ", "les "), short, strict=True):
        if phrase.startswith(article):
            return joined + phrase.removeprefix(article)
    return before + phrase


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
