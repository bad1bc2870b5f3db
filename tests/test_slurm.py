"""The SLURM profile on a real SLURM: one node, started here, with jobs that go through its queue."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

import pytest
from projects import READING, contents, copy_slow_project, output, run, snakemake, wait_until

from pseudo_rd.parameters.vocabulary import OBJECTIVES

CONFIGURATION = Path("/etc/slurm/slurm.conf")  # jobs look for it here, whatever the environment says
GPUS = CONFIGURATION.with_name("gres.conf")
COMMANDS = ("slurmctld", "slurmd", "munged", "mungekey", "scancel", "squeue")
MISSING = [command for command in COMMANDS if shutil.which(command, path=f"{os.environ['PATH']}:/usr/sbin") is None]
TARGET = f"results/smoke/{READING}/figures/fig17.png"  # two trainings and what stands around them


def drop_what_a_killed_session_left() -> None:
    """Its configuration would make every start of Snakemake on this machine wait for a controller that is gone."""
    folder = CONFIGURATION.resolve().parent
    if os.geteuid() != 0 or not CONFIGURATION.is_symlink() or not folder.is_relative_to(Path(gettempdir()).resolve()):
        return
    try:
        os.kill(int((folder / "slurmctld.pid").read_text()), 0)
    except (OSError, ValueError):
        CONFIGURATION.unlink(missing_ok=True)
        GPUS.unlink(missing_ok=True)


drop_what_a_killed_session_left()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(MISSING), reason="no SLURM: install Debian's packages slurm-wlm and munge"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start SLURM's daemons"),
    pytest.mark.skipif(CONFIGURATION.exists(), reason="this machine has a SLURM of its own"),
]

SETTINGS = """\
ClusterName=test
SlurmctldHost=localhost
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobs.txt
MpiDefault=none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
GresTypes=gpu
NodeName=localhost CPUs=2 RealMemory=20000 Gres=gpu:2
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
"""


def call(*command: str) -> str:
    return output(run(Path(), *command))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running single-node SLURM, with a munge of its own."""
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(mode=0o700)
    (folder / "slurm.conf").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.symlink_to(folder / "slurm.conf")
    (folder / "gres.conf").write_text("Name=gpu File=/dev/null\nName=gpu File=/dev/zero\n", encoding="utf-8")
    GPUS.symlink_to(folder / "gres.conf")
    try:
        munge = folder / "munge"
        call("mungekey", "--create", "--keyfile", str(munge / "key"))
        files = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
        call("munged", "--force", *(f"--{option}={munge / name}" for option, name in files.items()))
        call("slurmctld")
        call("slurmd", "-N", "localhost")
        wait_until(lambda: "idle" in call("sinfo", "--noheader"), seconds=30)
        yield folder
        call("scancel", "--user=root", "--signal=KILL", "--full")
    finally:
        for pid in (folder / "slurmd.pid", folder / "slurmctld.pid", folder / "munge" / "pid"):
            with suppress(OSError, ValueError):
                os.kill(int(pid.read_text()), signal.SIGTERM)
        CONFIGURATION.unlink()
        GPUS.unlink()


def job_of(objective: str) -> str:
    """The number of the running job that trains with the objective; nothing where there is none."""
    queue = call("squeue", "--noheader", "--states=RUNNING", "--format=%i %k").splitlines()
    return next((line.split()[0] for line in queue if "train" in line and objective in line), "")


def test_jobs_go_through_the_queue_and_a_killed_one_resumes(cluster: Path, tmp_path: Path) -> None:
    project = copy_slow_project(tmp_path / "project")
    local = Path(shutil.copytree(project, project.parent / "local"))
    changes = ["--config", "preset=smoke", 'training={"device": "cpu"}']  # SLURM's two GPUs are none
    command = [sys.executable, "-m", "snakemake", "--profile", "workflow/profiles/slurm", TARGET, *changes]
    # A SLURM without accounting, asked often.
    command += ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "3"]
    command += ["--seconds-between-status-checks", "3"]
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    with (
        (project.parent / "output.txt").open("w+") as printed,
        subprocess.Popen(command, cwd=project, stdout=printed, stderr=subprocess.STDOUT, env=environment) as scheduler,
    ):
        try:
            checkpoint = project / f"checkpoints/smoke/{READING}/mnist/augmented/m16/seed1.safetensors"
            wait_until(lambda: all(map(job_of, OBJECTIVES)), seconds=300)  # at once, each on a GPU of its own
            wait_until(lambda: checkpoint.exists() and job_of("augmented"), seconds=300)
            call("scancel", "--signal=KILL", "--full", job_of("augmented"))
            assert scheduler.wait(timeout=240) == 0, printed.seek(0) or printed.read()[-3000:]
        finally:
            scheduler.kill()  # it waits for its jobs when it is asked politely

    log = (project / f"logs/smoke/{READING}/train/mnist/augmented/m16/seed1.log").read_text(encoding="utf-8")
    assert "from iteration" in log
    assert not checkpoint.exists()
    finished = (cluster / "jobs.txt").read_text(encoding="utf-8")
    assert finished.count("JobState=COMPLETED") == 4  # prepare_data, two trainings, the figure
    assert finished.count("JobId=") == 5

    output(snakemake(local, TARGET, *changes))
    assert contents(project, "smoke") == contents(local, "smoke")
