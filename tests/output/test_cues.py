"""Cues: which published text is shown, and when."""

from __future__ import annotations

from typing import Any

import pytest

from aligner.errors import UsageError
from aligner.model import Cue, TimedWord
from aligner.output.cues import build_cues, count_left_out, shown_passages
from aligner.output.limits import FR_SDH

COUNCIL = "generic:conseil"
CLIP = "youtube:abcdefghijk"


def said(
    identity: str,
    text: str,
    start_ms: int,
    *,
    speaker: str | None = None,
    unsaid: tuple[str, ...] = (),
    pace_ms: int = 60,
    media_id: str = COUNCIL,
    status: str = "spoken",
    confidence: float = 0.95,
) -> dict[str, Any]:
    """A passage whose words follow each other, `pace_ms` a character; the `unsaid` ones were not heard."""
    words: list[dict[str, Any]] = []
    time = start_ms
    for word in text.split():
        if word in unsaid:
            words.append(unheard(word))
            continue
        words.append(heard(word, time, time + pace_ms * len(word)))
        time += pace_ms * (len(word) + 1)
    return passage(identity, text, words, speaker=speaker, media_id=media_id, status=status, confidence=confidence)


def heard(text: str, start_ms: int | None, end_ms: int | None) -> dict[str, Any]:
    return {"text": text, "start_ms": start_ms, "end_ms": end_ms, "heard": text.lower()}


def unheard(text: str) -> dict[str, Any]:
    return {"text": text, "start_ms": None, "end_ms": None, "heard": None}


def passage(identity: str, text: str, words: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "kind": "speech",
        "speaker": None,
        "text": text,
        "status": "spoken",
        "confidence": 0.95,
        "media_id": COUNCIL,
        "words": words,
    } | values


def document(*passages: dict[str, Any], duration_ms: int = 3_600_000) -> dict[str, Any]:
    media = {"url": "https://montclery.example/conseil.mp4", "title": "Conseil municipal", "duration_ms": duration_ms}
    return {
        "post": {"slug": "cantine", "title": "La cantine"},
        "media": {COUNCIL: media, CLIP: media},
        "passages": list(passages),
    }


def show(cues: list[Cue]) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, " / ".join(cue.lines)) for cue in cues]


# --- which text -----------------------------------------------------------------------------------


def test_a_sentence_is_shown_from_its_first_word_to_half_a_second_after_its_last() -> None:
    cues = build_cues(document(said("p1", "La cantine ouvre lundi.", 2000, speaker="Nadia Ferrand")), COUNCIL)
    assert cues == [
        Cue(
            start_ms=2000,
            end_ms=3880,
            lines=("La cantine ouvre lundi.",),
            passage_id="p1",
            speaker="Nadia Ferrand",
            words=(
                TimedWord("La", 2000, 2120, "la"),
                TimedWord("cantine", 2180, 2600, "cantine"),
                TimedWord("ouvre", 2660, 2960, "ouvre"),
                TimedWord("lundi.", 3020, 3380, "lundi."),
            ),
        )
    ]


def test_only_confident_links_of_this_recording_become_cues_and_the_others_are_counted() -> None:
    post = document(
        said("first", "Le budget est voté.", 9000),
        said("weak", "Nous en reparlerons.", 20000, status="uncertain"),
        passage("never", "Rien n’a été dit.", [], status="not_found", media_id=None),
        passage("other-never", "Ni cela non plus.", [], status="not_found", media_id=None),
        said("clip", "Voilà notre projet.", 1000, media_id=CLIP),
        passage("told", "Elle rappelle le contexte.", [], status="not_found", media_id=None, kind="summary"),
        said("reworded", "Merci à toutes et tous.", 30000, status="reworded"),
    )
    cues = build_cues(post, COUNCIL)
    assert [cue.passage_id for cue in cues] == ["first", "reworded"]
    assert count_left_out(post, COUNCIL, cues) == {"not_found": 2, "uncertain": 1, "elsewhere": 1, "hidden": 0}
    assert [cue.passage_id for cue in build_cues(post, CLIP)] == ["clip"]


def test_cues_are_in_order_of_time_not_of_publication() -> None:
    post = document(said("later", "Je conclus.", 50_000), said("sooner", "Je commence.", 10_000))
    assert [cue.passage_id for cue in build_cues(post, COUNCIL)] == ["sooner", "later"]


def test_no_linked_passage_gives_no_cue() -> None:
    assert build_cues(document(), COUNCIL) == []
    assert build_cues(document(passage("p", "Rien.", [], status="not_found", media_id=None)), COUNCIL) == []


