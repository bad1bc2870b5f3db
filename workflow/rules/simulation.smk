# Constants of the two reaction-diffusion systems in (Figures 18, 24-27); snapshots of both fields out.
rule simulate_turing:
    input:
        sources=package_sources("reaction_diffusion", "files", "stage"),
    output:
        fields="results/{preset}/simulations/turing_{constants}.npz",
    log:
        "logs/{preset}/simulate_turing/{constants}.log",
    benchmark:
        "results/{preset}/benchmarks/simulate_turing/{constants}.tsv"
    wildcard_constraints:
        constants="|".join(parameters(PRESET).turing.constants),
    params:
        turing=section("turing"),
    script:
        "../../scripts/simulate_turing.py"


rule simulate_gray_scott:
    input:
        sources=package_sources("reaction_diffusion", "files", "stage"),
    output:
        fields="results/{preset}/simulations/gray_scott_{pair}.npz",
    log:
        "logs/{preset}/simulate_gray_scott/{pair}.log",
    benchmark:
        "results/{preset}/benchmarks/simulate_gray_scott/{pair}.tsv"
    wildcard_constraints:
        pair="|".join(parameters(PRESET).gray_scott.pairs),
    params:
        gray_scott=section("gray_scott"),
    script:
        "../../scripts/simulate_gray_scott.py"
