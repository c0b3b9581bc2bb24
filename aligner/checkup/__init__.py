"""`aligner check`: this machine, the settings, and whether the files of the workspace agree, with the cure for each.

Above all that it looks at. Looks and changes nothing: no model is loaded or joined, nothing is fetched or mended.
"""

from __future__ import annotations

from aligner.checkup.examine import Examined, Wish, examine
from aligner.checkup.findings import Area, Finding, Level, exit_code

__all__ = ["Area", "Examined", "Finding", "Level", "Wish", "examine", "exit_code"]
