"""What people expect beside the code: how to cite it, what changed, what lies in data/, who runs the tests."""

import re
import shutil
import tomllib
from pathlib import Path

import yaml
from projects import ROOT, output, run

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_names_this_version_and_the_paper() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    # All that the Citation File Format 1.2.0 requires, and what must agree with the package.
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert (citation["title"], citation["version"]) == (PROJECT["name"], PROJECT["version"])
    assert citation["license"] == PROJECT["license"]
    (paper,) = citation["references"]
    assert paper["title"].startswith("Why Adversarial Interaction Creates Non-Homogeneous Patterns: A Pseudo-Reaction-")
    assert paper["authors"][0]["family-names"] == "Rout"


def test_the_changelog_has_this_version_below_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(PROJECT['version'])} - \d{{4}}-\d\d-\d\d", versions[1])


def test_the_hosted_workflow_runs_the_same_script_on_versions_that_are_supported() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1] == {"run": ".ci/run"}
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111  # executable
    first, end = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert job["strategy"]["matrix"]["python"] == [f"3.{first}", f"3.{int(end) - 1}"]


def test_the_hooks_before_a_commit_are_the_tools_of_make_lint() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    (lint,) = re.findall(
        r"^lint: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    # Snakemake's lint goes through pipes and takes longest: it is left to make.
    commands = [
        line.strip().replace("$(BIN)", ".venv/bin") for line in lint.splitlines() if line.startswith("\t$(BIN)")
    ]
    assert [hook["entry"] for hook in local["hooks"]] == commands


def test_slurm_gives_a_gpu_to_each_rule_that_takes_one_and_docs_say_how_to_give_none() -> None:
    rules = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    takers = re.findall(r"^rule (\w+):\n(?:(?!^\S).*\n)*?        gpu=gpus,", rules, flags=re.MULTILINE)
    takers += re.findall(rf"^use rule (?:{'|'.join(takers)}) as (\w+) with", rules, flags=re.MULTILINE)
    profile = yaml.safe_load((ROOT / "workflow/profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    assert profile["set-resources"] == {name: {"gpu": 1} for name in takers}
    page = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
    assert f"--set-resources {' '.join(f'{name}:gpu=0' for name in profile['set-resources'])} --" in page
    assert f"| {', '.join(f'`{name}`' for name in profile['set-resources'])} | one GPU" in page


def test_git_keeps_the_page_about_data_and_no_data(tmp_path: Path) -> None:
    output(run(tmp_path, "git", "init", "--quiet"))
    shutil.copy(ROOT / ".gitignore", tmp_path)
    data = ["data/raw/mnist.npz", "data/processed/quick/mnist.safetensors"]
    ignored = output(run(tmp_path, "git", "check-ignore", "data/README.md", *data))
    assert ignored.split() == data
