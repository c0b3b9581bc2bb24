from __future__ import annotations

from pathlib import Path

import pytest

from aligner.errors import UsageError
from aligner.settings import Settings, load_settings


def test_defaults_are_those_of_the_dataclass(tmp_path: Path) -> None:
    assert load_settings({"workspace": tmp_path}, {}) == Settings(workspace=tmp_path)


def test_flags_beat_variables_beat_the_file(tmp_path: Path) -> None:
    (tmp_path / "aligner.toml").write_text('model = "file"\nlanguage = "de"\ndevice = "cpu"\n', encoding="utf-8")
    environ = {"ALIGNER_MODEL": "variable", "ALIGNER_LANGUAGE": "en", "HOME": "x"}
    settings = load_settings({"workspace": tmp_path, "model": "flag", "device": None}, environ)
    assert (settings.model, settings.language, settings.device) == ("flag", "en", "cpu")


def test_the_workspace_may_come_from_the_environment(tmp_path: Path) -> None:
    assert load_settings({}, {"ALIGNER_WORKSPACE": str(tmp_path)}).workspace == tmp_path


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('modle = "x"', "Did you mean “model”?"),
        ('colour = "x"', "no setting"),
        ('device = "gpu"', "It takes one of: auto, cpu, cuda."),
        ("batch_size = -1", "whole number"),
        ("batch_size = true", "whole number"),
        ('keep_video = "perhaps"', "true or false"),
        ("language = 3", "It takes a text."),
        ('language = "français"', "two or three letters"),
        ("language = ", "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_clear_sentence(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "aligner.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings({"workspace": tmp_path}, {})
    assert complaint in str(caught.value)
    assert "\n" not in caught.value.message


def test_a_wrong_variable_names_itself(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ALIGNER_MODLE"):
        load_settings({"workspace": tmp_path}, {"ALIGNER_MODLE": "x"})


@pytest.mark.parametrize(("text", "value"), [("1", True), ("on", True), ("False", False), ("", False)])
def test_variables_hold_truth_values_as_words(tmp_path: Path, text: str, value: bool) -> None:
    assert load_settings({"workspace": tmp_path}, {"ALIGNER_KEEP_VIDEO": text}).keep_video is value


def test_the_downloaders_settings_may_come_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "aligner.toml").write_text(
        'cookies_from_browser = "firefox"\nytdlp_options = "--force-ipv4 --user-agent \'Mairie\'"\npause_s = 10\n',
        encoding="utf-8",
    )
    settings = load_settings({"workspace": tmp_path}, {"ALIGNER_PAUSE_S": "0"})
    assert settings.cookies_from_browser == "firefox"
    assert settings.ytdlp_options == "--force-ipv4 --user-agent 'Mairie'"
    assert settings.pause_s == 0


def test_a_workspace_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        load_settings({"workspace": tmp_path / "nowhere"}, {})
