"""Every sentence the viewer says to its readers, in French and in English.

Beside the pages: templates ask a `Wording` for a key and never hold words of their own. French is the
default. French is written here with plain spaces; `typeset` puts the narrow and fixed ones where French
typography wants them (fine before ; ! ?, fixed before : and inside « »). Published words are not touched.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aligner.model import Status
from aligner.timecode import format_french

LANGUAGES = ("fr", "en")

_MONTHS = {
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}

FRENCH = {
    "site": "Prises de parole",
    "other_language": "English",
    "skip_to_text": "Aller au texte",
    "skip_to_recording": "Aller à l’enregistrement",
    "index_lead": "Chaque phrase publiée, reliée au moment où elle a été prononcée.",
    "index_empty": "Aucune prise de parole pour l’instant.",
    "index_empty_hint": "Placez un texte publié dans le dossier « transcripts » et lancez la commande « align » : "
    "il apparaîtra ici.",
    "undated": "Sans date",
    "broken_one": "Un fichier n’a pas pu être lu :",
    "broken_many": "{n} fichiers n’ont pas pu être lus :",
    "broken_hint": "Relancez « align » pour les refaire.",
    "passages_one": "{n} passage",
    "passages_many": "{n} passages",
    "spoken_one": "{n} dit tel quel",
    "spoken_many": "{n} dits tels quels",
    "reworded_one": "{n} dit autrement",
    "reworded_many": "{n} dits autrement",
    "uncertain_one": "{n} incertain",
    "uncertain_many": "{n} incertains",
    "not_found_one": "{n} non retrouvé",
    "not_found_many": "{n} non retrouvés",
    "no_passages": "Aucune parole à retrouver dans ce texte.",
    "coverage": "{passages} : {parts}.",
    "original": "Lire la publication d’origine",
    "back": "Toutes les prises de parole",
    "colon": " :",
    "legend": "Lire cette page",
    "legend_spoken_name": "Souligné",
    "legend_spoken": "dit tel quel, à de petites retouches près ; un clic le fait entendre.",
    "legend_reworded_name": "Pointillé",
    "legend_reworded": "dit en d’autres mots ou en partie ; le bouton donne les mots prononcés.",
    "legend_uncertain_name": "≈",
    "legend_uncertain": "indices faibles, ou plusieurs endroits possibles ; rien n’est affirmé.",
    "legend_not_found_name": "Grisé",
    "legend_not_found": "non retrouvé dans l’enregistrement, donc sans lien.",
    "go_to": "Aller à {time}",
    "go_to_recording": "Enregistrement {n}, aller à {time}",
    "reworded_toggle": "dit autrement",
    "said": "dit :",
    "more_toggle": "dit en plus",
    "again_toggle": "dit plusieurs fois",
    "again": "Dit aussi à",
    "again_in": "{time} (enregistrement {n})",
    "or_at": "ou à",
    "unsaid": "non dit :",
    "unpublished": "non publié :",
    "legend_unsaid_name": "Barré",
    "legend_unsaid": "publié, mais non dit.",
    "legend_unpublished_name": "En gras",
    "legend_unpublished": "dit, mais non publié.",
    "doubtful_toggle": "≈ passage incertain",
    "listen_possible": "écouter le passage possible",
    "not_found_note_one": "non retrouvé dans l’enregistrement",
    "not_found_note_many": "{n} phrases non retrouvées dans l’enregistrement",
    "not_found_notes_one": "non retrouvé dans les enregistrements",
    "not_found_notes_many": "{n} phrases non retrouvées dans les enregistrements",
    "text": "Texte publié",
    "recording_one": "Enregistrement",
    "recording_many": "Enregistrements",
    "recording_number": "Enregistrement {n}",
    "no_recording": "Ce texte n’est relié à aucun enregistrement.",
    "load_youtube": "Charger le lecteur YouTube",
    "consent": "Le lecteur vient de YouTube (Google), qui recevra votre adresse IP et pourra déposer des traceurs. "
    "Rien ne lui est envoyé avant votre clic.",
    "remembered": "La phrase choisie sera jouée dès que le lecteur sera chargé.",
    "needs_script": "Le lecteur intégré a besoin de JavaScript ; les phrases restent des liens vers YouTube.",
    "watch_on": "Voir sur {name}",
    "watch_source": "Ouvrir la page de l’enregistrement",
    "player_title": "Lecteur YouTube : {title}",
    "player_failed": "YouTube ne permet pas de lire cette vidéo ici. Les phrases ouvrent maintenant YouTube.",
    "file_failed": "Votre navigateur ne peut pas lire ce fichier.",
    "file_open": "Ouvrir le fichier",
    "link_only": "Cet enregistrement ne se lit pas sur cette page ; chaque phrase ouvre son adresse au bon moment.",
    "link_none": "Cet enregistrement n’est plus disponible.",
    "follow_pause": "Suspendre le suivi",
    "follow_resume": "Reprendre le suivi",
    "downloads": "Télécharger",
    "download_subtitles": "Sous-titres",
    "download_data": "Données de l’alignement",
    "error_404": "Cette page n’existe pas",
    "error_404_text": "L’adresse est peut-être mal écrite, ou le texte a été retiré.",
    "error_500": "Quelque chose s’est mal passé",
    "error_500_text": "Cette page n’a pas pu être préparée. Le journal du programme dit pourquoi.",
    "error_broken": "Ce texte ne peut pas être montré",
    "error_broken_text": "Son fichier d’alignement ne peut pas être lu. Relancez « align » pour le refaire.",
    "error_other": "Demande refusée",
    "error_other_text": "Le serveur ne peut pas répondre à cette demande (code {code}).",
}

ENGLISH = {
    "site": "Speeches",
    "other_language": "Français",
    "skip_to_text": "Skip to the text",
    "skip_to_recording": "Skip to the recording",
    "index_lead": "Every published sentence, linked to the moment it was spoken.",
    "index_empty": "No speeches yet.",
    "index_empty_hint": "Put a published text into the folder “transcripts” and run “align”: it will appear here.",
    "undated": "Undated",
    "broken_one": "One file could not be read:",
    "broken_many": "{n} files could not be read:",
    "broken_hint": "Run “align” again to make them anew.",
    "passages_one": "{n} passage",
    "passages_many": "{n} passages",
    "spoken_one": "{n} said as published",
    "spoken_many": "{n} said as published",
    "reworded_one": "{n} said otherwise",
    "reworded_many": "{n} said otherwise",
    "uncertain_one": "{n} uncertain",
    "uncertain_many": "{n} uncertain",
    "not_found_one": "{n} not found",
    "not_found_many": "{n} not found",
    "no_passages": "This text claims nobody’s words.",
    "coverage": "{passages}: {parts}.",
    "original": "Read the original publication",
    "back": "All speeches",
    "colon": ":",
    "legend": "How to read this page",
    "legend_spoken_name": "Underlined",
    "legend_spoken": "said as published but for small edits; a click plays it.",
    "legend_reworded_name": "Dotted",
    "legend_reworded": "said in other words or in part; the button shows the words that were said.",
    "legend_uncertain_name": "≈",
    "legend_uncertain": "weak evidence, or several places that fit; nothing is claimed.",
    "legend_not_found_name": "Grey",
    "legend_not_found": "not found in the recording, hence no link.",
    "go_to": "Go to {time}",
    "go_to_recording": "Recording {n}, go to {time}",
    "reworded_toggle": "said otherwise",
    "said": "said:",
    "more_toggle": "also said",
    "again_toggle": "said several times",
    "again": "Also said at",
    "again_in": "{time} (recording {n})",
    "or_at": "or at",
    "unsaid": "not said:",
    "unpublished": "not published:",
    "legend_unsaid_name": "Struck out",
    "legend_unsaid": "published, but not said.",
    "legend_unpublished_name": "Bold",
    "legend_unpublished": "said, but not published.",
    "doubtful_toggle": "≈ uncertain passage",
    "listen_possible": "listen to the possible passage",
    "not_found_note_one": "not found in the recording",
    "not_found_note_many": "{n} sentences not found in the recording",
    "not_found_notes_one": "not found in the recordings",
    "not_found_notes_many": "{n} sentences not found in the recordings",
    "text": "Published text",
    "recording_one": "Recording",
    "recording_many": "Recordings",
    "recording_number": "Recording {n}",
    "no_recording": "This text is linked to no recording.",
    "load_youtube": "Load the YouTube player",
    "consent": "The player comes from YouTube (Google), which will receive your IP address and may set trackers. "
    "Nothing is sent there before your click.",
    "remembered": "The sentence you chose will play as soon as the player is loaded.",
    "needs_script": "The built-in player needs JavaScript; the sentences are still links to YouTube.",
    "watch_on": "Watch on {name}",
    "watch_source": "Open the recording’s page",
    "player_title": "YouTube player: {title}",
    "player_failed": "YouTube does not let this video play here. The sentences now open YouTube.",
    "file_failed": "Your browser cannot play this file.",
    "file_open": "Open the file",
    "link_only": "This recording does not play on this page; each sentence opens its address at the right moment.",
    "link_none": "This recording is no longer available.",
    "follow_pause": "Stop following",
    "follow_resume": "Follow again",
    "downloads": "Download",
    "download_subtitles": "Subtitles",
    "download_data": "Alignment data",
    "error_404": "This page does not exist",
    "error_404_text": "The address may be misspelt, or the text was removed.",
    "error_500": "Something went wrong",
    "error_500_text": "This page could not be prepared. The program’s log says why.",
    "error_broken": "This text cannot be shown",
    "error_broken_text": "Its alignment file cannot be read. Run “align” again to make it anew.",
    "error_other": "Request refused",
    "error_other_text": "The server cannot answer this request (code {code}).",
}


def typeset(text: str) -> str:
    """Put French spacing into a sentence of ours: U+202F before ; ! ? and U+00A0 before : and inside « »."""
    text = re.sub(r" (?=[;!?])", "\N{NARROW NO-BREAK SPACE}", text)
    return re.sub(r" (?=[:»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


CATALOGUE = {"fr": {key: typeset(text) for key, text in FRENCH.items()}, "en": ENGLISH}


@dataclass(frozen=True, slots=True)
class Wording:
    """The viewer's voice in one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this key, with its values filled in. Raises `KeyError` for a key that is not there."""
        return CATALOGUE[self.language][key].format(**values)

    def count(self, key: str, n: int) -> str:
        """The sentence of this key in singular or plural; French counts nought as singular."""
        singular = n < 2 if self.language == "fr" else n == 1
        sentence = CATALOGUE[self.language][f"{key}_{'one' if singular else 'many'}"]
        return sentence.replace("{n} ", f"{n}\N{NO-BREAK SPACE}").format(n=n)

    def day(self, day: dt.date) -> str:
        """A date in words: "1er mars 2024", "1 March 2024"."""
        first = "er" if self.language == "fr" and day.day == 1 else ""
        return f"{day.day}{first}\N{NO-BREAK SPACE}{_MONTHS[self.language].split('|')[day.month - 1]} {day.year}"

    def time(self, ms: int) -> str:
        """A moment in words, the same in both languages: "1 h 23 min 45 s"."""
        return format_french(ms).replace(" ", "\N{NO-BREAK SPACE}")

    def duration(self, ms: int) -> str:
        """A length in words, to the minute: "1 h 52 min", "3 h", and below one minute "45 s"."""
        if ms < 60_000:
            return self.time(ms)
        hours, minutes = divmod(round(ms / 60_000), 60)
        return "\N{NO-BREAK SPACE}".join(
            [f"{hours}\N{NO-BREAK SPACE}h"] * bool(hours) + [f"{minutes}\N{NO-BREAK SPACE}min"] * bool(minutes)
        )

    def coverage(self, counts: Mapping[str, int]) -> str:
        """How much of a post was found, as one sentence; verdicts nobody got are left out."""
        if not counts["passages"]:
            return self("no_passages")
        parts = [self.count(key, counts[key]) for key in Status if counts[key]]
        return self("coverage", passages=self.count("passages", counts["passages"]), parts=", ".join(parts))
