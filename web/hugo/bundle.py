"""Makes one script of our modules: those of this package, and the viewer's own that they import, each as it is.

A site's owner gets one file to look after. A module becomes a function that gives what the module exports; its imports
become the names of what others gave. That covers what our modules use (named imports and exports, no cycles, nothing
exported that changes later) and refuses anything else.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}\s+from\s+)?"(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (async function|function|const|class) (\w+)", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(entry: Path) -> str:
    """One module with all that `entry` needs, in the order in which a browser would run them."""
    names: dict[Path, str] = {}
    parts: list[str] = []
    _add(entry.resolve(), names, parts, ())
    return "\n".join(parts)


def _add(path: Path, names: dict[Path, str], parts: list[str], above: tuple[Path, ...]) -> None:
    if path in names:
        return
    if path in above:
        raise ValueError(f"{path.name} imports itself through {above[-1].name}")
    source = path.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(source):
        _add((path.parent / found[2]).resolve(), names, parts, (*above, path))

    def take(found: re.Match[str]) -> str:
        other = names[(path.parent / found[2]).resolve()]
        return f"const {{ {' '.join(found[1].split()).replace(' as ', ': ')} }} = {other};\n" if found[1] else ""

    names[path] = f"module{len(names)}_{re.sub(r'[^a-z]', '_', path.stem)}"
    body = _IMPORT.sub(take, source)
    exported = [found[2] for found in _EXPORT.finditer(body)]
    body = _EXPORT.sub(r"\1 \2", body)
    if unknown := _UNKNOWN.search(body):
        raise ValueError(f"{path.name} has a line that cannot be bundled: {unknown[0]}")
    given = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    parts.append(f"// --- {path.name}\nconst {names[path]} = (() => {{\n{body}{given}}})();\n")
