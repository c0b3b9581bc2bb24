"""The aligned sample, as the tests of the status have it."""

from __future__ import annotations

from tests.standing.conftest import engines, sample, sound, workspace

__all__ = ["engines", "sample", "sound", "workspace"]
