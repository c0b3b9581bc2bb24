"""Pairs of French words that a search should take for one (`FORMS`) or keep apart (`STRANGERS`).

Written for this project. The rules of `aligner.library.words` were made with `FORMS` and `STRANGERS` in view; the
`UNSEEN` ones were written first and measured once. Run as a program it prints what each way of searching finds.
"""

from __future__ import annotations

from collections.abc import Callable

import snowballstemmer

from aligner.library.words import fold, stem


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, _, second in (pair.partition("/") for pair in text.split()))


FORMS = _pairs("""
    élu/élue élu/élus élue/élues élus/élues logement/logements budget/budgets financer/financement financer/finance
    financer/financé financer/financée finançons/financer commune/communes communal/communale communal/communaux
    municipal/municipaux municipal/municipale travail/travaux cheval/chevaux école/écoles voter/vote voter/voté
    voter/votons voter/votera votée/votées proposer/proposition proposition/propositions proposer/proposons
    rénover/rénovation rénover/rénové construire/construction habitant/habitants habitant/habitante
    habitantes/habitants citoyen/citoyens citoyenne/citoyen écologique/écologiques local/locale local/locaux
    locaux/locales adopter/adopté adopter/adoption délibération/délibérations augmenter/augmentation
    augmenter/augmentent grand/grande grands/grandes nouveau/nouvelle nouveau/nouveaux nouvelle/nouvelles
    conseiller/conseillère conseiller/conseillers conseillères/conseillers association/associations
    associatif/associative enfant/enfants prix/prix impôt/impôts agent/agents subvention/subventions vélo/vélos
    piste/pistes cyclable/cyclables eau/eaux bureau/bureaux maire/maires public/publique public/publics
    publique/publiques premier/première heureux/heureuse actif/active soutenir/soutenons soutien/soutiens jeune/jeunes
    cantine/cantines repas/repas adjoint/adjointe adjoints/adjointes parler/parlé parler/parlons parlait/parler
""")
STRANGERS = _pairs("""
    budget/budgétaire commune/communication police/politique logement/logistique port/porte compte/comté cour/cours
    maire/marie mairie/mari parti/partage vote/votre école/écologie élu/élan poste/poster part/partir eau/beau
    place/placebo conseil/conscience public/pub ville/village pont/ponctuel droit/droite fin/finance
    général/génération mars/marche
""")
UNSEEN_FORMS = _pairs("""
    quartier/quartiers riverain/riveraine riverains/riveraines bâtiment/bâtiments isoler/isolation chauffage/chauffages
    régional/régionaux régionale/régional acteur/actrice directrice/directeur sportif/sportive sportifs/sportives
    ancien/anciennes hôpital/hôpitaux journal/journaux réseau/réseaux crèche/crèches menacer/menacé menacée/menacer
    dépense/dépenses dépenser/dépense loyer/loyers refuser/refusé refus/refuser étudier/étudié sécurité/sécurités
    forêt/forêts planter/plantation
""")
UNSEEN_STRANGERS = _pairs("""
    forêt/forage loyer/loyal réseau/réserve crèche/crème sport/sportif journal/journée hôpital/hôtel train/traîner
    arbre/arbitre gare/garer bus/buse chantier/chanter
""")


def starts(first: str, second: str) -> bool:
    """Whether a search for the first by prefix finds the second."""
    return fold(second).startswith(fold(first))


def same_stem(first: str, second: str) -> bool:
    """Whether a search for the first by stem finds the second."""
    return stem(fold(first)) == stem(fold(second))


def same_snowball(first: str, second: str) -> bool:
    """Whether Snowball's French stemmer alone, with all accents, takes the two for one."""
    plain = snowballstemmer.stemmer("french")
    return bool(plain.stemWord(first) == plain.stemWord(second))


def count(same: Callable[[str, str], bool], pairs: tuple[tuple[str, str], ...]) -> int:
    """How many of the pairs are taken for one."""
    return sum(same(*pair) for pair in pairs)


def main() -> None:
    """Print the figures of the docs."""
    sets = {"forms": FORMS, "strangers": STRANGERS, "unseen forms": UNSEEN_FORMS, "unseen strangers": UNSEEN_STRANGERS}
    for same in (starts, same_snowball, same_stem):
        found = ", ".join(f"{name} {count(same, pairs)}/{len(pairs)}" for name, pairs in sets.items())
        print(f"{same.__name__:14} {found}")  # noqa: T201  (it is a program)


if __name__ == "__main__":
    main()
