"""Make the project's sample recording: an invented council session, spoken by a speech synthesiser.

Place in the flow: before all of it. The sample is what a fresh checkout aligns, and what the tests look at.
It makes ``video.mp4``, ``poster.jpg``, ``info.json`` and ``truth.json`` in the recording's folder; the three posts
that go with it stand in ``transcripts/`` and are written by hand. The commune, the people and the words are ours.

Every sentence is synthesised alone, so where it starts and ends is known, not guessed: ``truth.json`` is exact to
some 10 ms, and comes out with the same bytes each time (same Pico, same sox).

    python media/make_sample.py [--into FOLDER]

Needs ``pico2wave`` (Debian: libttspico-utils, in non-free), ``sox``, the DejaVu fonts and the Python packages av,
numpy and Pillow. None of them is needed to use the sample.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import av
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Samples = npt.NDArray[np.float64]
Status = Literal["spoken", "reworded", "not_found"]

URL = "https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4"
TITLE = "Conseil municipal du 12 juin 2025 \N{EN DASH} Montcléry-sur-Aulne"
MEDIA_ID = f"generic:conseil-2025-06-12-{hashlib.sha256(URL.encode()).hexdigest()[:8]}"
FOLDER = Path(__file__).parent / re.sub(r"[^A-Za-z0-9._-]", "_", MEDIA_ID)

RATE = 16_000  # Hz; what Pico gives, and all that speech recognition wants
WINDOW = RATE // 200  # 5 ms: the grain of the onset measure
SEED = 20250612  # pauses and room tone
SENTENCE_PAUSE_MS = (250, 600)
TURN_PAUSE_MS = (800, 2000)
LEAD_IN_MS, LEAD_OUT_MS = 1500, 2000

FPS = 2  # the picture only changes with the speaker and the clock
KEYFRAME_EVERY = 4  # frames, so one every two seconds: a browser that seeks decodes three tiny frames more at most
SIZE = (640, 360)
AUDIO_BIT_RATE = 40_000
FONTS = Path("/usr/share/fonts/truetype/dejavu")

SPELLED = {"CCAS": "C C A S", "PLU": "P L U"}  # Pico reads "CCAS" as a word


class SampleError(RuntimeError):
    """The sample cannot be made here: a tool is missing or failed."""


@dataclass(frozen=True)
class Person:
    """Someone who speaks, and how Pico's one French voice is bent to sound like them.

    ``pitch`` and ``speed`` are Pico's own, in per cent; ``cents`` is a shift by sox, which moves the timbre too.
    Whisper hears larger shifts worse: the mayor at 72 % and -250 cents, a little faster, had 20 % of his words
    misheard; as he is here, 14 %.
    """

    name: str
    role: str
    colour: str
    pitch: int = 100
    speed: int = 100
    cents: int = 0


VALBRUN = Person("Étienne Valbrun", "Maire de Montcléry-sur-Aulne", "#1f4e79", pitch=78, speed=94, cents=-170)
KERVADEC = Person("Solène Kervadec", "Secrétaire de séance", "#5b4a8a", pitch=110, speed=95, cents=40)
CASTAING = Person("Bruno Castaing", "Adjoint aux mobilités", "#2e6b3e", pitch=85, speed=97, cents=-330)
DELORME = Person("Samira Delorme", "Adjointe à l'alimentation et à l'enfance", "#9a4a1c", speed=95)
MARCHETTI = Person(
    "Julien Marchetti", "Conseiller délégué à la commande publique", "#7a2e4d", pitch=78, speed=96, cents=-120
)
ROUSSILLAC = Person(
    "Hélène Roussillac", "Conseillère, groupe Montcléry d'abord", "#4a4a4a", pitch=92, speed=95, cents=110
)


@dataclass(frozen=True)
class Said:
    """A sentence as it is said, and the key by which posts name it ("" when none does)."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Turn:
    """What one person says before the next takes over."""

    person: Person
    sentences: tuple[Said, ...]


