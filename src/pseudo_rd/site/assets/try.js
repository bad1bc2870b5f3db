"use strict";
// One reading of the paper at a time. What was trained stands in the page; what is chosen stands in the address.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const study = read("study"), says = read("says");
const form = document.getElementById("reading"), names = Object.keys(study.choices);
const byId = (id) => document.getElementById(id);

// Elements and drawings.
function build(parent, name, attributes = {}, text = "") {
  const drawn = name === "svg" || parent.namespaceURI.endsWith("svg");
  const made = drawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(text);
  parent.append(made);
  return made;
}

const short = (value) => value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
const digits = (value) => value === null ? "–" : Math.abs(value) < 1000 ? value.toPrecision(3) : short(value);
const percent = (value) => value === null ? "–" : `${(100 * value).toFixed(1)} %`;
const diverged = (run) => run.fate === "diverged";
const ratio = (pair, name) => pair && !pair.some(diverged) && pair[0][name] && pair[1][name] ? pair[1][name] / pair[0][name] : null;
const last = (series) => series[series.length - 1];

// A rectangle with axes. `x` and `y` say their lowest and highest value, labels, and how a value is written.
function axes(parent, words, x, y) {
  const [left, top, width, height] = [56, 26, 400, 210];
  const svg = build(parent, "svg", { role: "img", "aria-label": words, viewBox: `0 0 ${left + width + 14} ${top + height + 44}`, class: "plot" });
  const place = (axis, value) => ((axis.scale ?? Number)(value) - (axis.scale ?? Number)(axis.low)) / ((axis.scale ?? Number)(axis.high) - (axis.scale ?? Number)(axis.low));
  const at = { x: (value) => left + width * place(x, value), y: (value) => top + height * (1 - place(y, value)) };
  for (const tick of x.ticks) {
    build(svg, "line", { class: "rule", x1: at.x(tick), x2: at.x(tick), y1: top, y2: top + height });
    build(svg, "text", { class: "small", x: at.x(tick), y: top + height + 15, "text-anchor": "middle" }, x.write(tick));
  }
  for (const tick of y.ticks) {
    build(svg, "line", { class: "rule", x1: left, x2: left + width, y1: at.y(tick), y2: at.y(tick) });
    build(svg, "text", { class: "small", x: left - 6, y: at.y(tick) + 4, "text-anchor": "end" }, y.write(tick));
  }
  build(svg, "text", { class: "small", x: left + width / 2, y: top + height + 36, "text-anchor": "middle" }, x.label);
  build(svg, "text", { class: "small", x: 6, y: 14 }, y.label);
  return { svg, at };
}

function ticks(low, high) {
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, at) => (Math.ceil(low / step) + at) * step);
}

function curve(parent, layer, pair) {
  const high = 1.05 * Math.max(...pair.flatMap((run) => run[layer])) || 1, end = Math.max(...pair.flatMap((run) => run.iteration));
  const figure = build(parent, "figure");
  const words = `Distance of the ${layer} layer from its start over ${end} iterations: it ends at ${digits(last(pair[0][layer]))} without the critic, at ${digits(last(pair[1][layer]))} with it.`;
  const { svg, at } = axes(figure, words, { low: 0, high: end, ticks: ticks(0, end), write: (time) => time.toLocaleString("en"), label: "iteration" },
    { low: 0, high, ticks: ticks(0, high), write: short, label: `distance of the ${layer} layer from its start` });
  ["without", "with"].forEach((kind, which) => {
    const run = pair[which], points = run.iteration.map((time, step) => [time, run[layer][step]]).filter((point) => point[1] !== null);
    build(svg, "path", { class: `line ${kind}`, d: `M${points.map(([time, value]) => `${at.x(time)} ${at.y(value)}`).join("L")}` });
  });
}

