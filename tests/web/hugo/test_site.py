"""What `aligner publish --hugo` does to somebody's site: only what is ours is written, changed and removed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from aligner.cli import main
from aligner.model import SitePost
from aligner.site_posts import read_site_posts
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.web.conftest import Draft
from tests.web.hugo.conftest import COUNCIL, LAVOIR, build, publish, run
from web.hugo import open_site
from web.hugo.bundle import bundle
from web.hugo.marks import is_ours, sign, sign_data

OURS = {
    f"data/aligner/{COUNCIL}.json",
    f"data/aligner/{LAVOIR}.json",
    "data/aligner/2021-12-06-voeux.json",
    "data/aligner_site.json",
    "layouts/partials/aligner.html",
    "layouts/shortcodes/aligner.html",
    "static/aligner/aligner.css",
    "static/aligner/aligner.js",
}


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def data_of(site: Path, slug: str) -> dict[str, Any]:
    told = json.loads((site / "data" / "aligner" / f"{slug}.json").read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


# --- what is written -----------------------------------------------------------------------------------


def test_only_files_of_ours_are_added_and_no_byte_of_the_site_changes(aligned: Workspace, own_site: Path) -> None:
    before = files_of(own_site)
    said = publish(aligned, own_site)
    after = files_of(own_site)
    (poster,) = {name for name in after if name.startswith("static/aligner/posters/youtube_Mc5Aulne001-")}
    assert after.keys() - before.keys() == OURS | {poster}
    assert {name: after[name] for name in before} == before
    assert said == f"3 posts of {own_site} play: 9 files, 9 written, 0 removed.\n"


def test_the_second_run_touches_nothing(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    times = {path: path.stat().st_mtime_ns for path in own_site.rglob("*")}
    said = publish(aligned, own_site)
    assert "0 written, 0 removed" in said
    assert {path: path.stat().st_mtime_ns for path in own_site.rglob("*")} == times


def test_what_is_told_of_a_post(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    told = data_of(own_site, COUNCIL)
    assert told["page"] == "posts/2025-06-13-marche-couvert.md"
    (embed,) = told["embeds"]
    assert embed["text"].startswith("[embed]https://montclery")
    assert (embed["recording"], embed["start_ms"]) == (1, 3000)
    passages = told["passages"]
    first = passages[0]
    assert first["text"] == "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans."
    assert (first["status"], first["start_ms"], first["end_ms"]) == ("spoken", 5000, 9000)
    assert first["href"] == "https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4#t=4"
    assert [passage["status"] for passage in passages].count("not_found") == 2
    assert all("href" not in passage for passage in passages if passage["status"] == "not_found")


def test_recordings_come_along_only_when_that_is_wished(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site, "--media")
    (copy,) = (own_site / "static" / "aligner" / "media").iterdir()
    assert copy.suffix == ".mp4"
    told = data_of(own_site, COUNCIL)
    assert told["recordings"][0]["source"] == f"@/media/{copy.name}"
    said = publish(aligned, own_site)
    assert "1 removed" in said
    assert not copy.exists()


# --- what is the owner's --------------------------------------------------------------------------------


def test_an_edited_file_is_the_owners_and_is_named(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    partial = own_site / "layouts" / "partials" / "aligner.html"
    edited = partial.read_text(encoding="utf-8").replace("<h2>", '<h2 class="mine">')
    partial.write_text(edited, encoding="utf-8")
    said = publish(aligned, own_site)
    assert f"{partial} was edited or is not ours, and is kept as it is." in said
    assert partial.read_text(encoding="utf-8") == edited
    partial.unlink()
    assert "1 written" in publish(aligned, own_site)
    assert 'class="mine"' not in partial.read_text(encoding="utf-8")


def test_a_file_that_stood_there_before_us_stays(aligned: Workspace, own_site: Path) -> None:
    shortcode = own_site / "layouts" / "shortcodes" / "aligner.html"
    shortcode.parent.mkdir(parents=True)
    shortcode.write_text("<p>à moi</p>", encoding="utf-8")
    said = publish(aligned, own_site)
    assert str(shortcode) in said
    assert shortcode.read_text(encoding="utf-8") == "<p>à moi</p>"


def test_an_older_version_of_ours_is_brought_up_to_date_even_with_other_line_ends(
    aligned: Workspace, own_site: Path
) -> None:
    path = own_site / "static" / "aligner" / "aligner.css"
    path.parent.mkdir(parents=True)
    path.write_bytes(sign("/* avant */\n", ".css").replace("\n", "\r\n").encode())
    assert is_ours(path)
    publish(aligned, own_site)
    assert "[data-aligner-text]" in path.read_text(encoding="utf-8")


def test_what_we_wrote_for_a_post_that_is_gone_goes_unless_it_was_edited(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    data = own_site / "data" / "aligner"
    foreign = own_site / "static" / "aligner" / "mine.css"
    foreign.write_text("p { color: red }", encoding="utf-8")
    edited = data / f"{LAVOIR}.json"
    edited.write_text(edited.read_text(encoding="utf-8").replace("matin", "soir"), encoding="utf-8")
    shutil.rmtree(own_site / "content" / "posts")
    said = publish(aligned, own_site)
    # both data files that were not edited, and the picture
    assert "3 removed" in said
    assert {path.name for path in data.iterdir()} == {f"{LAVOIR}.json"}
    assert foreign.exists()
    assert f"{COUNCIL} has no post in {own_site}." in said
    assert f"{LAVOIR} has no post in {own_site}." in said


def test_a_mark_holds_for_its_own_content_only(tmp_path: Path) -> None:
    for name, text in (
        ("a.js", sign("x();\n", ".js")),
        ("a.html", sign("x\n", ".html")),
        ("a.json", sign_data({"a": [1]})),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert is_ours(path)
        path.write_text(text.replace("x", "y").replace("[\n1", "[\n2"), encoding="utf-8")
        assert not is_ours(path)


# --- which post is which ---------------------------------------------------------------------------------


def make_post(workspace: Workspace, slug: str, source: str) -> None:
    draft = Draft(slug, slug).block("Nous y sommes.")
    document = draft.document()
    document["post"]["source"] = source
    (workspace.aligned / f"{slug}.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def empty_site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    (site / "hugo.toml").write_text('title = "x"\n', encoding="utf-8")
    return site


@pytest.mark.parametrize(
    ("content", "slug", "source", "page"),
    [
        ({"a/voeux.md": ""}, "voeux", "voeux.md", "a/voeux.md"),
        ({"a/2025-01-10-voeux.md": "slug: les-voeux"}, "les-voeux", "2025-01-10-voeux.md", "a/2025-01-10-voeux.md"),
        ({"a/renommé.md": "slug: les-voeux"}, "les-voeux", "2025-01-10-voeux.md", "a/renommé.md"),
        ({"a/voeux/index.md": ""}, "voeux", "ailleurs.md", "a/voeux/index.md"),
        ({"2024/voeux.md": "", "2025/voeux.md": ""}, "voeux", "2025/voeux.md", "2025/voeux.md"),
        ({"2024/voeux.md": "", "2025/voeux.md": ""}, "voeux", "voeux.md", None),
        ({"voeux.fr.md": "", "voeux.en.md": ""}, "voeux", "x.md", "voeux.fr.md"),
        ({"autre.md": ""}, "voeux", "voeux.md", None),
    ],
)
def test_a_post_is_known_by_its_file_or_its_name(
    tmp_path: Path, empty_site: Path, content: dict[str, str], slug: str, source: str, page: str | None
) -> None:
    for name, front in content.items():
        path = empty_site / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{front}\ntitle: x\n---\n\nNous y sommes.\n", encoding="utf-8")
    workspace = Workspace(tmp_path / "workspace")
    workspace.aligned.mkdir(parents=True)
    make_post(workspace, slug, source)
    said = publish(workspace, empty_site)
    told = json.loads((empty_site / "data" / "aligner_site.json").read_text(encoding="utf-8"))
    assert told["pages"] == ({page: slug} if page else {})
    doubt = f"several posts of the site could be {slug}" if len(content) > 1 else f"{slug} has no post in"
    assert (doubt in said) is (page is None)


def test_dead_embeds_are_read_with_the_recording_they_mean(tmp_path: Path) -> None:
    text = (
        "[embed]https://www.youtube.com/watch?v=Mc5Aulne001&t;=12s[/embed] et https://youtu.be/Mc5Aulne002\n\n"
        '[arve url="https://www.youtube.com/embed/Mc5Aulne003" /] [embed]https://www.example.org/page[/embed]\n'
    )
    (tmp_path / "un.md").write_text(text, encoding="utf-8")
    (tmp_path / "casse.md").write_text("---\ntitle: x\n", encoding="utf-8")
    (post,) = read_site_posts([tmp_path])
    assert isinstance(post, SitePost)
    assert [(dead.link.media_id, dead.link.start_ms) for dead in post.embeds] == [
        ("youtube:Mc5Aulne001", 12_000),
        ("youtube:Mc5Aulne003", None),
    ]


# --- the site's configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hugo.toml", 'contentDir = "textes"\ndataDir = "faits"'),
        ("config.yaml", "contentdir: textes\ndatadir: faits\n"),
        ("config.json", '{"contentDir": "textes", "dataDir": "faits"}'),
        ("config/_default/hugo.toml", 'contentDir = "textes"\ndataDir = "faits"'),
        ("config/_default/languages.toml", '[fr]\ncontentDir = "textes"\n'),
    ],
)
def test_folders_are_where_the_configuration_says(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "textes").mkdir()
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    site = open_site(tmp_path)
    assert site.content == (tmp_path / "textes",)
    assert site.data == tmp_path / ("data" if "languages" in name else "faits")
    assert site.static == tmp_path / "static"


def test_what_is_no_hugo_site_is_refused_in_one_sentence(aligned: Workspace, tmp_path: Path) -> None:
    for place, why in (
        (tmp_path / "nulle-part", "is no folder."),
        (tmp_path, "is no Hugo site: it has no hugo.toml, config.toml, config.yaml, config.json or config/_default/."),
    ):
        code, said = run(main, "publish", "--hugo", place, "--workspace", aligned.root)
        assert code == 2
        assert said.startswith(f"Error: {place} {why}")
        assert said.count("\n") == 1
    (tmp_path / "config.toml").write_text("title = ", encoding="utf-8")
    code, said = run(main, "publish", "--hugo", tmp_path, "--workspace", aligned.root)
    assert code == 2
    assert "config.toml cannot be read" in said
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_there_must_be_somewhere_to_publish_to(aligned: Workspace, own_site: Path) -> None:
    code, said = run(main, "publish", "--workspace", aligned.root)
    assert (code, said[:6]) == (2, "Error:")
    code, said = run(main, "publish", "--hugo", own_site, "--check-links", "--workspace", aligned.root)
    assert code == 2


def test_both_can_be_published_at_once(aligned: Workspace, own_site: Path, tmp_path: Path) -> None:
    said = publish(aligned, own_site, tmp_path / "out", "--public-url", "https://www.example.org/paroles")
    assert "posts of" in said
    assert (tmp_path / "out" / COUNCIL / "index.html").is_file()
    assert (tmp_path / "out" / "static" / "size.js").is_file()
    told = json.loads((own_site / "data" / "aligner_site.json").read_text(encoding="utf-8"))
    assert told["viewer"] == "https://www.example.org/paroles/"


# --- the shortcode -------------------------------------------------------------------------------------------


def test_a_passage_is_quoted_elsewhere_on_the_site(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    id_ = data_of(own_site, COUNCIL)["passages"][0]["id"]
    page = own_site / "content" / "page.md"
    page.write_text(
        f'---\ntitle: x\n---\n\n{{{{< aligner "{COUNCIL}" "{id_}" >}}}}\n\n{{{{< aligner "{COUNCIL}" >}}}}\n',
        encoding="utf-8",
    )
    built = (build(own_site) / "page" / "index.html").read_text(encoding="utf-8")
    assert "<p>Le marché couvert de Montcléry-sur-Aulne a plus de cent ans.</p>" in built
    link = f'<a href="/montclery/posts/{COUNCIL}/#p={id_}">'
    assert re.search(rf"<footer>Jeanne Morel, {re.escape(link)}Écouter à 5\ss</a></footer>", built)
    assert f'<a href="/montclery/posts/{COUNCIL}/" lang="fr">Rénover le marché couvert</a>' in built


def test_where_the_viewer_is_published_the_shortcode_frames_it(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site, "--public-url", "https://paroles.example.org")
    page = own_site / "content" / "page.md"
    page.write_text(f'---\ntitle: x\n---\n\n{{{{< aligner "{COUNCIL}" "abc" >}}}}\n', encoding="utf-8")
    built = (build(own_site) / "page" / "index.html").read_text(encoding="utf-8")
    assert f'src="https://paroles.example.org/embed/{COUNCIL}/?p=abc#p=abc"' in built
    assert '<script async src="https://paroles.example.org/static/size.js"></script>' in built


def test_an_english_site_is_spoken_to_in_english(aligned: Workspace, own_site: Path) -> None:
    configuration = own_site / "config.toml"
    told = configuration.read_text(encoding="utf-8")
    configuration.write_text(told.replace('defaultContentLanguage = "fr"', 'defaultContentLanguage = "en"'), "utf-8")
    publish(aligned, own_site)
    built = (build(own_site) / "posts" / COUNCIL / "index.html").read_text(encoding="utf-8")
    assert "Underlined sentences can be heard" in built
    assert "Les phrases soulignées" not in built
    assert "<h2>Listen to the passages</h2>" in built


# --- the bundle, and the docs ----------------------------------------------------------------------------------


def test_a_bundle_runs_each_module_once_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.js").write_text('import { b as c } from "./deep/b.js";\nimport "./d.js";\nc();\n')
    (tmp_path / "deep" / "b.js").write_text('import {\n  d,\n} from "../d.js";\nexport function b() {\n  d;\n}\n')
    (tmp_path / "d.js").write_text("export const d = 1;\n")
    told = bundle(tmp_path / "a.js")
    assert told.count("const d = 1;") == 1
    assert "const { b: c } = module1_b;" in told
    assert "import" not in told
    assert "export" not in told
    (tmp_path / "d.js").write_text("export let d = 1;\n")
    with pytest.raises(ValueError, match=r"d\.js has a line that cannot be bundled: export let d"):
        bundle(tmp_path / "a.js")
    (tmp_path / "d.js").write_text('import { c } from "./a.js";\nexport const d = 1;\n')
    with pytest.raises(ValueError, match=r"a\.js imports itself"):
        bundle(tmp_path / "a.js")


def test_the_script_is_of_the_viewers_own_modules(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site)
    script = (own_site / "static" / "aligner" / "aligner.js").read_text(encoding="utf-8")
    for name in ("player.js", "youtube.js", "frame.js", "file.js", "words.js", "follow.js", "controls.js"):
        assert f"// --- {name}\n" in script
    assert len(bundle(ROOT / "web" / "hugo" / "assets" / "aligner.js")) < 100_000


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_every_key_of_the_data_is_documented(aligned: Workspace, own_site: Path) -> None:
    publish(aligned, own_site, "--media")
    docs = (ROOT / "docs" / "hugo.md").read_text(encoding="utf-8")
    keys = set()
    for slug in (COUNCIL, LAVOIR):
        keys |= keys_of(data_of(own_site, slug))
    keys |= set(json.loads((own_site / "data" / "aligner_site.json").read_text(encoding="utf-8")))
    # those of rarer verdicts
    keys |= {"again", "reason", "former"}
    assert len(keys) > 25
    assert sorted(key for key in keys if f"`{key}`" not in docs) == []
