"""Evidence for readers who run nothing: `make publish` copies what a preset found into docs/.

docs/results/<preset>/ then holds the verdicts under each reading that was made, all readings as numbers and pictures,
docs/findings.md says it in sentences, and README's first screen in a few. Weights and histories are not copied.
"""

import re
import shutil
import sys
from pathlib import Path

from pseudo_rd.multiverse.findings import answer
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import resolve
from pseudo_rd.results.files import read_json
from pseudo_rd.results.pictures import shrink

ANSWER = re.compile("(<!-- begin answer -->\n).*?(<!-- end answer -->)", re.DOTALL)


def publish(project: Path, preset: str) -> list[Path]:
    """Copy the evidence of a preset.

    Args:
        project: the folder with results/ and docs/.
        preset: whose results; its multiverse and one reading at least must have been made.

    Returns:
        The files written.

    Raises:
        ValueError: naming what does not exist yet, or a file that cannot be read.
    """
    results, published = project / "results" / preset, project / "docs" / "results" / preset
    pages = sorted(results.glob("*/claims.json"))
    needed = [results / name for name in ("claims.json", "multiverse.json", "findings.md")]
    missing = [path for path in needed if not path.exists()]
    if missing or not pages:
        raise ValueError(f"{missing[0] if missing else results} does not exist yet: run make figures PRESET={preset}")
    for path in (*needed[:2], *pages):
        read_json(path)
    shutil.rmtree(published, ignore_errors=True)
    wanted = {path: published / path.name for path in (*needed[:2], results / "claims.md")}
    wanted |= {
        path.with_suffix(end): published / path.parent.name / f"claims{end}"
        for path in pages
        for end in (".json", ".md")
    }
    wanted[needed[2]] = project / "docs" / "findings.md"
    for path, place in wanted.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    readme = project / "README.md"
    if readme.exists():
        told = answer(read_json(results / "multiverse.json"), read_json(results / "claims.json")["claims"], preset)
        text = readme.read_text(encoding="utf-8")
        readme.write_text(ANSWER.sub(lambda found: f"{found[1]}{told}\n{found[2]}", text), encoding="utf-8")
    pictures = {path: published / path.name for path in sorted((results / "multiverse" / "figures").glob("*.png"))}
    for path, place in pictures.items():
        shrink(path, place)
    return [*wanted.values(), *pictures.values()]


if __name__ == "__main__":
    try:
        chosen = resolve(read_parameters("params.yaml"), sys.argv[1] if len(sys.argv) > 1 else None)
        for written in publish(Path(), chosen.preset):
            print(written)
    except ValueError as error:
        sys.exit(str(error))
