"use strict";
// One reading of the paper at a time. What was trained stands in the page; what is chosen stands in the address.

const byId = (id) => document.getElementById(id);
const study = JSON.parse(byId("study").textContent), says = JSON.parse(byId("says").textContent);
const form = byId("reading"), names = Object.keys(study.choices);
const last = (values) => values[values.length - 1];

// Numbers in words; null is a number that is not finite.
const short = (value) => value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
const digits = (value) => value === null ? "–" : Math.abs(value) < 1000 ? value.toPrecision(3) : short(value);
const percent = (value) => value === null ? "–" : `${(100 * value).toFixed(1)} %`;
const times = (value) => value === null ? "–" : `${digits(value)} times`;
const signed = (value, words) => `${value < 0 ? "−" : "+"}${words(Math.abs(value))}`;
const points = (share) => `${(100 * share).toFixed(1)} points`;

// A pair is what was trained without the critic and with it.
const finished = (pair) => pair.every((run) => run.fate === "finished");
const diverged = (pair) => pair.some((run) => run.fate === "diverged");
function ratio(pair, name) {
  const [without, with_] = pair.map((run) => run.ends[name]);
  return without && with_ && !diverged(pair) ? with_ / without : null;
}

// A reading is a list of option numbers; an address names the place and what differs from the printed options.
const numberOf = (options) => study.readings.findIndex((reading) => differences(reading, options).length === 0);
const differences = (one, other) => names.filter((_, index) => one[index] !== other[index]);
const pairOf = (place, number) => place.pairs[number] ? place.pairs[number].map((run) => study.runs[run]) : null;
const optionOf = (options, name) => study.choices[name].options[options[names.indexOf(name)]];
const inWords = (options, choices) =>
  choices.map((name) => `${name.replaceAll("_", " ")}: ${optionOf(options, name)}`).join(", ");

function address(place, options) {
  const query = new URLSearchParams({ on: place.name });
  names.forEach((name, index) => { if (options[index]) query.set(name, optionOf(options, name)); });
  return `#${query}`;
}

function selection() {
  const query = new URLSearchParams(location.hash.slice(1));
  const place = study.places.find((candidate) => candidate.name === query.get("on"));
  if (!place) return { place: last(study.places), options: study.readings[study.named[study.reading] ?? 0] };
  return { place, options: names.map((name) => Math.max(0, study.choices[name].options.indexOf(query.get(name)))) };
}

// Elements and drawings.
function build(parent, name, attributes = {}, text = "") {
  const inSvg = name === "svg" || parent.namespaceURI.endsWith("svg");
  const element = inSvg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(text);
  parent.append(element);
  return element;
}

// A rectangle between two axes, each with low, high, ticks, label and, where it is not linear, scale.
function axes(parent, words, x, y) {
  const [left, top, width, height] = [56, 26, 400, 210], right = left + width, bottom = top + height;
  const box = `0 0 ${right + 14} ${bottom + 44}`;
  const svg = build(parent, "svg", { role: "img", "aria-label": words, viewBox: box, class: "plot" });
  const share = ({ low, high, scale = Number }, value) => (scale(value) - scale(low)) / (scale(high) - scale(low));
  const pixel = { x: (value) => left + width * share(x, value), y: (value) => bottom - height * share(y, value) };
  const write = (x, y, text, anchor) => build(svg, "text", { class: "small", x, y, "text-anchor": anchor }, text);
  for (const tick of x.ticks) {
    build(svg, "line", { class: "rule", x1: pixel.x(tick), x2: pixel.x(tick), y1: top, y2: bottom });
    write(pixel.x(tick), bottom + 15, tick.toLocaleString("en"), "middle");
  }
  for (const tick of y.ticks) {
    build(svg, "line", { class: "rule", x1: left, x2: right, y1: pixel.y(tick), y2: pixel.y(tick) });
    write(left - 6, pixel.y(tick) + 4, short(tick), "end");
  }
  write(left + width / 2, bottom + 36, x.label, "middle");
  write(6, 14, y.label, "start");
  return { svg, pixel };
}

function axis(low, high, label) {
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough), first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
  return { low, high, ticks, label };
}

function drawCurves(layer, pair) {
  const high = 1.05 * Math.max(...pair.flatMap((run) => run.curves[layer])) || 1;
  const end = Math.max(...pair.flatMap((run) => run.iteration));
  const [without, with_] = pair.map((run) => digits(last(run.curves[layer])));
  const words = `Distance of the ${layer} layer from its start over ${end} iterations: `
    + `it ends at ${without} without the critic, at ${with_} with it.`;
  const label = `distance of the ${layer} layer from its start`;
  const { svg, pixel } = axes(byId("curves"), words, axis(0, end, "iteration"), axis(0, high, label));
  pair.forEach((run, withCritic) => {
    const samples = run.iteration.map((time, step) => [time, run.curves[layer][step]]);
    const marks = samples.filter(([, value]) => value !== null);
    const path = marks.map(([time, value]) => `${pixel.x(time)} ${pixel.y(value)}`).join("L");
    build(svg, "path", { class: `line ${withCritic ? "with" : "without"}`, d: `M${path}` });
  });
}

