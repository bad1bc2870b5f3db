"""`make judge FROM=docs/results/...`: the claims judged again from published evidence, without training.

Criteria are those of params.yaml as it is now: change one and see which verdicts turn.
"""

import sys
from pathlib import Path

from pseudo_rd.commands.tell import judged
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.presets import plain, resolve
from pseudo_rd.results.files import read_json


def judge_again(folder: Path, project: Path = Path()) -> list[str]:
    """Counts of the verdicts, and a line for each that differs from the published one.

    Args:
        folder: docs/results/<preset>/<reading>.
        project: the folder with params.yaml.

    Raises:
        ValueError: naming a file that is missing or cannot be read.
    """
    if not (folder / "evidence.json").exists():
        paths = ", ".join(str(path.parent) for path in sorted((project / "docs" / "results").glob("*/*/evidence.json")))
        raise ValueError(f"{folder} holds no evidence.json: name one of {paths or 'those that make publish writes'}")
    page = judged(folder, plain(resolve(read_parameters(project / "params.yaml")).claims))
    published = {row["name"]: row["verdict"] for row in read_json(folder / "claims.json")["claims"]}
    changed = [row for row in page["claims"] if row["verdict"] != published.get(row["name"])]
    return [
        f"{folder}: " + ", ".join(f"{count} {verdict}" for verdict, count in page["counts"].items()),
        *(
            f"{row['name']}: {row['verdict']} ({row['measured']}; criterion {row['criterion']}), "
            f"published: {published.get(row['name'], 'nothing')}"
            for row in changed
        ),
        f"{len(changed)} verdicts differ from the published ones.",
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit("name the evidence: make judge FROM=docs/results/quick/printed")
    try:
        print("\n".join(judge_again(Path(sys.argv[1]))))
    except ValueError as error:
        sys.exit(str(error))
