# Theory in numbers: the theorems' own setting, and every run's distances against Theorems 2 and 3 (docs/theory.md).
rule theory:
    input:
        files_of("theory"),
        f"{RESULTS.folder}/theory/fits.parquet",


rule study_flow:
    output:
        flow="results/{preset}/theory/flow.npz",
    threads: 1
    params:
        theory=value_of("theory"),
    script:
        "../../scripts/study_flow.py"


rule study_widths:
    input:
        files=all_run_files,
    output:
        fits="results/{preset}/{reading}/theory/fits.parquet",
    params:
        folders=all_runs,
    script:
        "../../scripts/study_widths.py"
