# Constants of the two reaction-diffusion systems in (Figures 18, 24-27); snapshots of both fields out.
# Each job is handed its own constants alone: a change of one pair leaves the other pairs' results as they are.
turing_setting = value_of("turing", without=["constants"])
gray_scott_setting = value_of("gray_scott", without=["pairs"])


rule simulate_turing:
    output:
        fields="results/{preset}/simulations/turing_{constants}.npz",
    wildcard_constraints:
        constants="|".join(parameters(PRESET).turing.constants),
    params:
        setting=turing_setting,
        constants=lambda wildcards: value_of("turing.constants")(wildcards)[wildcards.constants],
    script:
        "../../scripts/simulate_turing.py"


rule simulate_gray_scott:
    output:
        fields="results/{preset}/simulations/gray_scott_{pair}.npz",
    wildcard_constraints:
        pair="|".join(parameters(PRESET).gray_scott.pairs),
    params:
        setting=gray_scott_setting,
        rates=lambda wildcards: value_of("gray_scott.pairs")(wildcards)[wildcards.pair],
    script:
        "../../scripts/simulate_gray_scott.py"
