"""What a French word sounds like, roughly: recognisers err by sound, so match compares by sound.

`sound_key` maps a word to a short string of sound classes. The rules are written for this project from the
usual rules of French spelling. It need not be a perfect pronunciation: it must be equal for homophones ("eau",
"haut") and near for near sounds. Accents are used where they stand ("marché" sounds as "marcher", "marche"
does not) and done without where they do not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_V = "aeiouyàâäéèêëîïôöùûüœæ'"  # letters that begin a vowel; the apostrophe stands for a mute e
_SOFT = "(?=[eéèêëiîïy'])"  # what makes c and g soft
_NOT_NASAL = f"(?!h?[{_V}]|[nm])"  # n or m makes the vowel before it nasal unless a vowel, n or m comes next

# Words that no rule of spelling reads.
_WHOLE = {
    word: key
    for key, words in {
        "E": "et est es eux oeufs œufs", "y": "eu eus eut eût eue", "kE": "que", "mEsYE": "monsieur messieurs",
        "fam": "femme femmes", "sEgO": "second seconds", "sEgOd": "seconde secondes", "fis": "fils", "dis": "dix",
        "sis": "six", "dizYEm": "dixième dixieme", "sizYEm": "sixième sixieme", "dEzYEm": "deuxième deuxieme",
        "ut": "août aout", "pEi": "pays", "ga": "gars", "klE": "clef clefs", "pA": "paon paons", "YEr": "hier",
        "EgzamI": "examen examens", "bE": "boeufs bœufs", "os": "os", "EtYO": "étions", "sAs": "sens", "I": "hein",
        "oNO": "oignon oignons", "swasAt": "soixante", "yit": "huit huits", "ojurd": "aujourd", "s": "c",
        "sEt": "cet sept", "dOk": "donc", "avEk": "avec", "jA": "jean gens",
    }.items()
    for word in words.split()
}  # fmt: skip

# "-ent" is heard in nouns, adjectives and adverbs, and mute in verbs.
_HEARD_ENT = re.compile(
    r"[aeéiuîû]ments?$|[ae]mments?$|^comments?$|(?:ser|seg|tour|garn|aug|frag|aig|^m|pig|^ci|^fir|mo)e?ments?$|ents$"
    r"|(?:[eéio]c|acc|[iué]d|^ar?d|(?:ar|ur|^a|li|ser|r[eé]|tin|di|ver|^)g|(?:ta|cel|vio|va|so|[bpr]u|^)l"
    r"|(?:ma|mi|[eé]mi|ti|po)n|(?:ff?[eé]|h[eé]|cur|tor|appa|nspa|^pa|ga)r|(?:pr[eé]|^ab|con)s"
    r"|(?:con|p[eé]|po|la)t|(?:fr[eé]|s[eé]|lo|lin)qu|(?:cl|pat|quot|v[eé]n|gr[eé]d|cip|sc|ffic|ar)i|or"
    r"|^(?:sou|cou|a|para|[eé])?v|^c|flu|serp)ent$|(?:^|or|v|t|b|s|ch?r[eé])ients?$"
)
_MUTE_MENT = re.compile(r"(?:^ai|pri|ani|sti|imi|[^o]fu|^fu|^ra|llu|ssu|[eé]su|nsu|bla|^cl?a|procla)ment$")
_HEARD_END = re.compile(
    r"(?:st|[airu]ct|[^p]ect|[^m]pt|gaz|virus|bus|campus|bonus|ensus|cactus|^lys|[^r]ap|stop|^net|^brut|^sud|^mars|^ours"
    r"|^jadis|^hélas|ficit|audit)$"
)
_HARD_CH = re.compile(r"ch(?=[rlnmt]|oe?[eœ]?u?r(?:[^ct]|$)|œur|ol[eé]|ao|iro|est(?!n))|(?<=é)ch(?=o)|(?<=psy)ch")

_ENDINGS = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"ees?$", "é'"),
        (r"(?<=..)es?$", "'"),
        (r"^([^aeiouyéèê]+|h?iv|am|enf|canc|sup|univ|div|trav|env|rev|fi)ers?$", r"\1èr-"),
        (r"(?<=.)(?:ers?|ez|ets?|eds?)$", "é"),
        (r"(?<=[urn][tsc])ils?$", "i"),
        (r"(?<=pe)cts?$|(?<=in)cts?$|(?<=[nr])gt?s?$|(?<=i)gts?$|(?<=n)cs?$|(?<=por)cs?$|(?<=m)bs?$|[tdspxz]+$", "-"),
    )
]
_RULES = [
    # consonants
    (r"sch|sh|ch", "S"),
    (r"K|qu?", "k"),
    (r"c?cqu|ck", "k"),
    (r"ph", "f"),
    (r"gn", "N"),
    (rf"sc{_SOFT}", "s"),
    (rf"cc{_SOFT}", "ks"),
    (rf"c{_SOFT}|ç", "s"),
    (r"cu(?=eil)|c+", "k"),
    (r"ge(?=[aàâoô])", "j"),
    (r"gu(?=[eéèêiîy'])|gu(?=eil)", "g"),
    (rf"gg{_SOFT}", "gj"),
    (rf"g{_SOFT}|j", "j"),
    (r"g+", "g"),
    (r"(?<![sx])t(?=i(?:on|a[lnu]|aire|el|eu[rsx]|en[ct]|at))|(?<=cra)t(?=i')|(?<=ini)t(?=i)|(?<=iner)t(?=i)", "s"),
    (rf"(?<=[{_V}])s(?=h?[{_V}])|(?<=tran)s(?=[{_V}])|z+", "z"),
    (r"(?<=[dl]e)s(?=quel)|(?<=au)x(?=quel)", ""),
    (r"s+", "s"),
    (rf"(?<=^e)x(?=h?[{_V}])|(?<=ine)x(?=[aeiouéè])", "gz"),
    (rf"xc?{_SOFT}|xs|x", "ks"),
    (r"t", "t"),
    (r"(?<=^ba)p(?=t)|(?<=[oa]m)p(?=t)|(?<=scul)p|(?<=^se)p(?=ti)", ""),
    (r"mn(?=[eé'])|(?<=auto)mn", "n"),
    (r"h|-", ""),
    # vowels before n and m
    (rf"(?:[ae]in|[iîy]n){_NOT_NASAL}|aim(?=-|$)|(?:im|ym|aim|eim)(?=[pbf])", "I"),
    (rf"oin{_NOT_NASAL}", "wI"),
    (rf"ouin{_NOT_NASAL}", "uI"),
    (rf"un{_NOT_NASAL}|um(?=[pb])|(?<=parf)um", "I"),
    (r"(?<=[iyïé])en(?=-|$|s|d)", "I"),
    (rf"(?:aen|aon|an|en|ân){_NOT_NASAL}|(?:am|em)(?=[pbf]|-)|^em(?=m)|^en(?=nui|no[br]|iv|or|h)", "A"),
    (r"e(?=mmen-)", "a"),
    (rf"on{_NOT_NASAL}|om(?=[pb]|-|t[eé'])|(?<=n)om$", "O"),
    (r"(?<!f)um$", "om"),
    # glides
    (r"(?:œ|oe|ue|eu)il(?:l(?=[^$]))?(?=$|-|[aeioué'])", "EY"),
    (r"(?<=[aâeou])ill|(?<=[aeou])il(?=-?$)", "Y"),
    (r"[aâ](?=ill|il-?$)", "a"),
    (r"e(?=ill|il-?$)", "E"),
    (rf"(?<=[^aeouV])ill(?=[{_V}])(?<!^ill)(?<!vill)(?<!mill)(?<!quill)", "iY"),
    (rf"oy(?=[{_V}])", "waY"),
    (rf"[ae]y(?=[{_V}])", "EY"),
    (rf"uy(?=[{_V}])", "yiY"),
    # vowels of several letters
    (r"eau|aul(?=-)|au|aô", "o"),
    (r"oi|oî|oy|oê", "wa"),
    (r"ou|où|oû", "u"),
    (r"œu|oeu|eu|eû|œ", "E"),
    (r"ai|aî|ei|eî|ay|ey|æ|ae(?!r)", "E"),
    (rf"(?:i|ï|y)(?=[{_V[:-1]}])", "Y"),
    # vowels of one letter
    (rf"'|(?:(?<=[{_V}][bcdfgjklmnpqrstvz])|(?<=ff|ll|mm|nn|pp|ss|tt))e(?=[bcdfgjklmnprstvz][{_V}])", ""),
    (r"[eéèêë]", "E"),
    (r"[aàâä]", "a"),
    (r"[iîïy]", "i"),
    (r"[oôö]", "o"),
    (r"[uùûü]", "y"),
]
_SCANNER = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (pattern, _) in enumerate(_RULES)))
_SOUNDS = {f"r{number}": sound for number, (_, sound) in enumerate(_RULES)}


@lru_cache(maxsize=100_000)
def sound_key(word: str) -> str:
    """The rough sound of a word in lower case, with or without its accents; never empty for a non-empty word."""
    word = unicodedata.normalize("NFC", word)
    if word in _WHOLE:
        return _WHOLE[word]
    spelt = _HARD_CH.sub("K", _mark_endings(word))
    key = _SCANNER.sub(lambda found: _SOUNDS[found.lastgroup or ""], spelt)
    return re.sub(r"(.)\1+", r"\1", key) or word


def _mark_endings(word: str) -> str:
    if word.endswith("ent") and len(word) > 4 and (_MUTE_MENT.search(word) or not _HEARD_ENT.search(word)):
        return word[:-3] + "'"
    if len(word) < 3 or _HEARD_END.search(word):
        return word
    if word.endswith("s") and _HEARD_END.search(word[:-1]):
        return word[:-1]
    if re.fullmatch(rf"[^{_V}]+es?", word):
        return word.removesuffix("s")
    for pattern, ending in _ENDINGS:
        word, hits = pattern.subn(ending, word)
        if hits and ending != "'":
            break
    return word
