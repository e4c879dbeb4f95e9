"use strict";
// Sorts, searches and filters the tables of a page, and brings charts to life when they are
// pointed at. Every cell is compared by its exact value where it carries one, else by its text.
(() => {
  const value = (cell) => {
    const data = cell.querySelector("data");
    return data ? data.getAttribute("data-value") : cell.textContent.trim();
  };
  const words = new Intl.Collator("en");
  const compare = (a, b) =>
    Number.isNaN(a.number) || Number.isNaN(b.number)
      ? (a.plain < b.plain ? -1 : a.plain > b.plain ? 1 : 0) : a.number - b.number;
  // Letters without case or marks: ten thousand names compare at once, which a collator does not.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const sort = (button) => {
    const header = button.closest("th");
    const table = header.closest("table");
    const index = header.cellIndex;
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const long = taken(table);
    const rows = Array.from(body.rows, (row) => {
      const text = value(row.cells[index]);
      return {text, plain: plain(text), number: Number(text), row};
    });
    // What has no value stands last, whichever way the column is sorted.
    rows.sort((a, b) => a.text === "" || b.text === ""
      ? (a.text === "") - (b.text === "") : down ? compare(b, a) : compare(a, b));
    // Out of the page while it is put in order: ten thousand rows moved in place take seconds.
    body.remove();
    for (const {row} of rows) body.append(row);
    table.append(body);
    if (long) narrow(table.closest("[data-table-block]"));
  };
  const LONG = 250;
  // A long table comes with a style that leaves out its rows from a place on, so that they need
  // not be laid out; once it is worked with, the rows left out are marked one by one instead.
  const taken = (table) => {
    if (table.classList.replace("long", "cut")) {
      const rows = table.tBodies[0].rows;
      for (let i = LONG; i < rows.length; i += 1) rows[i].toggleAttribute("data-cut", true);
    }
    return table.classList.contains("cut");
  };
  const texts = new WeakMap();
  // One pass over a table shows the rows that hold every word and every choice.
  const narrow = (block) => {
    const wanted = (block.querySelector("[data-search]")?.value ?? "")
      .toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Array.from(block.querySelectorAll("[data-filter]"))
      .filter((select) => select.value).map((select) => [select.dataset.filter, select.value]);
    const table = block.querySelector("table");
    const all = !wanted.length && !chosen.length;
    const most = taken(table) && !table.classList.contains("whole") ? LONG : Infinity;
    let found = 0;
    for (const row of table.tBodies[0].rows) {
      const text = texts.get(row) ?? row.textContent.toLowerCase();
      texts.set(row, text);
      const fits = all || (wanted.every((word) => text.includes(word)) &&
        chosen.every(([place, name]) => row.cells[place].textContent.trim() === name));
      if (fits) found += 1;
      if (row.hidden === fits) row.hidden = !fits;
      const cut = fits && found > most;
      if (row.hasAttribute("data-cut") !== cut) row.toggleAttribute("data-cut", cut);
    }
    say(block, all, found, most);
  };
  const say = (block, all, found, most) => {
    const count = block.querySelector("[data-count]");
    if (!count) return;
    const whole = block.querySelector("tbody").rows.length.toLocaleString("en");
    const shown = Math.min(found, most).toLocaleString("en");
    const some = found > most;
    count.textContent = all && !some ? "" : some && !all
      ? `${shown} of ${found.toLocaleString("en")} found shown` : `${shown} of ${whole} shown`;
    const more = block.querySelector("[data-more]");
    if (more) more.hidden = !some;
  };
  const offer = (select, texts) => {
    const sorted = Array.from(new Set(texts)).sort(words.compare);
    select.append(...["", ...sorted].map((text) => new Option(text || "all", text)));
    select.closest("[hidden]").hidden = false;
  };
  for (const select of document.querySelectorAll("[data-filter]")) {
    const rows = select.closest("[data-table-block]").querySelector("tbody").rows;
    offer(select, Array.from(rows, (row) => row.cells[select.dataset.filter].textContent.trim()));
  }
  for (const table of document.querySelectorAll("table.long"))
    say(table.closest("[data-table-block]"), true, table.tBodies[0].rows.length, LONG);
  // A page's own switch sets every filter of that name, and hides sections of other values.
  const named = (name) => Array.from(document.querySelectorAll("[data-filter]"))
    .filter((select) => select.dataset.name === name);
  for (const one of document.querySelectorAll("[data-switch]")) {
    const lists = named(one.dataset.switch);
    const parts = Array.from(document.querySelectorAll("section[data-program]"));
    const options = lists.flatMap((list) => Array.from(list.options, (o) => o.value));
    offer(one, [...options, ...parts.map((part) => part.dataset.program)].filter(Boolean));
  }
  const switched = (one) => {
    for (const select of named(one.dataset.switch)) {
      const has = Array.from(select.options).some((option) => option.value === one.value);
      if (!has) continue;
      select.value = one.value;
      narrow(select.closest("[data-table-block]"));
    }
    for (const part of document.querySelectorAll("[data-program]"))
      part.hidden = one.value !== "" && part.dataset.program !== one.value;
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
    const more = event.target.closest("[data-more]");
    if (more) {
      const block = more.closest("[data-table-block]");
      block.querySelector("table").classList.add("whole");
      narrow(block);
      block.querySelector(".scroll").focus();
    }
  });
  document.addEventListener("input", (event) => {
    const target = event.target;
    if (target.matches("[data-search], [data-filter]"))
      narrow(target.closest("[data-table-block]"));
    if (target.matches("[data-switch]")) switched(target);
  });
  // The renderer is fetched at the first chart that is pointed at, from the site's own folder.
  let renderer;
  const load = () => renderer ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.root}charts.js`;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  const enliven = (chart) => {
    const spec = chart.querySelector("script");
    if (!spec || chart.dataset.live) return;
    chart.dataset.live = "loading";
    load().then(async () => {
      const drawing = chart.querySelector(".drawing");
      const still = drawing.querySelector("svg");
      const live = document.createElement("div");
      // `ast` lets the page refuse eval.
      const options = {ast: true, actions: false, renderer: "svg", mode: "vega-lite",
        logLevel: 1,
        defaultStyle: false, tooltip: {disableDefaultStyle: true}};
      await window.vegaEmbed(live, JSON.parse(spec.textContent), options);
      const svg = live.querySelector("svg");
      for (const part of svg.querySelectorAll("[role], [aria-label], [aria-roledescription]"))
        for (const name of ["role", "aria-label", "aria-roledescription"])
          part.removeAttribute(name);
      svg.removeAttribute("aria-roledescription");
      for (const name of ["role", "aria-label"])
        svg.setAttribute(name, still.getAttribute(name));
      drawing.replaceChildren(live);
      chart.dataset.live = "yes";
    }).catch(() => { chart.dataset.live = "no"; });
  };
  for (const kind of ["pointerover", "focusin"])
    document.addEventListener(kind, (event) => {
      const chart = event.target.closest?.(".chart");
      if (chart) enliven(chart);
    });
})();