def test_an_unknown_recording_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(
        UsageError, match=r"cantine has no recording youtube:zzz\. .*generic:conseil, youtube:abcdefghijk"
    ):
        build_cues(document(), "youtube:zzz")


# --- words that were not said ---------------------------------------------------------------------


def test_up_to_three_words_not_said_are_shown_without_a_time() -> None:
    post = document(said("p", "Oui, chers et chères collègues, je voterai.", 5000, unsaid=("chers", "et", "chères")))
    (cue,) = build_cues(post, COUNCIL)
    assert cue.lines == ("Oui, chers et chères collègues,", "je voterai.")
    assert [word.text for word in cue.words if word.heard is None] == ["chers", "et", "chères"]
    assert all(word.start_ms is None for word in cue.words if word.heard is None)


def test_a_run_of_four_words_not_said_is_left_out_and_marked() -> None:
    post = document(
        said("p", "Oui, mes très chers amis élus, je voterai.", 5000, unsaid=("mes", "très", "chers", "amis"))
    )
    (cue,) = build_cues(post, COUNCIL)
    assert cue.lines == ("Oui, […] élus, je voterai.",)
    assert cue.words[1] == TimedWord("[…]", None, None, None)


def test_a_cue_begins_at_its_first_heard_word() -> None:
    post = document(passage("p", "Bien sûr, merci.", [unheard("Bien"), unheard("sûr,"), heard("merci.", 7000, 7400)]))
    assert show(build_cues(post, COUNCIL)) == [(7000, 8000, "Bien sûr, merci.")]


def test_words_cut_finer_than_by_spaces_find_their_place() -> None:
    words = [unheard("L’"), heard("eau", 1000, 1300), heard("coûte", 1400, 1700), heard("63,5\u202f€", 1800, 3000)]
    (cue,) = build_cues(document(passage("p", "« L’eau » coûte 63,5\u202f€ !", words)), COUNCIL)
    assert cue.lines == ("«\u00a0L’eau\u00a0» coûte 63,5\u00a0€\u00a0!",)
    assert cue.words == (
        TimedWord("«\u00a0L’eau\u00a0»", 1000, 1300, "eau"),
        TimedWord("coûte", 1400, 1700, "coûte"),
        TimedWord("63,5\u00a0€\u00a0!", 1800, 3000, "63,5\u202f€"),
    )


def test_a_heard_word_without_a_time_is_shown_and_times_never_go_back() -> None:
    words = [
        heard("Un", 4000, 4200),
        heard("deux", None, None),
        heard("trois", 3000, 3100),
        heard("quatre.", 4900, 5400),
    ]
    (cue,) = build_cues(document(passage("p", "Un deux trois quatre.", words)), COUNCIL)
    assert cue.lines == ("Un deux trois quatre.",)
    assert [word.start_ms for word in cue.words] == [4000, None, None, 4900]


def test_a_linked_passage_in_which_no_word_has_a_time_is_hidden_and_counted() -> None:
    post = document(passage("p", "Un deux.", [heard("Un", None, None), unheard("deux.")]))
    assert build_cues(post, COUNCIL) == []
    assert count_left_out(post, COUNCIL, [])["hidden"] == 1


# --- times ----------------------------------------------------------------------------------------


def two(first_end_ms: int, second_start_ms: int) -> list[Cue]:
    """Cues of two people: one speaks from 10 s to `first_end_ms`, the other from `second_start_ms` on."""
    first = passage("a", "Bonjour.", [heard("Bonjour.", 10_000, first_end_ms)])
    words = [heard("Bonsoir.", second_start_ms, second_start_ms + 1500)]
    second = passage("b", "Bonsoir.", words, speaker="Nadia Ferrand")
    cues = build_cues(document(first, second), COUNCIL)
    assert cues[1].start_ms == second_start_ms
    return cues


@pytest.mark.parametrize(
    ("first_end_ms", "second_start_ms", "out_ms"),
    [
        (12_000, 20_000, 12_500),  # half a second after the last word
        (12_000, 12_300, 12_220),  # a short gap is closed to 80 ms
        (12_000, 12_580, 12_500),  # as far as it may linger
        (12_000, 12_700, 12_200),  # else the gap is half a second
        (10_300, 20_000, 11_000),  # at least a second where there is room
        (10_300, 11_600, 11_000),  # half a second after its last word would be 10 800
        (10_300, 11_450, 11_370),  # a second, and the gap closed
        (10_300, 10_700, 10_620),  # no room for a second: the next word comes first
        (16_900, 18_000, 17_000),  # never over seven seconds
        (16_750, 17_300, 16_800),  # hence no closed gap: then half a second
        (16_900, 17_300, 16_900),  # as far as the last word allows
    ],
)
def test_when_a_cue_goes(first_end_ms: int, second_start_ms: int, out_ms: int) -> None:
    assert two(first_end_ms, second_start_ms)[0].end_ms == out_ms


