# All that was found in; the companion out, pages that open without network (docs/run.md).
from hashlib import sha256
from os.path import relpath

SITE_TEXTS = [
    str(path)
    for pattern in ("README.md", "CHANGELOG.md", "CITATION.cff", "docs/*.md", "workflow/figures.yaml")
    for path in sorted(Path().glob(pattern))
]
SITE_LOOKS = [relpath(path) for kind in ("templates", "assets") for path in sorted((PACKAGE / "site" / kind).glob("*"))]


def shown_besides(wildcards):
    """What is shown as it lies there and made by other targets, with checksums: verdicts, films, other networks."""
    films = sorted(Path(f"results/{wildcards.preset}").glob("*/moving/*.mp4"))
    reports = sorted(Path(f"results/{wildcards.preset}").glob("*/report.html"))
    beyond = sorted(Path(f"results/{wildcards.preset}").glob("*/beyond/beyond.md"))
    return other_pages(wildcards) | {
        str(path): sha256(path.read_bytes()).hexdigest() for path in (*films, *reports, *beyond)
    }


rule site:
    input:
        f"results/{PRESET}/site/index.html",


rule build_site:
    input:
        pictures=[
            path
            for target in ("figures", "theory", "multiverse")
            for path in files_of(target)
            if path.endswith(".png")
        ],
        verdicts=[CLAIM_FILES[0], f"results/{PRESET}/multiverse.json"],
        readings=universe_histories,
        runs=all_run_files(HERE),
        texts=SITE_TEXTS,
        looks=SITE_LOOKS,
    output:
        index="results/{preset}/site/index.html",
    params:
        parameters=lambda wildcards: plain(parameters(wildcards.preset)),
        besides=shown_besides,
    script:
        "../../scripts/build_site.py"