// A reading is a list of option numbers; an address names the place and what differs from the printed options.
const same = (one, other) => one.every((option, at) => option === other[at]);
const numberOf = (options) => study.readings.findIndex((each) => same(each, options));
const differing = (one, other) => names.filter((_, at) => one[at] !== other[at]);
const optionOf = (options, name) => study.choices[name].options[options[names.indexOf(name)]];
const inWords = (options, which) => which.map((name) => `${name.replaceAll("_", " ")}: ${optionOf(options, name)}`).join(", ");
const runsOf = (place, number) => place.pairs[number]?.map((run) => study.runs[run]) ?? null;

function address(place, options) {
  const query = new URLSearchParams({ on: place.name });
  names.forEach((name, at) => { if (options[at]) query.set(name, study.choices[name].options[options[at]]); });
  return `#${query}`;
}

function chosen() {
  const query = new URLSearchParams(location.hash.slice(1));
  const place = study.places.find((each) => each.name === query.get("on"));
  if (!place) return { place: last(study.places), options: study.readings[last(Object.values(study.named)) ?? 0] };
  const numbered = (name) => Math.max(0, study.choices[name].options.indexOf(query.get(name)));
  return { place, options: names.map(numbered) };
}

function link(parent, place, options, text) {
  return build(parent, "a", { href: address(place, options) }, text);
}

function show() {
  const { place, options } = chosen(), number = numberOf(options), pair = number < 0 ? null : runsOf(place, number);
  form.elements.place.value = place.name;
  names.forEach((name, at) => { form.elements[name].value = options[at]; });
  document.querySelectorAll("#named a").forEach((each) => { each.href = address(place, study.readings[study.named[each.dataset.reading]]); });
  byId("said").replaceChildren();
  byId("outcome").hidden = !pair;
  if (!pair) return offerNearest(place, options);
  const name = Object.keys(study.named).find((each) => study.named[each] === number);
  const fate = pair.map((run, at) => run.fate === "finished" ? "" : ` The network ${at ? "with" : "without"} the critic ${run.fate}.`).join("");
  const far = pair.some(diverged) ? "distances cannot be compared" : `the hidden layer ends ${digits(ratio(ends(pair), "hidden"))} times as far from its start, the top layer ${digits(ratio(ends(pair), "top"))} times`;
  build(byId("said"), "strong", {}, `${name ? `The reading ${name}: with` : "With"} the critic ${far}; accuracy is ${percent(pair[0].test_accuracy)} without and ${percent(pair[1].test_accuracy)} with it.${fate}`);
  byId("curves").replaceChildren();
  ["hidden", "top"].forEach((layer) => curve(byId("curves"), layer, pair));
  showNumbers(pair);
  showStatements(place, number);
  showBeside(place, options, pair);
  showAmong(place, number);
}

function offerNearest(place, options) {
  const there = study.readings.filter((_, number) => place.pairs[number]);
  const least = Math.min(...there.map((each) => differing(each, options).length));
  build(byId("said"), "span", {}, "This combination was not trained: the study combines some choices and tries the others alone. Nearest: ");
  there.filter((each) => differing(each, options).length === least).slice(0, 3).forEach((each, at) => {
    byId("said").append(at ? "; " : "");
    link(byId("said"), place, each, inWords(each, differing(each, options)));
  });
}

const ends = (pair) => pair.map((run) => ({ ...run, hidden: last(run.hidden), top: last(run.top) }));

function showNumbers(pair) {
  const rows = [["test_accuracy", "Test accuracy", percent], ["test_error", "Test error", digits], ["hidden", "Distance, hidden layer", digits], ["top", "Distance, top layer", digits],
    ["moran", "Moran’s I of filters", digits], ["variance", "Variance of filters", digits]];
  const found = ends(pair), body = byId("numbers");
  body.replaceChildren();
  for (const [name, words, write] of rows) {
    if (found[0][name] === null && found[1][name] === null) continue;
    const row = build(body, "tr"), known = found[0][name] !== null && found[1][name] !== null, less = found[1][name] - found[0][name];
    const so = !known ? "–" : name === "test_accuracy" ? `${less < 0 ? "−" : "+"}${Math.abs(100 * less).toFixed(1)} points`
      : name === "moran" ? `${less < 0 ? "−" : "+"}${digits(Math.abs(less))}` : ratio(found, name) ? `${digits(ratio(found, name))} times` : "–";
    build(row, "th", { scope: "row" }, words);
    [write(found[0][name]), write(found[1][name]), so].forEach((text) => build(row, "td", {}, text));
  }
}