def test_a_passage_too_short_alone_shares_a_cue_with_the_next_of_the_same_speaker() -> None:
    post = document(
        said("a", "Oui.", 1000), said("b", "Nous le ferons.", 1300), said("c", "Merci.", 2300, speaker="Nadia Ferrand")
    )
    cues = build_cues(post, COUNCIL)
    assert show(cues) == [(1000, 2220, "Oui. Nous le ferons."), (2300, 3300, "Merci.")]
    assert [(cue.passage_id, cue.also) for cue in cues] == [("a", (("b", 1),)), ("c", ())]
    shown = {name: [word.text for word in words] for name, words in shown_passages(cues).items()}
    assert shown == {"a": ["Oui."], "b": ["Nous", "le", "ferons."], "c": ["Merci."]}
    assert count_left_out(post, COUNCIL, cues)["hidden"] == 0


def test_a_cue_ends_with_the_recording() -> None:
    post = document(said("p", "Merci à tous.", 8000), duration_ms=9200)
    assert show(build_cues(post, COUNCIL)) == [(8000, 9200, "Merci à tous.")]


def test_speech_too_fast_to_read_is_shown_late_rather_than_over_itself() -> None:
    words = [[heard(f"{k}.", 1000 + 50 * k, 1040 + 50 * k)] for k in range(3)]
    speakers = [None, "Nadia Ferrand", None]
    post = document(*[passage(f"p{k}", f"Mot {k}.", words[k], speaker=speakers[k]) for k in range(3)])
    assert show(build_cues(post, COUNCIL)) == [
        (1000, 1200, "Mot 0."),
        (1280, 1480, "Mot 1."),
        (1560, 2560, "Mot 2."),
    ]


# --- layout ---------------------------------------------------------------------------------------


def test_a_long_passage_is_parted_at_sentences_and_clauses() -> None:
    text = (
        "Nous avons ouvert la halle, rénové deux écoles et planté six cents arbres ; c’est un début, "
        "et chacun de vous le sait. Le prochain budget ira plus loin : il financera la chaufferie au bois."
    )
    assert [cue.lines for cue in build_cues(document(said("p", text, 0)), COUNCIL)] == [
        ("Nous avons ouvert la halle, rénové", "deux écoles et planté six cents arbres\u00a0;"),
        ("c’est un début, et chacun de vous le sait.",),
        ("Le prochain budget ira plus loin\u00a0:", "il financera la chaufferie au bois."),
    ]


def test_names_dates_and_figures_stay_whole() -> None:
    text = (
        "M. le maire a reçu Mme Claire Vasseur le 12 juin 2025 pour parler des 42,4 % de hausse "
        "que la commune subit depuis trois ans."
    )
    assert [cue.lines for cue in build_cues(document(said("p", text, 0)), COUNCIL)] == [
        ("M. le maire a reçu Mme Claire Vasseur", "le 12 juin 2025 pour parler"),
        ("des 42,4\u00a0% de hausse", "que la commune subit depuis trois ans."),
    ]


def test_few_cues_and_none_with_the_first_word_alone_of_a_clause() -> None:
    text = (
        "Nous avons voté ce budget avec confiance ; enfin, la cantine accueillera "
        "trois cents enfants de plus à la rentrée prochaine."
    )
    assert [cue.lines for cue in build_cues(document(said("p", text, 0)), COUNCIL)] == [
        ("Nous avons voté ce budget avec confiance\u00a0;", "enfin, la cantine accueillera"),
        ("trois cents enfants", "de plus à la rentrée prochaine."),
    ]


def test_slow_speech_gets_more_cues_so_that_no_word_comes_after_its_cue_has_gone() -> None:
    post = document(said("p", "Nous avons planté six cents arbres le long de la rivière.", 0, pace_ms=170))
    assert show(build_cues(post, COUNCIL)) == [
        (0, 5870, "Nous avons planté six cents arbres"),
        (5950, 10_190, "le long de la rivière."),
    ]


