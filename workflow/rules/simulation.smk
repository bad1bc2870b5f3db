# Constants of the two reaction-diffusion systems in (Figures 18, 24-27); snapshots of both fields out.
# Each job is handed its own constants alone: a change of one pair leaves the other pairs' results as they are.
def turing_setting(wildcards):
    return {key: value for key, value in section("turing")(wildcards).items() if key != "constants"}


def gray_scott_setting(wildcards):
    return {key: value for key, value in section("gray_scott")(wildcards).items() if key != "pairs"}


rule simulate_turing:
    output:
        fields="results/{preset}/simulations/turing_{constants}.npz",
    wildcard_constraints:
        constants="|".join(parameters(PRESET).turing.constants),
    params:
        setting=turing_setting,
        constants=lambda wildcards: section("turing")(wildcards)["constants"][wildcards.constants],
    script:
        "../../scripts/simulate_turing.py"


rule simulate_gray_scott:
    output:
        fields="results/{preset}/simulations/gray_scott_{pair}.npz",
    wildcard_constraints:
        pair="|".join(parameters(PRESET).gray_scott.pairs),
    params:
        setting=gray_scott_setting,
        rates=lambda wildcards: section("gray_scott")(wildcards)["pairs"][wildcards.pair],
    script:
        "../../scripts/simulate_gray_scott.py"
