"""Every number that README states is held to where it comes from."""

import re

import numpy as np
import pandas as pd
import pytest
from pages import by_hand, prose, section
from projects import ROOT, RULES

from pseudo_rd.claims.evidence import part_of
from pseudo_rd.claims.measures import explained
from pseudo_rd.claims.statements import CLAIMS
from pseudo_rd.claims.whole import ends, whole_trainings
from pseudo_rd.figures.price import prices
from pseudo_rd.multiverse.controls import at_equal_distance
from pseudo_rd.multiverse.verdicts import outcomes_of
from pseudo_rd.neurons.neighbors import neighbors_kept
from pseudo_rd.parameters.plain_yaml import read_parameters
from pseudo_rd.parameters.vocabulary import LAYERS, OBJECTIVES
from pseudo_rd.results.files import read_json, read_npz, read_summary, read_table
from pseudo_rd.results.runs import Run

DISTANCES = ("distance_hidden", "distance_top")


def page(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def assert_told(name: str, *words: str) -> None:
    told = page(name)
    for each in words:
        assert each in told, f"{name} does not say: {each}"


# What README says, where it comes from, and what stands there.
STATED = {
    "(AAAI 2021, [arXiv 2010.00521]": ("CITATION.cff", "year: 2021", "arxiv.org/abs/2010.00521"),
    "https://arxiv.org/abs/2010.00521": ("CITATION.cff", "url: https://arxiv.org/abs/2010.00521"),
    "all 27 figures": ("docs/files.md", "fig01 to fig27"),
    "32 neurons, one start": ("params.yaml", "mnist: {widths: [32], seeds: [1], epochs: 1045"),
    "Python 3.11 to 3.13": ("pyproject.toml", 'requires-python = ">=3.11,<3.14"'),
    "7 GB of disk": ("docs/performance.md", "The packages take 7 GB of disk"),
    "about 4 minutes on two cores": ("docs/performance.md", "takes about 4 minutes on two cores"),
}


def readme() -> str:
    """Without commands, words in backticks, and the answer (held by test_commands_publish)."""
    text = by_hand(prose(ROOT / "README.md")).replace("CIFAR10", "")
    return " ".join(re.sub(r"`[^`\n]*`", "", text).split())


@pytest.mark.parametrize("words", STATED)
def test_a_number_in_readme_is_that_of_its_source(words: str) -> None:
    assert words in readme(), "README does not say it any more: take it out of the table"
    assert_told(*STATED[words])


def test_no_number_in_readme_is_without_a_source() -> None:
    left = readme()
    for words in STATED:
        left = left.replace(words, "")
    found = re.findall(r"[^ ]* ?[^ ]*\d[^ ]* ?[^ ]*", left)
    assert not found, f"README.md: say in this test where these come from: {found}"


def test_the_rates_of_change_are_those_of_the_published_simulations() -> None:
    told = page("docs/experiments.md")
    for figure in (24, 25, 26, 27):
        simulation = read_npz(ROOT / "docs" / "results" / "quick" / "simulations" / f"gray_scott_fig{figure}.npz")
        rates = [f"{simulation[f'{start}_change']:.0e}".replace("e-0", "e-") for start in ("printed", "perturbed")]
        assert re.search(rf"\b{figure} {' / '.join(rates)}", told), (figure, rates)


def measured(page_of: str) -> dict[str, list[float]]:
    """The numbers of each claim of a published page that was measured."""
    rows = read_json(ROOT / "docs" / "results" / page_of / "claims.json")["claims"]
    return {row["name"]: row["values"] for row in rows if row["values"]}


def means(page_of: str) -> dict[str, float]:
    return {name: float(np.mean(values)) for name, values in measured(page_of).items()}


def test_what_is_said_of_claims_is_so() -> None:
    told = page("docs/claims.md")
    assert "Three statements are not the paper's as printed" in told
    assert sum(claim.corrected for claim in CLAIMS) == 3
    assert "falls about as m^-0.5" in told
    assert round(means("night/printed")["theorem-2-narrow"], 1) == -0.5


def test_the_narrow_network_ends_as_the_published_claims_say() -> None:
    def between(page_of: str, name: str) -> str:
        values = measured(page_of)[name]
        assert len(values) == 3
        return " to ".join(dict.fromkeys(f"{value:.2f}" for value in (min(values), max(values))))

    error, top, slope = "discussion-mnist-narrow-as-good", "figure-17-top-farther", "figure-17-linear"
    assert_told(
        "docs/claims.md",
        f"neither is from each of three starts ({between('full/printed', top)} times as far, "
        f"a slope {between('full/printed', slope)} times as large)",
        f"error is {between('night/printed', error)} times as large with the critic after 50 epochs and "
        f"{between('full/printed', error)} times after all (`printed`, three starts)",
    )


def test_the_kindest_reading_comes_out_as_the_published_runs_say() -> None:
    folder = ROOT / "docs" / "results" / "full" / "gentle"
    full, counts = means("full/gentle"), read_json(folder / "claims.json")["counts"]
    images = [row for row in ends(whole_trainings(folder)) if row["width"] == 64]
    assert [(row["dataset"], row["seeds"], row["epochs"]) for row in images] == [
        (name, 3, 1000) for name in ("mnist", "fashion-mnist")
    ]
    over = {
        name: [row[name][1] / row[name][0] for row in images]
        for name in ("distance_hidden", "distance_top", "test_error", "variance")
    }
    farther = over["distance_hidden"] + over["distance_top"]
    assert {f"{full[f'error-2300-{objective}']:.3f}" for objective in OBJECTIVES} == {"0.016"}
    assert_told(
        "docs/results.md",
        "0.016 after 2,300 iterations, with the critic and without",
        f"hidden layer is {full['figure-3-hidden-farther']:.2f} times as far and the top layer "
        f"{full['figure-3-top-farther']:.2f} times, at {full['discussion-synthetic-784-as-good']:.2f} times the error",
        f"the layers go {min(farther):.2f} to {max(farther):.2f} times as far, at "
        "{:.2f} and {:.2f} times the error".format(*over["test_error"]),
        "Filters vary more, {:.2f} and {:.2f} times".format(*over["variance"]),
        f"({100 * full['figure-3-settles']:.0f} % of it",
        f"({100 * full['diffusion-small-hidden']:.0f} % and {100 * full['diffusion-small-top']:.0f} %)",
        f"Of {counts['reproduced'] + counts['not reproduced']} claims judged on the paper's own width "
        f"[{counts['reproduced']} are reproduced]",
    )
    assert max(abs(row["moran"][1] - row["moran"][0]) for row in images) < 0.01


def test_what_the_screening_for_a_third_reading_found_is_said() -> None:
    table = pd.read_csv(ROOT / "docs" / "results" / "quick" / "gentle" / "screening.csv")
    kept = table[(table["error_ratio"] <= 1.05) & (table[["hidden_ratio", "top_ratio"]].min(axis=1) >= 1.04)]
    assert len(kept) == 7
    assert {*kept["bound_reading"]} == {"target"} and {*kept["loss"]} == {"element"}
    trained = pd.read_csv(ROOT / "docs" / "results" / "quick" / "gentle" / "candidates.csv")
    trained["least"] = trained[["hidden_ratio", "top_ratio"]].min(axis=1)
    starts = ["generator_start", "critic_start"]
    sound = trained[trained["seed"] == 1].groupby(starts).filter(lambda rows: (rows["ended"] == "finished").all())
    assert (sound["error_ratio"] <= 1.05).all() and (sound.groupby(starts).size() == 3).all()
    least = sound.groupby(starts)["least"].min()
    first, second = (("framework", start) for start in ("framework-scaled", "xavier"))
    of_starts = trained[trained["dataset"] == "mnist"].groupby(starts)["least"].mean()
    assert_told(
        "docs/readings.md",
        f"{len(table)} readings on MNIST's 4,000 digits",
        "Seven end with an error at most 5 % larger and both layers at least 4 % farther",
        f"{least[first]:.3f} (`gentle`), {least[second]:.3f} (a critic that starts `xavier`), "
        f"{least['xavier', 'xavier']:.2f} (both `xavier`) and {least['framework', 'framework']:.2f} times",
        f"{of_starts[first]:.3f} for `gentle` and {of_starts[second]:.3f} for the next",
    )


def test_the_third_reading_is_confirmed_as_often_as_is_said() -> None:
    pairs: dict[tuple[str, int, int], dict[str, pd.Series]] = {}
    for run in whole_trainings(ROOT / "docs" / "results" / "full" / "gentle"):
        pairs.setdefault((run.dataset, run.width, run.seed), {})[run.objective] = run.history.iloc[-1]
    over = [
        {name: pair["augmented"][name] / pair["supervised"][name] for name in (*DISTANCES, "test_error")}
        for pair in pairs.values()
    ]
    lost = [
        100 * (pair["supervised"]["test_accuracy"] - pair["augmented"]["test_accuracy"])
        for (dataset, *_), pair in pairs.items()
        if not dataset.startswith("synthetic")
    ]
    farther = sum(all(each[name] >= 1.05 for name in DISTANCES) for each in over)
    worst = 100 * (max(each["test_error"] for each in over) - 1)
    stand_in = means("quick/gentle")["figure-16-hidden-farther"]
    runs = ROOT / "docs" / "results" / "quick" / "gentle" / "runs" / "cifar10"
    without, with_critic = (
        read_table(runs / objective / "m64" / "seed1" / "history.parquet").iloc[-1]["test_error"]
        for objective in OBJECTIVES
    )
    assert_told(
        "docs/readings.md",
        f"of {len(over)} pairs",
        f"both layers end at least 5 % farther in {farther}; the error is at most {worst:.1f} % larger in all, "
        f"the accuracy of images {min(lost):.2f} to {max(lost):.2f} points lower",
        f"{100 * (stand_in - 1):.0f} % farther at a {100 * (with_critic / without - 1):.1f} % larger error",
    )


def test_what_verdicts_hang_on_is_told_with_its_numbers() -> None:
    evening = read_json(ROOT / "docs/results/evening/pytorch/claims.json")
    kept = {row["name"]: row["values"][0] for row in evening["claims"] if "hidden-" in row["name"] and row["values"]}
    before, after = (f"{100 * evening['accuracy']['fashion-mnist'][name]:.1f} %" for name in OBJECTIVES)
    chance = 10 / 255  # ten neighbours among 256 neurons
    lost = []
    for figure in (21, 22):
        could = kept[f"figure-{figure}-hidden-kept-without"] - chance
        lost.append(f"{100 * kept[f'figure-{figure}-hidden-broken-with'] / could:.0f}")
    assert_told(
        "docs/claims.md",
        f"{before} and {after} at {means('evening/pytorch')['discussion-fashion-mnist-as-good']:.2f} times the error",
        f"{kept['figure-21-hidden-kept-without']:.2f} are, by chance {chance:.2f}",
        f"It takes {lost[0]} % of those above chance, on FashionMNIST {lost[1]} %",
    )
    fits, diffusion = {}, {}
    for folder in ("night/printed", "full/gentle", "full/pytorch"):
        runs = [run for run in whole_trainings(ROOT / "docs/results" / folder) if run.dataset.startswith("synthetic")]
        runs = [run for run in runs if (run.width, run.objective) == (8192, "augmented")]
        for last in (100, 200, 500, 2300, 23000):
            fits[folder, last] = [r2 for name in DISTANCES for r2 in explained(runs, "augmented", name, last)]
        diffusion[folder] = [
            run.history[f"diffusion_{layer}"][1:].median() / run.history[f"reaction_{layer}"].max()
            for run in runs
            for layer in LAYERS
        ]
    between = {name: f"{min(shares):.2f} to {max(shares):.2f}" for name, shares in (diffusion | fits).items()}
    assert_told(
        "docs/claims.md",
        f"is {between['night/printed']} under `printed` and {between['full/gentle']} under `gentle`, but "
        f"{between['full/pytorch']} under `pytorch`",
        f"over all 23,000 is {between['full/pytorch', 23000]} under `pytorch` and {between['full/gentle', 23000]} "
        "under `gentle`; under `printed` it is below 0.75 in every window",
    )
    assert max(max(shares) for (folder, _), shares in fits.items() if folder == "night/printed") < 0.75


def test_what_each_choice_explains_is_that_of_the_published_studies() -> None:
    found: dict[str, list[str]] = {}
    for preset in ("quick", "night"):
        decompositions = read_json(ROOT / "docs" / "results" / preset / "multiverse.json")["decompositions"]
        widest = {told["dataset"]: told["width"] for told in sorted(decompositions, key=lambda told: told["width"])}
        found[preset] = []
        for told in decompositions:
            if told["width"] == widest[told["dataset"]] and told["quantity"] in ("distance_hidden", "variance"):
                shares = {effect["factor"]: effect["shapley"] for effect in told.get("effects", [])}
                found[preset] += [f"{100 * shares['bound_reading']:.0f}"] if shares else []
                assert max(shares, key=shares.__getitem__, default="bound_reading") == "bound_reading"
    synthetic, mnist, variance = found["quick"]
    assert_told(
        "docs/results.md",
        f"{synthetic} % on synthetic data and {mnist} % on MNIST, of how much more filters vary {variance} %",
        "{}, {} and {} %".format(*found["night"]),
    )


def test_errors_in_print_are_counted() -> None:
    failing, loose = (ROOT / "docs/paper-errata.md").read_text(encoding="utf-8").split("## Bounds")
    assert [part.count("| `test_") for part in (failing, loose)] == [12, 3]
    told = "twelve statements that are false as printed (two are misprints) and three loose bounds"
    assert_told("docs/results.md", told)


def test_neighbours_are_kept_as_the_published_maps_say() -> None:
    kept: dict[tuple[str, str], list[float]] = {}
    for path in (ROOT / "docs/results/night/printed/patterns").glob("*/*/m8192/seed1/first_maps.npz"):
        if path.parts[-5] != "cifar10":
            for layer, maps in ((layer, read_npz(path)[layer]) for layer in LAYERS):
                kept.setdefault((layer, path.parts[-4]), []).append(neighbors_kept(maps[0], maps[-1]))
    assert [len(shares) for shares in kept.values()] == [4] * 4
    hidden = [share for (layer, _), shares in kept.items() if layer == "hidden" for share in shares]
    without, with_critic = (
        f"{min(shares):.2f} to {max(shares):.2f}" for shares in (kept["top", objective] for objective in OBJECTIVES)
    )
    assert_told(
        "docs/experiments.md",
        f"the hidden layer keeps {min(hidden):.2f} to {max(hidden):.2f} without and with the critic, "
        f"the top layer {without} without and {with_critic} with it",
    )


def test_what_is_published_of_cifar10_is_said_where_the_data_are_called_complete() -> None:
    [source] = {
        read_summary(path.parent)["dataset"]["source"]
        for path in (ROOT / "docs" / "results").glob("night/*/runs/cifar10/*/*/*/summary.json")
    }
    part = part_of(source).split(" to train")[0]
    for name in ("docs/results.md", "params.yaml"):
        whole = page(name).replace("# ", "")
        assert whole.count("complete MNIST and FashionMNIST") == whole.count(part) == 1, f"{name} does not say {part}"


def test_rules_ask_a_cluster_for_what_the_page_says() -> None:
    told = dict(re.findall(r"^\| (`.*?|every other) \| (.*) \|$", section(ROOT / "docs/run.md", "SLURM"), re.MULTILINE))
    named = {rule for names in told for rule in re.findall(r"`(\w+)`", names)}
    rules = RULES | {"train_beyond": RULES["train"]}  # use rule train as train_beyond with
    several = {rule for rule, body in rules.items() if re.search(r"threads: (?!1$)", body, re.MULTILINE)}
    assert several == {
        rule for rule in named if any("`training.threads` cores" in told[row] for row in told if rule in row)
    }
    assert {rule for rule, body in rules.items() if "    resources:" in body} == named


def controls(folder: str) -> dict[str, pd.DataFrame]:
    """Means over the three starts of each way of training that is published in docs/results/<folder>/controls."""
    cases = {}
    for name in ("without", "with", "step-2", "step-4", "frozen"):
        tables = [read_table(path) for path in sorted((ROOT / f"docs/results/{folder}/controls/{name}").iterdir())]
        assert len(tables) == 3
        cases[name] = sum(table.select_dtypes("number") for table in tables) / len(tables)
    return cases


def test_what_is_said_of_the_change_of_filters_is_what_was_trained() -> None:
    ends = {name: case.iloc[-1] for name, case in controls("evening/glorot").items()}
    three = [ends[name] for name in ("without", "with", "step-4")]
    change = {}
    for dataset in ("mnist", "fashion-mnist"):
        for objective in OBJECTIVES:
            runs = ROOT / f"docs/results/full/pytorch/runs/{dataset}/{objective}/m256"
            tables = [read_table(runs / f"seed{seed}" / "history.parquet").set_index("iteration") for seed in (2, 3)]
            change[dataset, objective] = np.mean([table["moran_change"][20_091] for table in tables])
    assert_told(
        "docs/experiments.md",
        "{:.2f} without the critic, {:.2f} with it, {:.2f} at four".format(*(end["moran"] for end in three)),
        "it is {:.2f}, {:.2f} and {:.2f}".format(*(end["moran_change"] for end in three)),
        "{:.2f} without, {:.2f} with on MNIST, {:.2f} and {:.2f} on FashionMNIST".format(*change.values()),
    )


def assert_filters_end_as_they_started(runs: list[Run]) -> None:
    """By what the claims of Figure 10 ask for: 1.05 times the variance, 0.05 of Moran's I."""
    for run in runs:
        start, *_, end = run.history.dropna(subset="moran")[["variance", "moran"]].to_numpy()
        assert 1 / 1.05 < end[0] / start[0] < 1.05
        assert abs(end[1] - start[1]) < 0.05


def test_what_is_said_of_whole_trainings_to_the_letter_is_what_was_trained() -> None:
    runs = {run.objective: run for run in whole_trainings(ROOT / "docs/results/full/printed") if run.width == 256}
    assert_told(
        "docs/results/full/printed/README.md",
        "{:.2f} without the critic, {:.2f} with it; 256 neurons".format(
            *(runs[objective].at_end("moran_change") for objective in OBJECTIVES)
        ),
    )
    assert_filters_end_as_they_started([*runs.values()])


def test_the_papers_width_under_gentle_ends_as_the_page_says() -> None:
    runs = {run.objective: run for run in whole_trainings(ROOT / "docs/results/night/gentle")}
    supervised, augmented = (runs[objective].history.iloc[-1] for objective in OBJECTIVES)
    ratio = augmented / supervised
    assert supervised["epoch"] == 50
    assert f"{augmented['test_accuracy']:.1%}" == f"{supervised['test_accuracy']:.1%}"
    assert_told(
        "docs/results/full/gentle/README.md",
        f"the hidden layer is {ratio['distance_hidden']:.2f} times as far with the critic, the top layer "
        f"{ratio['distance_top']:.2f} times, at {ratio['test_error']:.3f} times the error and "
        f"{100 * augmented['test_accuracy']:.1f} % accuracy without and with it",
    )
    assert_filters_end_as_they_started([*runs.values()])


def test_filters_are_smoother_at_an_equal_distance_as_the_page_says() -> None:
    pages = [
        pd.concat(read_table(path) for path in (ROOT / f"docs/results/{folder}/controls").glob("*/*.parquet"))
        for folder in ("evening/glorot", "quick/pytorch", "quick/glorot")
    ]
    words = []
    for case in ("without", "step-4"):
        for column in ("moran", "moran_change"):
            higher = [value for page in pages for value in at_equal_distance(page, (case, "with"), column)]
            assert len(higher) == 9
            assert min(higher) > 0
            words.append(f"{min(higher):.3f} to {max(higher):.3f}")
    names = ["iteration", "test_error"]
    plain, step = [], []  # the critic's time and error over theirs, where both have gone as far
    for _, rows in (group for page in pages for group in page.groupby("seed")):
        for case, ratios in (("without", plain), ("step-4", step)):
            sides = [rows[rows["case"] == name] for name in (case, "with")]
            distance = min(side["distance_hidden"].max() for side in sides)
            other, critic = (
                [np.interp(distance, side["distance_hidden"], side[name]) for name in names] for side in sides
            )
            ratios.append(np.divide(critic, other))
    times, errors = zip(*plain, strict=True)
    assert 0.3 < min(times) < max(times) < 0.36
    assert np.min(step) > 1
    assert_told(
        "docs/experiments.md",
        f"filters by {words[0]}, their change by {words[1]}; in a third of the time, at {min(errors):.0f} to "
        f"{max(errors):.0f} times the error",
        f"filters by {words[2]}, their change by {words[3]}; later, at a larger error",
    )


def test_what_is_said_of_controls_and_dial_is_what_was_trained() -> None:
    quick, cases = ROOT / "docs/results/quick", controls("quick/pytorch")
    ends = {name: case.iloc[-1] for name, case in cases.items()}
    ratio = cases["with"]["distance_hidden"] / cases["without"]["distance_hidden"]
    at = dict(zip(cases["with"]["iteration"].astype(int), ratio, strict=True))
    far = {name: np.interp(12, case["distance_hidden"], case["moran"]) for name, case in cases.items()}
    as_good = {  # the critic's error first rises
        name: np.interp(-0.0137, -case["test_error"][2:], case["distance_hidden"][2:]) for name, case in cases.items()
    }
    dial = read_table(quick / "multiverse/dial/mnist/m32/seed1.parquet").sort_values("iteration")
    end = dial.groupby(["objective", "bound_reading", "bound", "gradient_penalty_weight"]).last()
    without, notches = end.loc["supervised"], end.loc["augmented"]
    farther = (notches["distance_hidden"] / without["distance_hidden"])["target"].droplevel(1)
    lost = 100 * (without["test_accuracy"] - notches["test_accuracy"])
    assert 0.99 < dial["iteration"].max() / (117_000 * (32 / 8192) ** 0.5) < 1.01
    assert_told("README.md", "32 neurons, one start, the paper's time")
    assert_told("docs/results.md", f"norm L, buys less distance; none of these costs more than {lost.max():.1f} points")
    assert_told(
        "docs/experiments.md",
        f"({ends['step-4']['distance_hidden']:.1f} against {ends['with']['distance_hidden']:.1f})",
        f"{100 * ends['step-4']['test_accuracy']:.1f} % against {100 * ends['with']['test_accuracy']:.1f} %",
        f"at distance 12 Moran's I is {far['step-4']:.2f}, with the critic {far['with']:.2f}",
        f"({as_good['with']:.1f} against {as_good['step-4']:.1f})",
        f"(accuracy {100 * ends['frozen']['test_accuracy']:.1f} %)",
        f"the critic's network is {at[105]:.2f} times as far, after 1,050 only {at[1050]:.2f} times",
        f"rises to {at[5250]:.2f} at 5,250 and falls to {ratio.iloc[-1]:.2f}",
        f"{farther[0.1]:.2f} times as far instead of {farther[1.0]:.2f} times",
        f"no notch costs more than {lost.max():.1f} points",
    )


def test_readings_that_pay_for_the_distance_are_counted() -> None:
    paths = sorted((ROOT / "docs/results/quick/multiverse/readings/mnist").glob("m32/*.parquet"))
    histories, choices = pd.concat(map(read_table, paths)), [*read_parameters(ROOT / "params.yaml")["choices"]]
    readings = prices(outcomes_of(histories, choices), choices)
    farther = readings[(readings["fate"] == "finished") & (readings["accuracy"] >= 0.5) & (readings["farther"] >= 1.05)]
    told = f"Of {len(farther)} readings that learn and go 5 % farther, {sum(farther['lost'] > 1)} pay more than a point"
    assert_told("docs/results.md", told)
