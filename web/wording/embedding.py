"""What a post says on a site that is not the viewer's: the player at its foot, its note, the list without script."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "hugo_player": "Lecteur des enregistrements",
    "hugo_close": "Fermer le lecteur",
    "hugo_note": "Les phrases soulignées s’écoutent : un clic joue le moment où elles ont été dites.",
    "hugo_legend": "Lire les signes",
    "hugo_spoken_name": "Soulignement fin",
    "hugo_spoken": "dit tel quel, à de petites retouches près.",
    "hugo_not_found_name": "Sans signe",
    "hugo_not_found": "non retrouvé dans l’enregistrement, ou donné pour la parole de personne.",
    "hugo_list": "Écouter les passages",
    "hugo_from": "Dit par {speaker}",
    "hugo_listen": "Écouter à {time}",
}

ENGLISH: dict[str, str] = {
    "hugo_player": "Player of the recordings",
    "hugo_close": "Close the player",
    "hugo_note": "Underlined sentences can be heard: a click plays the moment they were said.",
    "hugo_legend": "What the signs mean",
    "hugo_spoken_name": "Thin underline",
    "hugo_spoken": "said as published but for small edits.",
    "hugo_not_found_name": "No sign",
    "hugo_not_found": "not found in the recording, or given as nobody’s words.",
    "hugo_list": "Listen to the passages",
    "hugo_from": "Said by {speaker}",
    "hugo_listen": "Listen at {time}",
}
