"""Results of the version that dvc.lock names: `python -m pseudo_rd.commands.pull`, by `make pull`.

`dvc pull` removes what is in the folder before it knows that it has something to put there. Here everything is
fetched first.
"""

import logging
import sys

from dvc.exceptions import DvcException
from dvc.repo import Repo


def pull() -> None:
    """Fetch all outputs of dvc.yaml from the default remote; where all have come, put them in the folder.

    Raises:
        DvcException: if there is no remote, it does not answer or lacks a file, or a file of the folder is in the way
            of which DVC has no copy. The folder is as it was.
    """
    with Repo() as repo:
        if not repo.config["core"].get("remote"):
            raise DvcException("no DVC remote is named: run dvc remote add --default --local store /path/or/url")
        repo.fetch()
        outputs = list(repo.index.outs)
        missing = [str(output) for output in outputs if output.changed_cache()]
        if missing:
            raise DvcException(
                f"the remote lacks {len(missing)} of the {len(outputs)} outputs of this dvc.lock ({missing[0]} first), "
                "so nothing was touched: take the dvc.lock of a version that was pushed, or run dvc repro"
            )
        # Of this file: else DVC also removes what it once recorded and dvc.yaml no longer lists, such as another
        # preset's. Not by the names of outputs, for each of which DVC would parse dvc.lock anew.
        repo.checkout("dvc.yaml")


if __name__ == "__main__":
    for name in ("dvc", "dvc_data"):
        logging.getLogger(name).setLevel(logging.ERROR)  # they would list a digest for each missing file
    try:
        pull()
    except DvcException as error:
        unsaved = "Can't remove the following unsaved files without confirmation. Use `--force` to force."
        text = " ".join(str(error).split())
        sys.exit(f"pull: {text.replace(unsaved, 'dvc commit or move these first, DVC has no copy of them:')}")
