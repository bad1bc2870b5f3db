"use strict";
// Filters and sorting of tables, and the search. Without scripts every page shows everything.

function filterable(form, table, accepts) {
  const rows = [...table.tBodies[0].rows], counter = form.querySelector("output");
  const apply = () => {
    const criteria = Object.fromEntries(new FormData(form));
    for (const row of rows) row.hidden = !accepts(row, criteria);
    counter.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}

const contains = (row, words) => row.textContent.toLowerCase().includes(words.trim().toLowerCase());

function claimMatches(row, criteria) {
  const verdicts = row.dataset.verdicts.split("|").map((entry) => entry.split("="));
  return (!criteria.verdict || verdicts.some(([reading, verdict]) =>
      verdict === criteria.verdict && (!criteria.reading || reading === criteria.reading)))
    && (!criteria.part || row.dataset.part === criteria.part)
    && (!criteria.dataset || row.dataset.dataset.split("|").includes(criteria.dataset))
    && contains(row, criteria.words);
}

function sortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    button.addEventListener("click", () => {
      const ascending = head.ariaSort === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = ascending ? "descending" : "ascending";
      const compare = head.dataset.sort === "number"
        ? (a, b) => Number(value(a)) - Number(value(b)) : (a, b) => value(a).localeCompare(value(b));
      const rows = [...table.tBodies[0].rows].sort((a, b) => (ascending ? compare(b, a) : compare(a, b)));
      table.tBodies[0].append(...rows);
    });
  });
}

function search(form) {
  const list = document.getElementById("found"), counter = form.querySelector("output");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    const words = new FormData(form).get("words").trim().toLowerCase();
    const matches = words.length < 2 ? [] : pages.filter((page) => `${page.title} ${page.text}`.toLowerCase().includes(words));
    counter.textContent = words.length < 2 ? "" : `${matches.length} found`;
    list.replaceChildren(...matches.slice(0, 40).map((page) => {
      const item = document.createElement("li"), link = document.createElement("a");
      const start = Math.max(0, page.text.toLowerCase().indexOf(words) - 60);
      link.href = `../${page.path}`;
      link.textContent = page.title;
      item.append(link, ` … ${page.text.slice(start, start + 160)} …`);
      return item;
    }));
  });
}

document.querySelectorAll("table.sortable").forEach(sortable);
const filters = document.getElementById("filters");
if (filters) filterable(filters, document.getElementById("claims"), claimMatches);
document.querySelectorAll("form[data-table]").forEach((form) =>
  filterable(form, document.getElementById(form.dataset.table), (row, criteria) => contains(row, criteria.words)));
if (document.getElementById("search")) search(document.getElementById("search"));

// A link to something folded opens it.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener("hashchange", unfold);
unfold();