function showStatements(place, number) {
  byId("statements").replaceChildren();
  for (const { claim, verdicts } of place.statements) {
    const outcome = study.outcomes[verdicts[number]], lost = outcome === "died" || outcome === "diverged";
    const verdict = lost ? "not reproduced" : outcome, item = build(byId("statements"), "li");
    build(item, "span", { class: `verdict ${verdict.replace(" ", "-")}` }, verdict);
    item.append(" ");
    build(item, "a", { href: `claims/${claim}.html` }).innerHTML = says[claim];
    if (lost) item.append(` (a network ${outcome})`);
  }
}

function showBeside(place, options, pair) {
  const list = byId("beside");
  list.replaceChildren();
  byId("here").textContent = digits(ratio(ends(pair), "hidden"));
  study.readings.forEach((each, number) => {
    const which = differing(each, options), beside = runsOf(place, number);
    if (which.length !== 1 || !beside) return;
    const item = build(list, "li");
    link(item, place, each, inWords(each, which));
    item.append(` ${digits(ratio(ends(beside), "hidden"))}${beside.every((run) => run.fate === "finished") ? "" : " (a network died or diverged)"}`);
  });
}

function showAmong(place, number) {
  const points = study.readings.map((_, at) => {
    const pair = runsOf(place, at), gained = pair && ratio(ends(pair), "hidden");
    return gained && { at, gained, lost: 100 * (pair[0].test_accuracy - pair[1].test_accuracy), sound: pair.every((run) => run.fate === "finished") };
  }).filter(Boolean);
  const own = points.find((point) => point.at === number), range = (values) => [Math.min(...values), Math.max(...values)];
  const [low, high] = range(points.filter((point) => point.sound).map((point) => point.gained)), [least, most] = range(points.map((point) => point.lost));
  const words = own ? `${points.length} readings. This one: ${digits(own.gained)} times as far at ${own.lost.toFixed(1)} points of accuracy lost; `
    + `${points.filter((point) => point.gained > own.gained && point.lost <= own.lost).length} others go farther and lose no more.` : `${points.length} readings.`;
  byId("among").replaceChildren();
  const powers = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100].filter((tick) => tick > low / 1.3 && tick < high * 1.3);
  const { svg, at } = axes(byId("among"), words,
    { low: low / 1.1, high: high * 1.1, scale: Math.log, ticks: powers, write: String, label: "hidden distance, with over without the critic" },
    { low: least - 4, high: most + 4, ticks: ticks(least - 4, most + 4), write: String, label: "points of test accuracy lost" });
  points.sort((one, other) => (one.at === number) - (other.at === number));
  for (const point of points) {
    const x = at.x(Math.min(Math.max(point.gained, low / 1.05), high * 1.05)), y = at.y(point.lost), kind = point.at === number ? "own" : "other";
    const mark = point.sound ? build(svg, "circle", { class: kind, cx: x, cy: y, r: kind === "own" ? 7 : 4 })
      : build(svg, "path", { class: `line ${kind}`, d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` });
    mark.addEventListener("click", () => { location.hash = address(place, study.readings[point.at]); });
  }
  build(byId("among"), "p", {}, words);
}

form.hidden = byId("named").hidden = false;
form.addEventListener("input", () => {
  const place = study.places.find((each) => each.name === form.elements.place.value);
  location.hash = address(place, names.map((name) => Number(form.elements[name].value)));
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", show);
show();
