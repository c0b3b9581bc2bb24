from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from aligner.text.normalise import fold
from aligner.text.phonetic import sound_key

# Said alike: verb endings, plurals, silent letters, nasal vowels, and each spelling of each sound.
ALIKE = """
eau haut | haut oh | mer mère | mer maire | père paire | pair perd | vert verre | verre ver | vers vert
cent sans | cours court | cour cours | parlé parler | parler parlez | parlez parlée | parlée parlés
parlait parlais | parlaient parlait | parlé parlait | voter votez | voté votés | votait votaient | donner donné
donnez donnaient | travailler travaillé | travaillez travaillait | chargé chargeait | mangeait manger
finit finis | fini finie | choisi choisit | dire dirent | parle parles | parle parlent | vote votent
donne donnent | aime aiment | occupe occupent | doit dois | doive doivent | vois voit | voix voie | voient voie
croit croient | soi soit | sois soie | toi toit | moi mois | loi lois | foi fois | foie foi | roi rois
quoi cois | poids pois | droit droits | nous nou | vous voue | tous tout | ou où | goût goûts | loup loue
joue joues | roue roux | cou coup | coût coud | bout boue | qui quis | car quart | quand camp | cap cape
coq coque | cric crique | bac baque | quel kel | quelle quels | lac laque | roc roque | chic chique
qualité kalité | question kestion | seau sot | saut sceau | sceau seau | pot peau | beau bau | mot maux
faux faut | taux tôt | gros gro | aussi ossi | nouveau nouveaux | héros éro | an en | dans dent | temps tant
tend tends | tente tante | vent vend | vent vents | pense panse | content contant | lent lents | rang rend
champ chant | grand grands | argent arjan | vin vingt | pain pin | pin peins | fin faim | faim feint
main maint | saint sein | sein sain | ceint sein | plein plains | bien biens | chien chiens | brin brun
un hein | teint tint | matin mâtin | impair impère | bon bons | bond bon | pont ponds | son sont | ton thon
ton tond | long longs | nom non | plomb plombs | compte conte | comte conte | comté conté | mon mont | don dont
fille filles | fille fillent | travail travaille | conseil conseille | soleil soleils | feuille feuilles
seuil seuils | famille familles | bétail bétaille | oeil œil | oeillet œillet | nation nassion | action aksion
portion porsion | patience passience | démocratie démocrassie | initial inissial | essentiel essenciel
ambition ambission | ligne lignes | signe cygne | montagne montagnes | gagner gagné | digne dignes
exact exacte | taxe taxes | soixante soissante | dixième dizième | heureux heureuz | voix voit | yeux ieu
mystère mistère | style stile | cycle sicle | lycée licée | symbole simbole | œuvre oeuvre | cœur coeur
sœur soeur | vœu voeu | vœux veut | nœud noeud | œil euil | cœur keur | scène seine | scène cène | scie si
science siance | sceller seller | descendre dessendre | piscine pissine | susciter sussiter | chœur cœur
chœur keur | écho éco | orchestre orkestre | chrétien crétien | technique teknique | chronique cronique
psychologie psikologie | chorale corale | évidemment évidament | récemment réçament | constamment constament
prudemment prudament | femme fame | femmes fâme | monsieur meussieu | second segond | seconde segonde | et est
est es | est ait | ai et | mais mai | mais mets | ses ces | ces sait | les lé | des dé | ce se | balle bal
sel selle | mal mâle | cil sil | fil file | public publique | net nette | philosophie filosofie
pharmacie farmacie | théâtre téâtre | rythme ritme | habitant abitant | hiver iver | homme ome | thé té
guide guides | langue langues | fatigue fatigues | orgue orgues | figue fig | poêle poil | poids poix
zone zones | rose roses | vase vaze | maison maizon | partisan partizan | raison raizon | hasard azard
désert dézert | panthère pantère | terrassé terracé | oreiller oreillé | crépuscule crépuscules | malheur maleur
appeler appelé | développement dévelopement | intérêt intérêts | intéret intérêt | forêt forêts | prêt prêts
près prêt | dompter donter | compte comptent | sept cet | huit huits | outil outils | fusil fusils
gentil gentils | clef clé | corps cor | accord accords | bord bords | port porc | sport sports
respect respects | aspect aspects | franc francs | blanc blancs | banc bancs | ville villes | mille mil
tranquille tranquilles | village vilage | automne autone | condamner condaner | baptême batême
sculpter sculter | prompt promps | aiguille aiguilles
"""

# Said otherwise, though some look alike.
APART = """
ville vélo | cantine commune | budget logement | maire voisin | vote ville | école élève | parc port | rue route
place rive | eau air | chaud froid | jour nuit | neuf vieux | homme femme | impôt emploi | bus train
vélo voiture | conseil commune | quartier marché | jardin maison | arbre herbe | enfant parent | projet travaux
crèche cantine | santé sport | culture nature | dépense recette | grand petit | oui non | rouge vert
mars avril | lundi mardi | deux dix | cent mille | trois treize | quatre quinze | un onze | six seize | nous ils
avec sans | pour contre | hier demain | jamais toujours | rien tout | feu fou | pain pont | bain bout | lit loup
riz rue | dos dent | main mort | chien chat | nez nuit | pied pot | tour pli | soir sol | fleur flamme
vivre mourir | donner prendre | ouvrir fermer | gauche droite | soleil lune | fleuve rivière | citoyen habitant
énergie pollution | transport urbanisme | rapport débat | question réponse | amendement délibération
bonjour merci | lecture piscine | musée gymnase | bibliothèque conservatoire | forêt prairie | pont quai
salle cour | table chaise | lumière ombre | vérité mensonge | mer montagne
"""

# What a recogniser really wrote for the word before: near, not the same.
MISHEARD = """
gaîment gémant | baise baisse | berce derse | repentirs repentiers | hardie hardy | desseins dessins
destins dessins | canevas canovat | crépuscules crispuscules | tournoyant tournoillon | fils filles | houka oucah
partisan partizan | vautours vôtours | albatros albatrosse | espoir espoire | conseillers conseillez
"""


def pairs(table: str) -> list[tuple[str, str]]:
    found = [tuple(pair.split()) for line in table.strip().splitlines() for pair in line.split(" | ")]
    return [(one, other) for one, other in found]


def likeness(one: str, other: str) -> float:
    return float(Levenshtein.normalized_similarity(sound_key(one), sound_key(other)))


@pytest.mark.parametrize(("one", "other"), pairs(ALIKE))
def test_homophones_have_one_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_words_that_sound_otherwise_stay_apart(one: str, other: str) -> None:
    assert likeness(one, other) < 0.6


@pytest.mark.parametrize(("said", "heard"), pairs(MISHEARD))
def test_misheard_words_are_near(said: str, heard: str) -> None:
    assert likeness(said, heard) >= 0.6


def test_most_homophones_are_one_without_their_accents_too() -> None:
    same = [sound_key(fold(one)) == sound_key(fold(other)) for one, other in pairs(ALIKE)]
    assert sum(same) / len(same) >= 0.9


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("marche", "marS"),
        ("marché", "marSE"),
        ("montagne", "mOtaN"),
        ("bouteille", "butEY"),
        ("citoyenne", "sitwaYEn"),
        ("exécution", "EgzEkysYO"),
        ("c", "s"),
        ("ccas", "ka"),
    ],
)
def test_keys_name_the_sounds(word: str, key: str) -> None:
    assert sound_key(word) == key


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüœæ'-ñß", min_size=1, max_size=25))
def test_every_word_has_a_key(word: str) -> None:
    assert sound_key(word)