def test_text_does_not_run_ahead_of_a_pause() -> None:
    """The speaker stops for a second and a half after “voudraient”: what follows is kept for the next cue."""
    text = "La commune tiendra parole, quoi qu’en disent ceux qui voudraient que rien ne change jamais ici."
    fluent = said("p", text, 0)
    assert [cue.lines for cue in build_cues(document(fluent), COUNCIL)] == [
        ("La commune tiendra parole,",),
        ("quoi qu’en disent ceux qui voudraient", "que rien ne change jamais ici."),
    ]
    for word in fluent["words"][10:]:
        word["start_ms"] += 1500
        word["end_ms"] += 1500
    assert [cue.lines for cue in build_cues(document(fluent), COUNCIL)] == [
        ("La commune tiendra parole,", "quoi qu’en disent ceux qui voudraient"),
        ("que rien ne change jamais ici.",),
    ]


def test_words_not_said_do_not_fill_a_cue_of_their_own() -> None:
    first, second = f"{'a' * 38} le {'b' * 38}.", f"{'c' * 38} a {'d' * 40}."
    text = f"{first} Aucune véritable hésitation. {second}"
    post = document(said("p", text, 0, unsaid=("Aucune", "véritable", "hésitation.")))
    assert [cue.lines for cue in build_cues(post, COUNCIL)] == [
        ("a" * 38,),
        (f"le {'b' * 38}.", "Aucune véritable hésitation."),
        (f"{'c' * 38} a", f"{'d' * 40}."),
    ]


def test_two_short_sentences_of_a_passage_share_a_cue() -> None:
    cues = build_cues(document(said("p", "Oui. Nous le ferons.", 0)), COUNCIL)
    assert [cue.lines for cue in cues] == [("Oui. Nous le ferons.",)]


def test_a_word_longer_than_a_line_stands_alone_on_it() -> None:
    link = "https://montclery-sur-aulne.example/deliberations/2025"
    assert [cue.lines for cue in build_cues(document(said("p", f"Voir {link} demain.", 0)), COUNCIL)] == [
        ("Voir", link),
        ("demain.",),
    ]


@pytest.mark.parametrize(("silence_ms", "cues"), [(2500, 1), (5000, 2)])
def test_a_silence_after_an_article_parts_it_from_its_noun_only_when_very_long(silence_ms: int, cues: int) -> None:
    start = 2000 + silence_ms
    words = [heard("Ouvrons", 1000, 1600), heard("la", 1700, 2000), heard("cantine.", start, start + 600)]
    assert len(build_cues(document(passage("p", "Ouvrons la cantine.", words)), COUNCIL)) == cues


def test_a_cue_ends_where_the_speaker_pauses() -> None:
    text = "Nous voulons une cantine ouverte toute la journée aux enfants de la commune et des villages voisins"
    fluent, halting = said("p", text, 0), said("p", text, 0)
    for word in halting["words"][8:]:
        word["start_ms"] += 700
        word["end_ms"] += 700
    ends = [[cue.words[-1].text for cue in build_cues(document(post), COUNCIL)] for post in (fluent, halting)]
    assert ends == [["commune", "voisins"], ["journée", "voisins"]]


def test_lines_are_shorter_for_readers_who_cannot_hear() -> None:
    post = document(said("p", "Nous avons ouvert la halle, rénové deux écoles et planté six cents arbres.", 0))
    assert [cue.lines for cue in build_cues(post, COUNCIL)] == [
        ("Nous avons ouvert la halle, rénové", "deux écoles et planté six cents arbres."),
    ]
    assert [cue.lines for cue in build_cues(post, COUNCIL, FR_SDH)] == [
        ("Nous avons ouvert la halle,",),
        ("rénové deux écoles", "et planté six cents arbres."),
    ]


def test_a_long_silence_parts_a_passage() -> None:
    words = [
        heard("Je", 1000, 1100),
        heard("réfléchis,", 1200, 1900),
        heard("puis", 6000, 6200),
        heard("vote.", 6300, 7200),
    ]
    assert show(build_cues(document(passage("p", "Je réfléchis, puis vote.", words)), COUNCIL)) == [
        (1000, 2400, "Je réfléchis,"),
        (6000, 7700, "puis vote."),
    ]


# --- several speakers, several claims -------------------------------------------------------------


