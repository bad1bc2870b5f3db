# Makes the workflow independent of shell, container and editor: this folder's code runs, whatever is installed.
import gc
import os
import shlex
import sys
from pathlib import Path

SOURCE = Path(workflow.basedir).parent / "src"
sys.path.insert(0, str(SOURCE))
for name in [name for name in sys.modules if name.split(".")[0] == "pseudo_rd"]:
    del sys.modules[name]  # the log's handler was imported before, perhaps from another folder

# For the jobs. Bash would run the file that BASH_ENV names before each of them.
for name in [name for name in os.environ if name.startswith("PYTHON") or name == "BASH_ENV"]:
    del os.environ[name]
os.environ |= {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", "MPLBACKEND": "agg"}
# A home that cannot be written: else every job says so, and looks for fonts.
if not os.access(os.environ.get("MPLCONFIGDIR", os.path.expanduser("~")), os.W_OK):
    os.environ |= {"MPLCONFIGDIR": os.path.abspath(".snakemake/matplotlib")}
sys.executable = shlex.quote(sys.executable)  # Snakemake 9.27 gives it to a shell as it is
gc.disable()  # until the first job: a sixth of Snakemake's start, which makes many objects and frees few