SESSION = (
    Turn(VALBRUN, (
        Said("Mesdames et messieurs, chers collègues, il est dix-huit heures trente, je déclare ouverte la séance "
             "du conseil municipal de Montcléry-sur-Aulne."),
        Said("Je salue le public, nombreux malgré la chaleur, et toutes les personnes qui nous suivent en direct."),
        Said("Avant de commencer, une pensée pour Lucette Pradeau, qui a tenu notre bibliothèque pendant trente ans "
             "et qui nous a quittés la semaine dernière."),
        Said("Je vous propose de désigner Solène Kervadec comme secrétaire de séance."),
        Said("Pas d'opposition ?"),
        Said("Je vous remercie."),
        Said("Madame Kervadec, vous avez la parole."),
    )),
    Turn(KERVADEC, (
        Said("Merci, Monsieur le Maire."),
        Said("Vingt-neuf conseillers sont en exercice, vingt-quatre sont présents, quatre ont donné pouvoir et un "
             "est excusé."),
        Said("Le quorum est donc atteint."),
        Said("Le procès-verbal de la séance du dix-sept avril vous a été adressé il y a une semaine, et aucune "
             "remarque n'est parvenue au secrétariat."),
        Said("Je rappelle enfin que chaque intervention est limitée à trois minutes, et que le chronomètre, lui, ne "
             "fait pas de politique."),
    )),
    Turn(VALBRUN, (
        Said("Merci, le procès-verbal est adopté."),
        Said("Nous passons à la première délibération, la création de pistes cyclables et la décision modificative "
             "du budget."),
        Said("Bruno Castaing, vous avez la parole."),
    )),
    Turn(CASTAING, (
        Said("Monsieur le Maire, chers collègues, je vais vous parler de deux kilomètres.", "c1"),
        Said("Deux kilomètres, c'est la distance entre la gare et le collège des Tilleuls.", "c2"),
        Said("Aujourd'hui, un élève sur dix fait ce trajet à vélo, et ce n'est pas l'envie qui manque aux "
             "autres.", "c3"),
        Said("Le carrefour du Pont-Neuf a connu onze accidents en cinq ans, dont deux très graves.", "c4"),
        Said("Nous vous proposons une piste séparée de la chaussée, avec un revêtement clair et des arbres pour "
             "faire de l'ombre.", "c5"),
        Said("Le chantier coûte quatre cent quatre-vingt mille euros.", "c6"),
        Said("Le département en finance quarante pour cent, l'État vingt-cinq pour cent, il reste donc cent "
             "soixante-huit mille euros à notre charge.", "c7"),
        Said("Le tracé est inscrit au PLU depuis deux mille dix-neuf, mais personne n'avait encore trouvé la "
             "pelle.", "c8"),
        Said("Je sais que la suppression de quatorze places de stationnement inquiète les commerçants de la rue "
             "Haute.", "c9"),
        Said("Nous les avons reçus deux fois, et vingt-deux places seront ouvertes sur l'ancien parking de la "
             "coopérative.", "c10"),
        Said("Ce n'est pas une piste pour les sportifs du dimanche, c'est un trottoir pour les vélos de tous les "
             "jours.", "c11"),
        Said("Les travaux commenceront en octobre, après la foire aux pommes.", "c12"),
        Said("Chers collègues, je vous invite à voter cette délibération.", "c13"),
    )),
    Turn(VALBRUN, (
        Said("Merci, Monsieur Castaing."),
        Said("Le vote aura lieu tout à l'heure, avec les autres points."),
        Said("Nous continuons avec la restauration scolaire, et je donne la parole à Samira Delorme."),
    )),
    Turn(DELORME, (
        Said("Monsieur le Maire, chers collègues, la cantine, c'est le plus grand restaurant de la ville.", "d1"),
        Said("Chaque jour, neuf cent vingt enfants y déjeunent, dans nos six écoles.", "d2"),
        Said("Pour certains d'entre eux, c'est le seul vrai repas de la journée.", "d3"),
        Said("Quand nous sommes arrivés, la part du bio dans les assiettes était de douze pour cent.", "d4"),
        Said("Elle est aujourd'hui de quarante-deux virgule quatre pour cent, et plus de la moitié de ces produits "
             "viennent de moins de cinquante kilomètres.", "d5"),
        Said("On nous avait dit que c'était impossible, que ce serait trop cher, que les enfants n'aimeraient pas "
             "les lentilles.", "d6"),
        Said("Eh bien, ils ont repris deux fois des lentilles.", "d7"),
        Said("Le secret n'est pas dans le porte-monnaie, il est dans la poubelle.", "d8"),
        Said("En pesant les restes avec les enfants, nous avons réduit le gaspillage d'un tiers, et ce que nous ne "
             "jetons plus paie ce que nous achetons mieux.", "d9"),
        Said("Le surcoût réel, cette année, est de soixante-trois mille cinq cents euros, soit quarante-neuf "
             "centimes par repas.", "d10"),
        Said("Avec le CCAS, nous avons aussi revu les tarifs, de quatre-vingts centimes à cinq euros vingt, selon "
             "les revenus des familles.", "d11"),
        Said("À partir du premier septembre, le repas à un euro sera étendu à trois cents enfants de plus.", "d12"),
        Said("Les élus et les élues de cette assemblée ont visité la cuisine centrale au mois de mars, et ont "
             "rencontré une équipe fière de son métier.", "d13"),
        Said("Vous avez vu aussi un four qui a vingt-deux ans, et qui tombe en panne le jeudi, toujours le "
             "jeudi.", "d14"),
        Said("C'est pourquoi nous inscrivons quatre-vingt-dix mille euros pour équiper la cuisine.", "d15"),
        Said("Je remercie Maryse et tous ses collègues, qui arrivent à cinq heures du matin pour éplucher de vraies "
             "carottes.", "d16"),
        Said("Une carotte râpée le matin, ce n'est pas un grand discours, mais c'est une politique.", "d17"),
        Said("Chers collègues, je vous demande de continuer avec nous.", "d18"),
    )),
    Turn(VALBRUN, (
        Said("Merci, Madame Delorme, vous nous avez donné faim."),
        Said("Sur la commande publique, la parole est à Julien Marchetti."),
    )),
    Turn(MARCHETTI, (
        Said("Monsieur le Maire, chers collègues, la commande publique, ce sont deux mots qui endorment une salle, "
             "et pourtant ce sont quatre millions d'euros par an.", "j1"),
        Said("Chaque fois que nous achetons une chaise, un chantier ou un carton de papier, nous choisissons un "
             "modèle.", "j2"),
        Said("Pendant longtemps, nous avons choisi le moins cher, et nous l'avons payé deux fois.", "j3"),
        Said("Le schéma que nous vous présentons ce soir fixe trois priorités.", "j4"),
        Said("La première, c'est l'emploi : sept pour cent des heures de nos chantiers seront réservées à des "
             "personnes éloignées du travail.", "j5"),
        Said("La deuxième, c'est le réemploi : avant d'acheter du neuf, chaque service regardera ce qui dort déjà "
             "dans nos réserves.", "j6"),
        Said("L'école du Moulin a été meublée comme cela, avec quatre-vingts tables réparées par l'atelier "
             "d'insertion.", "j7"),
        Said("La troisième, c'est l'accès des petites entreprises.", "j8"),
        Said("Un artisan de Montcléry ne devrait pas avoir besoin d'un avocat pour répondre à un marché de vingt "
             "mille euros.", "j9"),
        Said("Nous découperons donc les marchés en lots plus petits, et nous publierons chaque année la liste de "
             "nos fournisseurs.", "j10"),
        Said("Enfin, le prix ne comptera plus que pour quarante pour cent de la note, contre soixante "
             "aujourd'hui.", "j11"),
        Said("Acheter mieux, ce n'est pas dépenser plus, c'est savoir ce que l'on paie.", "j12"),
        Said("Je vous remercie.", "j13"),
    )),
    Turn(VALBRUN, (
        Said("Merci, Monsieur Marchetti."),
        Said("Madame Roussillac a demandé la parole pour l'opposition."),
    )),
    Turn(ROUSSILLAC, (
        Said("Monsieur le Maire, chers collègues, je vais peut-être gâcher l'ambiance.", "r1"),
        Said("Nous ne sommes pas contre le vélo, nous ne sommes pas contre les carottes, et nous ne sommes même pas "
             "contre les appels d'offres.", "r2"),
        Said("Mais nous regardons la colonne de droite, celle où se trouve la dette.", "r3"),
        Said("Elle était de neuf cent dix euros par habitant, elle sera de mille quarante à la fin de l'année.", "r4"),
        Said("Vous nous présentez trois belles délibérations, mais une seule trésorerie.", "r5"),
        Said("Quatorze places supprimées, ce sont quatorze clients qui ne s'arrêteront plus à la boulangerie.", "r6"),
        Said("Sur la cantine, je le dis honnêtement, le travail est sérieux, et nous voterons pour.", "r7"),
        Said("Sur la piste cyclable, en revanche, ma question est précise.", "r8"),
        Said("Monsieur Castaing, que se passe-t-il si la subvention du département n'arrive pas ?", "r9"),
    )),
    Turn(VALBRUN, (
        Said("La question est claire."),
        Said("Monsieur Castaing, la réponse en une minute, s'il vous plaît."),
    )),
    Turn(CASTAING, (
        Said("Madame Roussillac, la convention avec le département est signée depuis le vingt-six mai, je l'ai ici, "
             "avec les deux tampons.", "c20"),
        Said("Si l'argent arrivait en retard, nous ferions le chantier en deux tranches, et la première "
             "s'arrêterait au pont.", "c21"),
        Said("Quant à l'étude de circulation, elle est en ligne depuis lundi, et vous y trouverez le comptage de la "
             "rue Haute.", "c22"),
        Said("Je le répète, chers collègues, je vous invite à voter cette délibération.", "c23"),
    )),
    Turn(ROUSSILLAC, (
        Said("En ligne lundi pour un vote le jeudi, vous conviendrez que c'est un peu court.", "r20"),
    )),
    Turn(VALBRUN, (
        Said("C'est noté, et nous passons au vote."),
        Said("Sur la piste cyclable, qui est contre ?"),
        Said("Qui s'abstient ?"),
        Said("La délibération est adoptée par vingt et une voix pour, cinq voix contre et deux abstentions.", "m1"),
        Said("Sur la restauration scolaire, qui est contre ?"),
        Said("Qui s'abstient ?"),
        Said("Personne, elle est donc adoptée à l'unanimité, et je crois que Maryse sera contente.", "m2"),
        Said("Sur la commande publique, je compte vingt-trois voix pour et cinq abstentions, la délibération est "
             "adoptée.", "m3"),
    )),
    Turn(KERVADEC, (
        Said("Monsieur le Maire, l'ordre du jour est épuisé, et le public n'a déposé aucune question."),
    )),
    Turn(VALBRUN, (
        Said("Je vous remercie."),
        Said("Le prochain conseil aura lieu le jeudi dix-huit septembre, à dix-huit heures trente."),
        Said("D'ici là, la fête de la rivière vous attend samedi, et l'eau est à dix-neuf degrés, j'ai vérifié "
             "moi-même."),
        Said("La séance est levée, bonne soirée à toutes et à tous."),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A published sentence (or quote) and what became of it.

    ``said`` names the sentences that carry it, "" for none. ``opens`` tells whether the line begins where the first
    of them begins; if not, its own onset is not known, only the stretch. Typography is plain here: straight
    apostrophes, no bold, ordinary spaces.
    """

    text: str
    status: Status
    said: str = ""
    opens: bool = True


POSTS: dict[str, tuple[Line, ...]] = {
    "2025-06-12-cantine": (
        Line("Monsieur le Maire, chers collègues, la cantine, c'est le plus grand restaurant de la ville.",
             "spoken", "d1"),
        Line("Chaque jour, 920 enfants y déjeunent, dans nos six écoles.", "spoken", "d2"),
        Line("Pour certains d'entre eux, c'est le seul vrai repas de la journée.", "spoken", "d3"),
        Line("Quand nous sommes arrivés, la part du bio dans les assiettes était de 12 %.", "spoken", "d4"),
        Line("Elle est aujourd'hui de 42,4 %, et plus de la moitié de ces produits viennent de moins de 50 "
             "kilomètres.", "spoken", "d5"),
        Line("On nous avait dit que c'était « impossible », que ce serait trop cher, que les enfants n'aimeraient "
             "pas les lentilles.", "spoken", "d6"),
        Line("Le secret n'est pas dans le porte-monnaie, il est dans la poubelle.", "spoken", "d8"),
        Line("En pesant les restes avec les enfants, les équipes ont fait reculer le gaspillage d'un tiers : ce que "
             "l'on ne jette plus finance ce que l'on achète mieux.", "reworded", "d9"),
        Line("Le surcoût réel est de 63 500 euros, soit 49 centimes par repas.", "spoken", "d10"),
        Line("Avec le CCAS, nous avons aussi revu les tarifs, de 0,80 € à 5,20 €, selon les revenus des familles.",
             "spoken", "d11"),
        Line("À partir du 1er septembre, le repas à 1 euro sera étendu à 300 enfants supplémentaires.",
             "spoken", "d12"),
        Line("Les élu·es de cette assemblée ont visité la cuisine centrale au mois de mars, et ont rencontré une "
             "équipe fière de son métier.", "spoken", "d13"),
        Line("Vous y avez vu aussi un four de 22 ans, qui tombe en panne le jeudi, toujours le jeudi.",
             "spoken", "d14"),
        Line("C'est pourquoi nous inscrivons 90 000 euros pour équiper la cuisine.", "spoken", "d15"),
        Line("Merci à Maryse et à toute son équipe, à pied d'œuvre dès 5 heures du matin pour éplucher de vraies "
             "carottes !", "reworded", "d16"),
        Line("Une carotte râpée le matin, ce n'est pas un grand discours, mais c'est une politique.",
             "spoken", "d17"),
        Line("Chers collègues, je vous demande de continuer avec nous.", "spoken", "d18"),
    ),
    "2025-06-12-retour-conseil": (
        Line("Le conseil municipal de juin s'est tenu devant un public fourni.", "not_found"),
        Line("Nous en retenons deux moments.", "not_found"),
        Line("Bruno Castaing, adjoint aux mobilités, défend la future liaison entre la gare et le collège, et "
             "insiste sur la sécurité des plus jeunes.", "not_found"),
        Line("Il le résume ainsi :", "not_found"),
        Line("Ce n'est pas une piste pour les sportifs du dimanche, c'est un trottoir pour les vélos de tous les "
             "jours.", "spoken", "c11"),
        Line("Il rappelle que le projet figurait depuis des années dans les documents d'urbanisme,", "not_found"),
        Line("mais personne n'avait encore trouvé la pelle", "spoken", "c8", opens=False),
        Line("Aux riverains, il promet enfin :", "not_found"),
        Line("Pas un seul arbre ne sera abattu, je m'y engage devant vous.", "not_found"),
        Line("Au nom de l'opposition, Hélène Roussillac s'alarme d'un endettement qui progresse :", "not_found"),
        Line("Nous ne sommes pas contre le vélo, […] et nous ne sommes même pas contre les appels d'offres.",
             "spoken", "r2"),
        Line("Ce qui l'inquiète, c'est", "not_found"),
        Line("la colonne de droite, celle où se trouve la dette", "spoken", "r3", opens=False),
        Line("Son groupe approuve toutefois la restauration scolaire, et demande des garanties sur les aides "
             "attendues.", "not_found"),
        Line("Bruno Castaing lui répond :", "not_found"),
        Line("Si l'argent arrivait en retard, nous ferions le chantier en deux tranches", "spoken", "c21"),
    ),
    "2025-06-12-commande-publique": (
        Line("Monsieur le Maire, chers collègues, la commande publique, ce sont deux mots qui endorment une salle, "
             "et pourtant ce sont 4 millions d'euros par an.", "spoken", "j1"),
        Line("Chaque fois que nous achetons une chaise, un chantier ou un carton de papier, nous choisissons un "
             "modèle.", "spoken", "j2"),
        Line("Longtemps, nous avons pris le moins-disant, et nous l'avons payé deux fois.", "reworded", "j3"),
        Line("Le schéma que nous vous présentons ce soir fixe trois priorités.", "spoken", "j4"),
        Line("La première, c'est l'emploi : 7 % des heures de nos chantiers seront réservées à des personnes "
             "éloignées du travail.", "spoken", "j5"),
        Line("La deuxième, c'est le réemploi : avant d'acheter du neuf, chaque service regardera ce qui dort déjà "
             "dans nos réserves.", "spoken", "j6"),
        Line("L'école du Moulin a été meublée ainsi, avec 80 tables réparées par l'atelier d'insertion.",
             "spoken", "j7"),
        Line("Les associations sportives bénéficieront, dès cet hiver, d'un guichet unique pour leurs achats groupés.",
             "not_found"),
        Line("La troisième, c'est l'accès des petites entreprises.", "spoken", "j8"),
        Line("Un·e artisan·e de Montcléry ne devrait pas avoir besoin d'un avocat pour répondre à un marché de 20 "
             "000 €.", "spoken", "j9"),
        Line("Nous découperons donc les marchés en lots plus petits, et nous publierons chaque année la liste de "
             "nos fournisseurs.", "spoken", "j10"),
        Line("Enfin, le prix ne comptera plus que pour 40 % de la note, contre 60 % aujourd'hui.", "spoken", "j11"),
        Line("Acheter mieux, ce n'est pas dépenser plus, c'est savoir ce que l'on paie.", "spoken", "j12"),
        Line("Je vous remercie.", "spoken", "j13"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A sentence in the recording; ``start_ms`` and ``end_ms`` are where its sound begins and ends."""

    turn: int
    key: str
    text: str
    start_ms: int
    end_ms: int


def _run(*command: str) -> None:
    """Run one of the sound tools; SampleError when it is missing or fails."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise SampleError(f"{command[0]} is not installed (Debian: libttspico-utils in non-free, and sox)") from None
    except subprocess.CalledProcessError as error:
        raise SampleError(f"{command[0]} failed: {error.stderr.strip()}") from error


def synthesise(text: str, person: Person, folder: Path) -> Samples:
    """Return *text* in the voice of *person*: mono samples at RATE, full scale at 1, its outer silence still on.

    *folder* takes two scratch files. Raises SampleError when Pico or sox is missing or fails.
    """
    for written, spelled in SPELLED.items():
        text = text.replace(written, spelled)
    plain, bent = folder / "plain.wav", folder / "bent.wav"
    marked = f'<pitch level="{person.pitch}"><speed level="{person.speed}">{text}</speed></pitch>'
    _run("pico2wave", "-l", "fr-FR", "-w", str(plain), marked)
    _run("sox", "-D", str(plain), str(bent), "gain", "-3", "pitch", str(person.cents))
    with wave.open(str(bent)) as sound:
        if sound.getframerate() != RATE or sound.getnchannels() != 1:
            raise SampleError(f"expected {RATE} Hz mono from Pico, not {sound.getframerate()} Hz")
        return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(np.float64) / 32768


def trimmed(samples: Samples) -> Samples:
    """Cut the silence off both ends of *samples*, on a 5 ms grain.

    Sound is where a window's level is within 38 dB of the loudest: Pico's own silence lies far below, and the
    softest beginnings of its words (an "f", an "s") above. Raises SampleError when there is no sound at all.
    """
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    level = np.sqrt(np.mean(windows**2, axis=1))
    loud = np.flatnonzero(level > level.max(initial=0) * 10 ** (-38 / 20))
    if not len(loud):
        raise SampleError("the synthesiser returned silence")
    return samples[loud[0] * WINDOW : (loud[-1] + 1) * WINDOW]


def record() -> tuple[Samples, list[Placed]]:
    """Speak the whole SESSION: the samples, and where each sentence stands in them.

    Pauses are whole windows, so every time is a whole number of milliseconds. The length is a whole number of
    seconds, as the picture's is. Raises SampleError when a tool is missing or fails.
    """
    chance = random.Random(SEED)
    pieces: list[Samples] = []
    placed: list[Placed] = []
    length = 0

    def add(piece: Samples) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    def pause(low_ms: int, high_ms: int) -> None:
        add(np.zeros(chance.randrange(low_ms, high_ms + 1, 5) * RATE // 1000))

    with tempfile.TemporaryDirectory() as scratch:
        pause(LEAD_IN_MS, LEAD_IN_MS)
        for number, turn in enumerate(SESSION):
            if number:
                pause(*TURN_PAUSE_MS)
            for position, said in enumerate(turn.sentences):
                if position:
                    pause(*SENTENCE_PAUSE_MS)
                start = length
                add(trimmed(synthesise(said.text, turn.person, Path(scratch))))
                placed.append(Placed(number, said.key, said.text, start * 1000 // RATE, length * 1000 // RATE))
        pause(LEAD_OUT_MS, LEAD_OUT_MS)
        add(np.zeros(-length % RATE))
    # A little room tone (about -66 dB), so that the pauses are not the digital silence no real recording has.
    tone = np.random.default_rng(SEED).normal(0, 0.0005, length)
    return np.clip(np.concatenate(pieces) + tone, -1, 1), placed


def truth(placed: list[Placed], duration_ms: int) -> dict[str, Any]:
    """Return what was said when, and what became of every published line (the shape is in media/README.md)."""
    at = {sentence.key: sentence for sentence in placed if sentence.key}
    turns = []
    for number, turn in enumerate(SESSION):
        own = [sentence for sentence in placed if sentence.turn == number]
        sentences = [{"text": s.text, "start_ms": s.start_ms, "end_ms": s.end_ms} for s in own]
        where = {"start_ms": own[0].start_ms, "end_ms": own[-1].end_ms}
        turns.append({"speaker": turn.person.name, "role": turn.person.role, **where, "sentences": sentences})
    posts: dict[str, list[dict[str, Any]]] = {}
    for slug, lines in POSTS.items():
        posts[slug] = []
        for line in lines:
            carriers = [at[key] for key in line.said.split()]
            within = [carriers[0].start_ms / 1000, carriers[-1].end_ms / 1000] if carriers else None
            onset = within[0] if within and line.opens else None
            posts[slug].append({"text": line.text, "status": line.status, "within": within, "onset": onset})
    return {"recording": MEDIA_ID, "duration": duration_ms / 1000, "turns": turns, "posts": posts}


def info(duration_ms: int) -> dict[str, Any]:
    """Return the recording's description, in the form the program writes for any recording it fetched."""
    return {
        "id": MEDIA_ID,
        "url": URL,
        "provider": "generic",
        "title": TITLE,
        "date": "2025-06-12",
        "duration_ms": duration_ms,
        "audio": None,
        "video": "video.mp4",
        "thumbnail": "poster.jpg",
        "captions": [],
    }


@functools.cache
def _font(name: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(str(FONTS / name), size)
    except OSError:
        raise SampleError(f"no font {FONTS / name} (Debian: fonts-dejavu-core)") from None


@functools.cache
def card(headline: str, below: str, colour: str) -> Image:
    """Draw a title card: a coloured field with *headline* over *below*, the session's name at the top."""
    from PIL import Image, ImageDraw

    width = SIZE[0]
    image = Image.new("RGB", SIZE, colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, 54), fill="#10202c")
    draw.text((32, 27), "Montcléry-sur-Aulne", font=_font("DejaVuSans-Bold.ttf", 20), fill="white", anchor="lm")
    draw.text((width - 32, 27), "12 juin 2025", font=_font("DejaVuSans.ttf", 18), fill="white", anchor="rm")
    draw.text((32, 168), headline, font=_font("DejaVuSans-Bold.ttf", 42), fill="white", anchor="lm")
    draw.text((32, 222), below, font=_font("DejaVuSans.ttf", 22), fill="white", anchor="lm")
    return image


def pictures(placed: list[Placed], duration_ms: int) -> Iterator[Image]:
    """Yield the film's frames in order: the card of who speaks, or of who is next from the middle of a pause.

    A clock runs in the corner, so that anyone can check by eye that a link led to the right second.
    """
    from PIL import ImageDraw

    changes = [0]
    for before, after in itertools.pairwise(placed):
        if before.turn != after.turn:
            changes.append((before.end_ms + after.start_ms) // 2)
    for frame in range(duration_ms * FPS // 1000):
        now_ms = frame * 1000 // FPS
        person = SESSION[sum(change <= now_ms for change in changes) - 1].person
        image = card(person.name, person.role, person.colour).copy()
        clock = f"{now_ms // 60_000}:{now_ms // 1000 % 60:02d}"
        face = _font("DejaVuSansMono.ttf", 24)
        ImageDraw.Draw(image).text((SIZE[0] - 32, SIZE[1] - 34), clock, font=face, fill="white", anchor="rm")
        yield image


def film(path: Path, samples: Samples, frames: Iterator[Image]) -> None:
    """Write the recording to *path*: H.264 and AAC in MP4, its index in front so that a browser can start at once.

    One thread and no encoder's date or version, so that the bytes only change with the encoders.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        video = out.add_stream("libx264", rate=FPS)
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        video.gop_size = KEYFRAME_EVERY
        video.codec_context.thread_count = 1
        video.options = {"crf": "38", "preset": "veryslow", "x264-params": "bframes=0:scenecut=0"}
        video.codec_context.time_base = Fraction(1, FPS)
        audio = out.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = AUDIO_BIT_RATE
        for stream in (video, audio):
            stream.codec_context.flags |= av.codec.context.Flags.bitexact

        sound = (samples * 32767).astype(np.int16)
        step = RATE // FPS
        for number, image in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(np.asarray(image), "rgb24")
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            out.mux(video.encode(picture))
            piece = av.AudioFrame.from_ndarray(sound[None, number * step : (number + 1) * step], "s16", "mono")
            piece.sample_rate, piece.pts, piece.time_base = RATE, number * step, Fraction(1, RATE)
            out.mux(audio.encode(piece))
        out.mux(video.encode(None))
        out.mux(audio.encode(None))


def make(folder: Path) -> None:
    """Make the sample in *folder*, which is made if need be. Raises SampleError or OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    samples, placed = record()
    duration_ms = len(samples) * 1000 // RATE
    film(folder / "video.mp4", samples, pictures(placed, duration_ms))
    card("Conseil municipal", "Séance du 12 juin 2025", "#1f4e79").save(
        folder / "poster.jpg", quality=80, optimize=True
    )
    for name, content in (("info.json", info(duration_ms)), ("truth.json", truth(placed, duration_ms))):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Run from the command line; 0 when made, 3 when a tool is missing."""
    parser = argparse.ArgumentParser(description="Make the sample recording.")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER", help="default: its place in media/")
    folder: Path = parser.parse_args().into
    try:
        make(folder)
    except SampleError as error:
        print(f"make_sample: {error}", file=sys.stderr)
        return 3
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size:>9} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
