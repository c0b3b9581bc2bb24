"""One exception tree; only `cli_parts.py` and the web error handler turn it into words and exit codes.

    AlignerError                 exit 1   base: a message (what, where, why) and a hint (what to try)
    ├── UsageError               exit 2   wrong options or settings
    ├── MissingError             exit 3   something this machine lacks: model, disk space, JavaScript runtime
    │   └── DiskError            exit 3   a file could not be written
    ├── PostError                exit 1   a post that cannot be read
    ├── FetchError               exit 1   a recording that cannot be had (`permanent` tells whether to try again)
    ├── AudioError               exit 1   a file that is no usable recording
    ├── CaptionsError            exit 1   a captions or transcript file that cannot be used
    └── CorrectionsError         exit 1   a corrections file, or an entry of it, that cannot be used

Every error carries plain data and survives pickling.
"""

from __future__ import annotations


class AlignerError(Exception):
    """Base of all our errors. `message` says what, where and why in one sentence; `hint` says what to try."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    @property
    def may_pass(self) -> bool:
        """Whether the same may go well later, though nobody changes the post: what waits tries again."""
        return False

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(AlignerError):
    """Wrong options or settings."""

    exit_code = 2


class MissingError(AlignerError):
    """Something this machine lacks: a model, disk space, a JavaScript runtime."""

    exit_code = 3

    @property
    def may_pass(self) -> bool:
        """True: somebody may free the disk or bring the model."""
        return True


class DiskError(MissingError):
    """A file could not be written: disk full, no permission, a folder in the way."""


class PostError(AlignerError):
    """A post that cannot be read."""


class FetchError(AlignerError):
    """A recording that cannot be had.

    `permanent` is true when trying again will not help (removed, private), `soon` when it may help within a minute (a
    fault of the site, no answer in time). With neither, hours or the user must help first (a broadcast to come).
    """

    def __init__(self, message: str, hint: str = "", permanent: bool = False, soon: bool = False) -> None:
        super().__init__(message, hint)
        self.permanent = permanent
        self.soon = soon

    @property
    def may_pass(self) -> bool:
        """True unless it is permanent."""
        return not self.permanent

    def __reduce__(self) -> tuple[type[FetchError], tuple[str, str, bool, bool]]:
        return type(self), (self.message, self.hint, self.permanent, self.soon)


class AudioError(AlignerError):
    """A file that is no usable recording: no sound in it, not media at all, broken."""


class CaptionsError(AlignerError):
    """A captions or transcript file that cannot be used: broken, empty, in another language."""


class CorrectionsError(AlignerError):
    """A corrections file, or an entry of it, that cannot be used: broken, unknown keys, a time outside."""
