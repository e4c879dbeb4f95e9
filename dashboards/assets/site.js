"use strict";
// Sorts and searches the tables of a page. Every cell is compared by its exact value where it
// carries one, else by its text.
(() => {
  const value = (cell) => {
    const data = cell.querySelector("data");
    return data ? data.getAttribute("data-value") : cell.textContent.trim();
  };
  const compare = (a, b) => {
    const x = Number(a), y = Number(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return a.localeCompare(b, "en");
  };
  const sort = (button) => {
    const header = button.closest("th");
    const table = header.closest("table");
    const index = header.cellIndex;
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [value(row.cells[index]), row]);
    // What has no value stands last, whichever way the column is sorted.
    rows.sort(([a], [b]) =>
      a === "" || b === "" ? (a === "") - (b === "") : down ? compare(b, a) : compare(a, b));
    body.append(...rows.map((pair) => pair[1]));
  };
  const search = (input) => {
    const block = input.closest("[data-table-block]");
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of block.querySelector("tbody").rows) {
      row.dataset.text ??= row.textContent.toLowerCase();
      row.hidden = !words.every((word) => row.dataset.text.includes(word));
      if (!row.hidden) shown += 1;
    }
    const count = block.querySelector("[data-count]");
    if (count) count.textContent = words.length ? `(${shown} shown)` : "";
  };
  // Where a figure comes from is said when it is pointed at; written out it would double the page.
  document.addEventListener("mouseover", (event) => {
    const data = event.target.closest?.("data");
    if (!data || data.title) return;
    const key = data.dataset.key ? ` where ${data.dataset.key.replaceAll(";", " and ")}` : "";
    data.title = `${data.dataset.column} of ${data.dataset.table}${key}: ${data.dataset.value}`;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sort]");
    if (button) sort(button);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) search(event.target);
  });
})();
