# Theory in numbers: the theorems' own setting (docs/theory.md).
rule theory:
    input:
        files_of("theory"),


rule study_flow:
    output:
        flow="results/{preset}/theory/flow.npz",
    threads: 1
    params:
        theory=value_of("theory"),
    script:
        "../../scripts/study_flow.py"
