# All results in; the companion out, pages that open without network (docs/run.md).
from glob import glob

SITE_TEXTS = ["README.md", "CHANGELOG.md", "CITATION.cff", "workflow/figures.yaml", *sorted(glob("docs/*.md"))]
SITE_LOOKS = [relpath(path) for kind in ("templates", "assets") for path in sorted((PACKAGE / "site" / kind).glob("*"))]


def other_results(wildcards):
    """Results of other targets that the pages show where they exist, with checksums: verdicts, films, other networks."""
    patterns = "moving/*.mp4", "report.html", "beyond/beyond.md"
    paths = [path for name in patterns for path in sorted(Path(layout(wildcards).shared).glob(f"*/{name}"))]
    return other_pages(wildcards) | {str(path): sha256(path.read_bytes()).hexdigest() for path in paths}


rule site:
    input:
        f"{RESULTS.shared}/site/index.html",


rule build_site:
    input:
        pictures=[
            path for path in files_of("figures") + files_of("theory") + files_of("multiverse") if path.endswith(".png")
        ],
        verdicts=[CLAIM_FILES[0], f"{RESULTS.shared}/multiverse.json"],
        readings=universe_histories,
        runs=all_run_files(CURRENT),
        texts=SITE_TEXTS,
        looks=SITE_LOOKS,
    output:
        index="results/{preset}/site/index.html",
    params:
        parameters=lambda wildcards: plain(parameters(wildcards.preset)),
        others=other_results,
    script:
        "../../scripts/build_site.py"