def test_the_speaker_is_named_at_the_first_cue_of_a_turn() -> None:
    post = document(
        said("a", "Je pose une question.", 0, speaker="Hugo Lemaître"),
        said("b", "Elle est simple.", 5000, speaker="Hugo Lemaître"),
        said("c", "Je vous réponds.", 10_000, speaker="Nadia Ferrand"),
        said("d", "Un vote s’impose.", 15_000),
        said("e", "Merci.", 20_000, speaker="Nadia Ferrand"),
    )
    cues = build_cues(post, COUNCIL)
    assert [cue.lines for cue in cues] == [
        ("[Hugo\u00a0Lemaître] Je pose une question.",),
        ("Elle est simple.",),
        ("[Nadia\u00a0Ferrand] Je vous réponds.",),
        ("Un vote s’impose.",),
        ("[Nadia\u00a0Ferrand] Merci.",),
    ]
    assert [cue.speaker for cue in cues] == ["Hugo Lemaître", "Hugo Lemaître", "Nadia Ferrand", None, "Nadia Ferrand"]
    assert cues[0].words[0] == TimedWord("[Hugo\u00a0Lemaître]", None, None, None)


def test_a_name_too_long_for_a_line_is_not_shown() -> None:
    name = "Monsieur le premier adjoint aux finances communales"
    post = document(said("a", "Bonjour.", 0, speaker=name), said("b", "Bonsoir.", 5000, speaker="Nadia Ferrand"))
    assert [cue.lines for cue in build_cues(post, COUNCIL)] == [("Bonjour.",), ("[Nadia\u00a0Ferrand] Bonsoir.",)]


def test_of_passages_placed_on_the_same_words_the_surest_is_shown() -> None:
    text = "La cantine à un euro, nous la ferons."
    post = document(
        said("reworded", text, 1000, status="reworded"),
        said("doubtful", text, 1000, confidence=0.81),
        said("speech", text, 1000),
        said("again", text, 1000),
    )
    cues = build_cues(post, COUNCIL)
    assert [cue.passage_id for cue in cues] == ["speech"]
    assert count_left_out(post, COUNCIL, cues)["hidden"] == 3


def test_a_whole_sentence_is_shown_rather_than_a_little_surer_extract_of_it() -> None:
    extract, whole = (
        said("part", "la ferons.", 2200, confidence=0.97),
        said("whole", "La cantine, nous la ferons.", 1000),
    )
    assert [cue.passage_id for cue in build_cues(document(extract, whole), COUNCIL)] == ["whole"]


@pytest.mark.parametrize(("start_ms", "shown"), [(2700, ["a", "b"]), (2400, ["a"])])
def test_passages_may_share_half_a_second_but_no_more(start_ms: int, shown: list[str]) -> None:
    first = passage("a", "Longtemps attendu ici.", [heard("Longtemps", 1000, 2000), heard("attendu", 2000, 3000)])
    second = passage("b", "Enfin.", [heard("Enfin.", start_ms, start_ms + 1400)])
    assert [cue.passage_id for cue in build_cues(document(first, second), COUNCIL)] == shown


@pytest.mark.parametrize("status", ["spoken", "reworded"])
def test_a_short_passage_within_another_shares_too_much_with_it_however_short(status: str) -> None:
    """The whole lies over the part, or the part inside the whole, by which of them is surer."""
    whole = passage("whole", "Oui, longtemps attendu.", [heard("Oui,", 1000, 4000), heard("longtemps", 4000, 5000)])
    part = passage("part", "Oui.", [heard("Oui.", 2000, 2300)])
    post = document(whole | {"status": status}, part)
    assert [cue.passage_id for cue in build_cues(post, COUNCIL)] == ["whole" if status == "spoken" else "part"]


def test_neighbours_that_claim_one_word_both_stay_and_do_not_overlap() -> None:
    first = passage(
        "a", "Je le dis ici.", [heard("Je", 1000, 1200), heard("le dis", 1300, 2000), heard("ici.", 2100, 2400)]
    )
    second = passage(
        "b", "Ici, on agit.", [heard("Ici,", 2100, 2400), heard("on", 2500, 2700), heard("agit.", 2800, 3400)]
    )
    assert show(build_cues(document(first, second), COUNCIL)) == [
        (1000, 2020, "Je le dis ici."),
        (2100, 3900, "Ici, on agit."),
    ]


def test_a_passage_spoken_in_the_silence_of_another_is_shown_between_its_parts() -> None:
    extract = passage(
        "extract",
        "« Nous agirons […] sans attendre. »",
        [
            heard("Nous", 1000, 1300),
            heard("agirons", 1400, 2200),
            heard("sans", 9000, 9300),
            heard("attendre.", 9400, 10_000),
        ],
    )
    cues = build_cues(document(extract, said("between", "Le maire proteste.", 5000)), COUNCIL)
    assert [(cue.passage_id, cue.lines) for cue in cues] == [
        ("extract", ("«\u00a0Nous agirons […]",)),
        ("between", ("Le maire proteste.",)),
        ("extract", ("sans attendre.\u00a0»",)),
    ]
