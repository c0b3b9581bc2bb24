"""Read: who speaks in a text, and whether it speaks for itself or reports what somebody said.

Names, reporting verbs ("X rappelle que"), the council as a subject ("le conseil a voté") and the first person are
counted as evidence; `is_summary` weighs it. The weights were set on the 38 real posts, read by hand: see
`tests/text/golden_corpus.json`. When in doubt a text counts as speech, because a speech that was not said gets an
honest "not found", while a report linked as if it were said would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from aligner.model import Span
from aligner.text.sentences import has_words

_UPPER, _LOWER = "A-ZÀ-ÖØ-ÝŒ", "a-zà-öø-ÿœ"
_CAPITALISED = rf"[{_UPPER}][{_LOWER}]+(?:[-’'][{_UPPER}{_LOWER}]+)*"
_NAME = re.compile(
    rf"(?<![\w’'-]){_CAPITALISED}(?:[ \u00a0]{_CAPITALISED})+|(?<=[dDlL][’']){_CAPITALISED}(?:[ \u00a0]{_CAPITALISED})+"
)
_NO_FIRST_NAME = re.compile(
    "Pour|Avec|Enfin|Par|De|Le|La|Les|Une?|Et|Mais|Selon|À|A|Dans|En|Si|Sur|Lors|Après|Avant|Merci|Monsieur|Madame|Mme|"
    "Maire|Ensuite|Puis|Quant|Alors|Ainsi|Donc|Car|Comme|Chez|Ch[eè]re?|Ce|Cette|Ces|Son|Sa|Ses|Aussi|Aujourd|"
    "Présidente?|Ministre|Docteur|Maître|Cela|Ceci|Nous|Vous|Elles?|Ils?|Qui|Que|Tout|Tous|Rien|Voici"
)
_NO_PERSON = re.compile(
    "(?:Collectif|Conseil|Municipal|Communautaire|Mairie|Ville|Grand|Région|Régional|Département|Assemblée|Communauté|"
    "Commune|Association|Groupe|Parti|Ensemble|République|État|Etat|Europe|Office|Banque|Tour|Place|Rue|Avenue|École|"
    "Ecole|Lycée|Collège|Université|Maison|Fond|Plan|Projet|Budget|Pôle|Charte|Saint|Sainte|Notre|Boi|Parc|Palai|"
    "Quartier|Gare|Union|Fondation|Institut|Observatoire|Comité|Commission|Direction|Ministère|Centre|Cité|Nouvelle|"
    "Petite|Terre|Mode|Festival|Droit|Loi|Référendum)s?"
)

_FILLERS = (
    r"(?:a|ont|est|sont|était|avait|s[’']est|se|s[’']|n[’']a|l[’']a|l[’']|d[’']abord|tout|ensuite|également|aussi|"
    r"notamment|ainsi|enfin|elle|lui|il|quant|à|fermement|donc|qui|y|en|les|pas|puis|encore|longuement|publiquement)"
)
_TO_VERB = rf"(?:[ ,]+{_FILLERS}){{0,6}}(?:[ ,]+|(?<=[’']))"
_ENDINGS = r"(?:e|ent|ait|aient|é|és|ée|ées)"
_VERBS = (
    r"(?:(?:rappell?|soulign|déclar|présent|expliqu|affirm|réaffirm|indiqu|précis|insist|évoqu|exprim|dénonc|critiqu|"
    rf"témoign|ajout|not|salu|remerci|expos|regrett|déplor|alert|plaid|interpell|annonc|estim|invit|souhait|dress|"
    rf"pointé?|cit|constat|propos|demand|qualifi|confirm|détaill|appell?|assur|commenc|profit|rectifi|"
    rf"alarm|inquièt|étonn|résum|réclam|reproch|ironis|lanc|nuanc|martèl|justifi|félicit){_ENDINGS}|"
    r"conclu(?:t|ent|ait|s)?|ouv(?:re|rent|rait|ert)|répon(?:d|dent|dait|du)|réagi(?:t|ssent)?|"
    r"poursui(?:t|vent|vait|vi)|interv(?:ient|iennent|enue?s?)|rev(?:ient|iennent|enue?s?) sur|"
    r"prome(?:t|ttent|ttait)|promis|adme(?:t|ttent)|reconna(?:ît|issent|issait)|(?:tient|tiennent|tenu) à|"
    r"défend(?:ent|ait|u)?|(?:met|mettent|mis) en (?:avant|lumière|garde)|"
    r"(?:re)?pr(?:is|end|ennent|enait) la parole|donné? le ton|saisi|dit|disent|disait|voulu|préféré)"
)
_FIRST_NAME = re.compile(rf"(?<![\w’'-])(?<!\bde )(?<!\bà ){_CAPITALISED}(?![\w’'-]| [{_UPPER}])")
_REPORTS = re.compile(rf"(?:,[^,.;:!?«»\"]{{1,80}},|[ \u00a0]\([^()]*\))?{_TO_VERB}{_VERBS}\b")
_ROLES = (
    r"(?:[Ll][ae]|[Mm]adame la|[Mm]onsieur le|Mme la|M\. le)[ \u00a0](?:première? adjointe?|[Mm]aire|adjointe?|"
    r"conseill(?:er|ère)|élue?|(?:vice-)?[Pp]résidente?|lectrice|lecteur|rapporteure?|députée?|sénat(?:eur|rice)|"
    r"ministre|préfète?|oratrice|orateur|doyenne?|directrice|directeur)\b"
)
_ROLE_REPORTS = re.compile(rf"\b{_ROLES}[^.,;:!?«»\"]{{0,50}}?{_TO_VERB}{_VERBS}\b")
_INTERVENTION_REPORTS = re.compile(r"\b[Ll][’'](?:intervention|allocution) (?:de|d[’']|s[’']est)|\b[Pp]ar la voix d")
_PRONOUN_REPORTS = re.compile(rf"\b[EeIi]l(?:le)?s?\b{_TO_VERB}{_VERBS}\b")
_COUNCIL_REPORTS = re.compile(
    r"""\b[Cc]onseil(?:\ [Mm]unicipal|\ [Cc]ommunautaire)?\b[^.;:!?]{0,60}?\ (?:
            s[’']est\ (?:ouvert|tenu|réuni|conclu) | prenait | formulait | accueille | a\ été\ l[’']occasion
          | a\ (?:\w+\ ){0,2}(?:voté|approuvé|adopté|marqué|débuté|poursuivi|formulé|examiné|validé|fait\ le\ point) )
      | \bs[’']est\ tenue?\b | \bminute\ de\ silence\b | \bprendre\ acte\b | \b[Ll][’']examen\ des\ délibérations\b
      | \b(?:élu\W?e?s|conseillers?|conseillères?|[Mm]embres\ du\ [Cc]onseil)\b[^.;:!?]{0,60}?\ (?:ont|se\ sont)\b
      | \b(?:autres|de\ nombreux)\ sujets\b[^.;:!?]{0,20}\ ont\b | \b[Ll]e\ [Pp]ôle\b[^.;:!?]{0,40}\ a\ (?:fait|proposé)
      | \bdélibérations?\b(?:\ \w+){0,3}\ (?:ont\ été|a\ concerné|votées?|présentées?|étudiées?)
      | \b[Pp]armi\ (?:les\ autres\ délibérations|l[’']ensemble\ des\ délibérations|les\ délibérations)
      | \bqui\ a\ pris\ la\ parole\b """,
    re.VERBOSE,
)
_WE_VOTED = re.compile(r"\b[Nn]ous avons (?:\w+ ){0,6}(?:voté|voter|conclu le conseil|débattu|débattre)\b")
_FIRST_SINGULAR = re.compile(
    r"\b(?:[Jj]e|[Jj][’'])\b|\b[Mm]esdames\b|"
    r"\b[Cc]h[eè]re?s?(?:\.\w+)*\ (?:\w+\ )?(?:collègues|camarades|amie?s|concitoyen)"
)
_FIRST_PLURAL = re.compile(
    r"\b[Nn]ous\b(?:(?:[ ,]+|(?<=[’']))(?:ne|n[’']|le|la|les|l[’']|en|y|nous|vous|leur|lui|tous|toutes)){0,4}"
    r"[ ]?\w*(?:ons|sommes)\b"
)

_WORDS_TO_A_REPORT = 300  # an opinion names people more rarely than a report of what they said

_ATTRIBUTION_NOUNS = (
    r"(?:[Pp]rises? de parole|[Ii]nterventions?|[Dd]iscours|[Pp]ropos|[Aa]llocution|[Dd]éclaration|[Ii]ntroduction|"
    r"[Cc]onclusion|[Rr]éponse|[Oo]uverture|[Pp]résentation|[Pp]résentée?s?|[Aa]vis|[Vv]erbatim)"
)
_SPOKEN_BY = re.compile(rf"\b{_ATTRIBUTION_NOUNS}\b")
_CREDIT = re.compile(rf"\s*,?\s*{_VERBS}(?:[ -]t-(?:il|elle)|-il|-elle)?[ \u00a0]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often a text shows each sign of reporting or of speaking for itself."""

    people: int
    """A named person, or one named by office, with a reporting verb."""
    council: int
    """The council, its members, a single name or a pronoun as the subject of a report."""
    singular: int
    """"Je", or a speaker's address to an audience."""
    plural: int
    """"Nous" as the subject of a verb."""
    words: int
    """The length of the text."""


def weigh(text: str) -> Evidence:
    """Count the signs in a text whose quotations have been taken out."""
    people = len(find_reporters(text)) + len(_ROLE_REPORTS.findall(text)) + len(_INTERVENTION_REPORTS.findall(text))
    voted = len(_WE_VOTED.findall(text))
    council = (
        len(_COUNCIL_REPORTS.findall(text)) + len(_PRONOUN_REPORTS.findall(text)) + _count_first_names(text) + voted
    )
    plural = len(_FIRST_PLURAL.findall(text)) - voted
    return Evidence(people, council, len(_FIRST_SINGULAR.findall(text)), plural, len(text.split()))


def _count_first_names(text: str) -> int:
    """How often a single name reports ("Théo présente"), which may also be a town or a party."""
    full_ends = {end for _, (_, end) in find_names(text)}
    names = (match for match in _FIRST_NAME.finditer(text) if _REPORTS.match(text, match.end()))
    return sum(
        match.end() not in full_ends and not _NO_FIRST_NAME.fullmatch(match[0]) and not _is_institution(match[0])
        for match in names
    )


def _is_institution(name: str) -> bool:
    return any(_NO_PERSON.fullmatch(part) for part in re.split(r"[ -]", name))


def is_summary(evidence: Evidence, in_report: bool, is_attributed: bool) -> bool:
    """Whether a section reports instead of speaking for itself.

    `in_report`: the post calls itself a report, so that a text needs a first person to count as speech;
    `is_attributed`: a line above says whose words these are.
    """
    first_person = evidence.singular + evidence.plural
    if is_attributed:
        return evidence.people > 0 and not first_person
    if evidence.singular and evidence.singular >= evidence.people:
        return False
    if evidence.people and (in_report or evidence.people * _WORDS_TO_A_REPORT >= evidence.words):
        return evidence.people * 4 >= evidence.plural
    if in_report:
        return evidence.council > 0 or not evidence.plural
    return evidence.council > evidence.plural


def find_names(text: str) -> list[tuple[str, Span]]:
    """Full names of people (at least two words), with their places; institutions and places are left out."""
    names = []
    for match in _NAME.finditer(text):
        words = match[0].replace("\u00a0", " ").split(" ")
        start = match.start()
        while words and _NO_FIRST_NAME.fullmatch(words[0]):
            start += len(words.pop(0)) + 1
        if len(words) >= 2 and not _is_institution(" ".join(words)):
            names.append((" ".join(words), (start, match.end())))
    return names


def is_name(text: str) -> bool:
    """Whether a text is somebody's name and nothing else, as under a quotation ("— Camille Roy")."""
    names = find_names(text)
    return len(names) == 1 and not has_words(text[: names[0][1][0]] + text[names[0][1][1] :])


def find_reporters(text: str) -> list[tuple[str, int]]:
    """Names whose words are reported ("X rappelle", "X et Y soulignent", "Pour citer X"), with their places."""
    names = find_names(text)
    reporters: list[tuple[str, int]] = []
    for index, (name, (start, end)) in enumerate(names):
        if not _REPORTS.match(text, end) and not re.search(r"\b[Cc]iter $", text[:start]):
            continue
        first = index
        while first and text[names[first - 1][1][1] : names[first][1][0]].strip() in (",", "et", ", et"):
            first -= 1
        reporters += [(other, place[0]) for other, place in names[first:index]] + [(name, start)]
    return reporters


def find_speaker(text: str) -> str | None:
    """The one person to whom a heading, title or lead-in gives the words ("Intervention de X"), or None."""
    if not _SPOKEN_BY.search(text):
        return None
    return only(name for name, _ in find_names(text))


def find_credit(text: str, start: int) -> tuple[str, int] | None:
    """The name after a quotation that ends at `start` ("…, explique X", or the bare name) and where it ends."""
    verb = _CREDIT.match(text, start)
    begin = verb.end() if verb else start
    for name, (place, end) in find_names(text):
        is_bare = not verb and not has_words(text[begin:place] + text[end:])
        if (verb and place == begin) or (place >= begin and is_bare):
            return name, end
    return None


def only(names: Iterable[str]) -> str | None:
    """The name, when all are the same one: whom "il" or "elle" must mean."""
    different = set(names)
    return different.pop() if len(different) == 1 else None
