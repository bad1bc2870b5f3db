# A lock that a killed Snakemake left in this folder is opened; the lock of a living one is respected.
import fcntl
from contextlib import suppress

if workflow.is_main_process:
    # Never closed: the kernel drops its lock when this process ends, however it ends.
    FOLDER = os.open(".", os.O_RDONLY)
    with suppress(OSError):
        fcntl.flock(FOLDER, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while another Snakemake lives here
        for lock in Path(".snakemake/locks").glob("*.lock"):
            lock.unlink()
    with suppress(OSError):  # file systems without such locks: then Snakemake's own lock is opened by hand
        fcntl.flock(FOLDER, fcntl.LOCK_SH)