function showNumbers(pair) {
  const rows = {
    test_accuracy: ["Test accuracy", percent, (change) => signed(change, points)],
    test_error: ["Test error", digits],
    hidden: ["Distance, hidden layer", digits],
    top: ["Distance, top layer", digits],
    moran: ["Moran’s I of filters", digits, (change) => signed(change, digits)],
    variance: ["Variance of filters", digits],
  };
  byId("numbers").replaceChildren();
  for (const [name, [words, write, difference]] of Object.entries(rows)) {
    const ends = pair.map((run) => run.ends[name]);
    if (ends.every((end) => end === null)) continue;
    const change = difference && !ends.includes(null) ? difference(ends[1] - ends[0]) : times(ratio(pair, name));
    const row = build(byId("numbers"), "tr");
    build(row, "th", { scope: "row" }, words);
    [...ends.map(write), change].forEach((text) => build(row, "td", {}, text));
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

function showNeighbors(place, options, pair) {
  byId("here").textContent = digits(ratio(pair, "hidden"));
  byId("beside").replaceChildren();
  study.readings.forEach((neighbor, number) => {
    const choices = differences(neighbor, options), runs = pairOf(place, number);
    if (choices.length !== 1 || !runs) return;
    const item = build(byId("beside"), "li");
    build(item, "a", { href: address(place, neighbor) }, inWords(neighbor, choices));
    item.append(` ${digits(ratio(runs, "hidden"))}${finished(runs) ? "" : " (a network died or diverged)"}`);
  });
}

function showAll(place, number) {
  const marks = study.readings.map((_, index) => {
    const pair = pairOf(place, index), gain = pair && ratio(pair, "hidden");
    const loss = gain && 100 * (pair[0].ends.test_accuracy - pair[1].ends.test_accuracy);
    return gain && { index, gain, loss, sound: finished(pair) };
  }).filter(Boolean).sort((one, other) => (one.index === number) - (other.index === number)); // this one on top
  const own = marks.find((mark) => mark.index === number), losses = marks.map((mark) => mark.loss);
  const better = own && marks.filter((mark) => mark.gain > own.gain && mark.loss <= own.loss).length;
  const words = `${marks.length} readings.` + (own ? ` This one: ${digits(own.gain)} times as far at `
    + `${own.loss.toFixed(1)} points of accuracy lost; ${better} others go farther and lose no more.` : "");
  const sound = marks.filter((mark) => mark.sound).map((mark) => mark.gain);
  const [low, high] = [Math.min(...sound) / 1.1, Math.max(...sound) * 1.1];
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100];
  byId("among").replaceChildren();
  const { svg, pixel } = axes(
    byId("among"),
    words,
    {
      low, high, scale: Math.log, ticks: ticks.filter((tick) => tick > low && tick < high),
      label: "hidden distance, with over without the critic",
    },
    axis(Math.min(...losses) - 4, Math.max(...losses) + 4, "points of test accuracy lost"),
  );
  for (const mark of marks) {
    const x = pixel.x(Math.min(Math.max(mark.gain, low), high)), y = pixel.y(mark.loss), own = mark.index === number;
    const shape = mark.sound ? build(svg, "circle", { cx: x, cy: y, r: own ? 7 : 4 })
      : build(svg, "path", { d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` });
    shape.setAttribute("class", `${mark.sound ? "" : "line "}${own ? "own" : "other"}`);
    shape.addEventListener("click", () => { location.hash = address(place, study.readings[mark.index]); });
  }
  build(byId("among"), "p", {}, words);
}

function offerNearest(place, options) {
  const trained = study.readings.filter((_, number) => place.pairs[number]), message = byId("said");
  const least = Math.min(...trained.map((reading) => differences(reading, options).length));
  message.append("This combination was not trained: the study combines some choices and tries others alone. Nearest: ");
  trained.filter((reading) => differences(reading, options).length === least).slice(0, 3).forEach((reading, index) => {
    message.append(index ? "; " : "");
    build(message, "a", { href: address(place, reading) }, inWords(reading, differences(reading, options)));
  });
}

function showSummary(pair, number) {
  const name = Object.keys(study.named).find((reading) => study.named[reading] === number);
  const [without, with_] = pair.map((run) => percent(run.ends.test_accuracy));
  const distances = diverged(pair) ? "distances cannot be compared"
    : `with the critic the hidden layer ends ${times(ratio(pair, "hidden"))} as far from its start, `
      + `the top layer ${times(ratio(pair, "top"))}`;
  const fates = pair.map(({ fate }, withCritic) =>
    fate === "finished" ? "" : ` The network ${withCritic ? "with" : "without"} the critic ${fate}.`);
  const words = `${name ? `The reading ${name}` : "This reading"}: ${distances}; `
    + `accuracy is ${without} without and ${with_} with it.${fates.join("")}`;
  build(byId("said"), "strong", {}, words);
}

function show() {
  const { place, options } = selection(), number = numberOf(options), pair = number < 0 ? null : pairOf(place, number);
  form.elements.place.value = place.name;
  names.forEach((name, index) => { form.elements[name].value = options[index]; });
  for (const link of document.querySelectorAll("#named a")) {
    link.href = address(place, study.readings[study.named[link.dataset.reading]]);
  }
  byId("said").replaceChildren();
  byId("outcome").hidden = !pair;
  if (!pair) return offerNearest(place, options);
  showSummary(pair, number);
  byId("curves").replaceChildren();
  ["hidden", "top"].forEach((layer) => drawCurves(layer, pair));
  showNumbers(pair);
  showStatements(place, number);
  showNeighbors(place, options, pair);
  showAll(place, number);
}

form.hidden = byId("named").hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  const place = study.places.find((candidate) => candidate.name === form.elements.place.value);
  location.hash = address(place, names.map((name) => Number(form.elements[name].value)));
});
addEventListener("hashchange", show);
show();
