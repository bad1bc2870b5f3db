"""The Kubernetes profile with a stand-in for `kubectl`, which runs each job here: no cluster is at hand.

What is shown is what Snakemake and the profile do; that a cluster takes the manifest is not.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from projects import contents, copy_slow_project, snakemake

TARGET = "results/smoke/figures/fig17.png"  # two trainings and what stands around them
PROFILE = Path("workflow/profiles/kubernetes")

KUBECTL = """\
#!{python}
import os, subprocess, sys, yaml
from pathlib import Path

jobs, (command, *arguments) = Path({jobs!r}), sys.argv[1:]
if command == "create":
    assert arguments == ["--output", "name", "--filename", "-"], arguments
    job, text = f"pseudo-rd-{{len(list(jobs.glob('*.yaml')))}}", sys.stdin.read()
    (jobs / f"{{job}}.yaml").write_text(text)
    container = yaml.safe_load(text)["spec"]["template"]["spec"]["containers"][0]
    run = f"{{container['command'][0]}} {{container['command'][1]}}; echo $? > {{jobs / job}}.ended"
    with open(jobs / f"{{job}}.log", "w") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", run], cwd=container["workingDir"], stdout=log, stderr=log, start_new_session=True
        )
    (jobs / f"{{job}}.group").write_text(str(process.pid))
    print(f"job.batch/{{job}}")
elif command == "get":
    job = jobs / arguments[0].removeprefix("job.batch/")
    if not job.with_suffix(".yaml").exists():
        sys.exit(f'Error from server (NotFound): jobs.batch "{{job.name}}" not found')
    ended = job.with_suffix(".ended")
    group = int(job.with_suffix(".group").read_text())
    alive = Path(f"/proc/{{group}}").exists()
    succeeded = ended.exists() and ended.read_text() == "0\\n"
    print(f"{{1 if succeeded else ''}}/{{'' if succeeded or alive else 1}}", end="")
elif command == "delete":
    (jobs / "deleted").write_text(" ".join(arguments))
"""


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in leaves manifests, logs and process groups."""
    jobs, commands = tmp_path / "jobs", tmp_path / "bin"
    jobs.mkdir()
    commands.mkdir()
    (commands / "kubectl").write_text(KUBECTL.format(python=sys.executable, jobs=str(jobs)), encoding="utf-8")
    (commands / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    monkeypatch.setenv("PSEUDO_RD_CLAIM", "shared-claim")
    return jobs


def manifest_of(jobs: Path, number: int) -> dict:
    return yaml.safe_load((jobs / f"pseudo-rd-{number}.yaml").read_text(encoding="utf-8"))


def trains_augmented(jobs: Path, number: int) -> bool:
    (container,) = manifest_of(jobs, number)["spec"]["template"]["spec"]["containers"]
    return "objective=augmented" in Path(container["command"][1]).read_text(encoding="utf-8")


def call(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_manifest_asks_for_what_the_rule_asks_for(jobs: Path, tmp_path: Path) -> None:
    script = tmp_path / "job.sh"
    script.write_text("exit 0\n")
    assert call(str(PROFILE.absolute() / "submit"), "2", "7096", "720", "1", str(script)) == "job.batch/pseudo-rd-0\n"
    job = manifest_of(jobs, 0)
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    assert (job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]) == (0, 720 * 60)
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["command"] == ["/bin/sh", str(script)]
    assert container["workingDir"] == str(Path.cwd())
    assert container["resources"] == {
        "requests": {"cpu": 2, "memory": "7096M"},
        "limits": {"memory": "7096M", "nvidia.com/gpu": 1},
    }
    assert pod["volumes"] == [{"name": "shared", "persistentVolumeClaim": {"claimName": "shared-claim"}}]
    assert container["volumeMounts"] == [{"name": "shared", "mountPath": "/shared"}]


def test_without_a_claim_nothing_is_submitted(jobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PSEUDO_RD_CLAIM")
    asked = subprocess.run([PROFILE.absolute() / "submit", "1", "1", "1", "0", "x"], capture_output=True, text=True)
    assert asked.returncode != 0
    assert "PSEUDO_RD_CLAIM: names the claim of the volume" in asked.stderr
    assert list(jobs.iterdir()) == []


def test_a_job_that_is_gone_has_failed_and_a_silent_cluster_is_asked_again(jobs: Path) -> None:
    assert call(str(PROFILE.absolute() / "status"), "job.batch/pseudo-rd-7") == "failed\n"
    (jobs.parent / "bin" / "kubectl").write_text(
        "#!/bin/sh\necho 'Unable to connect to the server: timeout' >&2; exit 1\n"
    )
    assert call(str(PROFILE.absolute() / "status"), "job.batch/pseudo-rd-7") == "running\n"


@pytest.mark.slow
def test_a_job_whose_pod_dies_is_submitted_again_and_goes_on(jobs: Path, tmp_path: Path) -> None:
    project = copy_slow_project(tmp_path / "project")
    local = Path(shutil.copytree(project, tmp_path / "local"))
    command = [sys.executable, "-m", "snakemake", "--profile", str(PROFILE), TARGET, "--config", "preset=smoke"]
    command += ["--seconds-between-status-checks", "1"]
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    checkpoint = project / "checkpoints/smoke/mnist/augmented/m16/seed1.safetensors"
    with (
        (tmp_path / "output.txt").open("w+") as output,
        subprocess.Popen(command, cwd=project, stdout=output, stderr=subprocess.STDOUT, env=environment) as scheduler,
    ):
        try:
            end = time.monotonic() + 120
            while not checkpoint.exists():
                assert time.monotonic() < end and scheduler.poll() is None, output.seek(0) or output.read()[-3000:]
                time.sleep(0.05)
            (number,) = (number for number in range(len(list(jobs.glob("*.yaml")))) if trains_augmented(jobs, number))
            os.killpg(int((jobs / f"pseudo-rd-{number}.group").read_text()), signal.SIGKILL)
            assert scheduler.wait(timeout=240) == 0, output.seek(0) or output.read()[-3000:]
        finally:
            scheduler.kill()
    log = (project / "logs/smoke/train/mnist/augmented/m16/seed1.log").read_text(encoding="utf-8")
    assert "going on from iteration" in log
    assert not checkpoint.exists()
    assert len(list(jobs.glob("*.yaml"))) == 5  # prepare_data, two trainings, one of them twice, the figure
    assert snakemake(local, TARGET, "--config", "preset=smoke").returncode == 0
    assert contents(project, "smoke") == contents(local, "smoke")
