"use strict";
// Sorts, searches and filters the tables of a page. Every cell is compared by its exact value
// where it carries one, else by its text.
(() => {
  const value = (cell) => {
    const data = cell.querySelector("data");
    return data ? data.getAttribute("data-value") : cell.textContent.trim();
  };
  const words = new Intl.Collator("en");
  const compare = (a, b) =>
    Number.isNaN(a.number) || Number.isNaN(b.number)
      ? (a.plain < b.plain ? -1 : a.plain > b.plain ? 1 : 0) : a.number - b.number;
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
  // What a row can be filtered by: the lines of a cell, or each of several marked parts of it.
  const choices = (cell) => {
    const parts = cell.querySelectorAll("[data-choice]");
    if (parts.length) return Array.from(parts, (part) => part.textContent.trim());
    const lines = [""];
    for (const part of cell.childNodes)
      if (part.nodeName === "BR") lines.push("");
      else lines[lines.length - 1] += part.textContent;
    return lines.map((line) => line.trim());
  };
  // Whether a row has every choice. Lines of paired columns belong together by their place: the
  // second program of a partner and the second status speak of one membership.
  const chosenIn = (row, chosen) => {
    let together;
    return chosen.every(([place, name, paired]) => {
      const found = choices(row.cells[place]).flatMap((text, at) => text === name ? [at] : []);
      if (!paired) return found.length > 0;
      together = found.filter((at) => together?.includes(at) ?? true);
      return together.length > 0;
    });
  };
  const texts = new WeakMap();
  // One pass over a table shows the rows that hold every word and every choice.
  const narrow = (block) => {
    const wanted = (block.querySelector("[data-search]")?.value ?? "")
      .toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Array.from(block.querySelectorAll("[data-filter]"))
      .filter((select) => select.value).map((select) => [select.dataset.filter, select.value, "paired" in select.dataset]);
    const table = block.querySelector("table");
    const all = !wanted.length && !chosen.length;
    const most = taken(table) && !table.classList.contains("whole") ? LONG : Infinity;
    let found = 0;
    for (const row of table.tBodies[0].rows) {
      const text = texts.get(row) ?? row.textContent.toLowerCase();
      texts.set(row, text);
      const fits = all || (wanted.every((word) => text.includes(word)) && chosenIn(row, chosen));
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
    offer(select, Array.from(rows, (row) => choices(row.cells[select.dataset.filter])).flat());
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
  // Filters, searches and sorts live in the address (`#program=reseller&status=non-compliant`), so
  // that a link leads to a filtered list and a list can be sent. `sort=3:arr` is the third table
  // by ARR, `-arr` downwards.
  const tables = () => Array.from(document.querySelectorAll("[data-table-block] table"));
  const keep = () => {
    const pairs = new Map();
    for (const select of document.querySelectorAll("[data-filter]"))
      if (select.value) pairs.set(slug(select.dataset.name), slug(select.value));
    for (const input of document.querySelectorAll("[data-search]"))
      if (input.value) pairs.set("q", input.value);
    for (const [at, table] of tables().entries())
      for (const header of table.tHead.rows[0].cells) {
        const way = header.getAttribute("aria-sort");
        if (way && header.dataset.asked)
          pairs.set("sort", `${at ? `${at + 1}:` : ""}${way === "descending" ? "-" : ""}` +
            slug(header.textContent));
      }
    const text = Array.from(pairs, ([name, one]) => `${name}=${encodeURIComponent(one)}`).join("&");
    if (text) history.replaceState(null, "", `#${text}`);
    else if (location.hash.includes("=")) history.replaceState(null, "", location.pathname);
  };
  // A browser takes only so many changes of the address at a time.
  let due;
  const keepSoon = () => {
    clearTimeout(due);
    due = setTimeout(keep, 200);
  };
  const restore = () => {
    if (!location.hash.includes("=")) return;
    const pairs = new URLSearchParams(location.hash.slice(1));
    let first;
    for (const block of document.querySelectorAll("[data-table-block]")) {
      let touched = false;
      for (const select of block.querySelectorAll("[data-filter]")) {
        const wanted = pairs.get(slug(select.dataset.name));
        const option = Array.from(select.options).find((one) => one.value && slug(one.value) === wanted);
        if (select.value === (option?.value ?? "")) continue;
        select.value = option?.value ?? "";
        touched = true;
      }
      const input = block.querySelector("[data-search]");
      if (input && input.value !== (pairs.get("q") ?? "")) {
        input.value = pairs.get("q") ?? "";
        touched = true;
      }
      if (touched) narrow(block);
      if (touched && !block.closest("[hidden]")) first ??= block;
    }
    const [, place, down, name] = /^(?:(\d+):)?(-?)(.*)$/.exec(pairs.get("sort") ?? "") ?? [];
    const sorted = name && tables()[(Number(place) || 1) - 1];
    const header = sorted && Array.from(sorted.tHead.rows[0].cells)
      .find((cell) => slug(cell.textContent) === name);
    if (header) {
      header.dataset.asked = "yes";
      if (down) header.setAttribute("aria-sort", "ascending");
      else header.removeAttribute("aria-sort");
      sort(header.querySelector("[data-sort]"));
      first ??= sorted.closest("[data-table-block]");
    }
    for (const one of document.querySelectorAll("[data-switch]")) {
      const wanted = pairs.get(slug(one.dataset.switch));
      const option = Array.from(one.options).find((each) => each.value && slug(each.value) === wanted);
      if (option) {
        one.value = option.value;
        switched(one);
      }
    }
    first?.closest("section").scrollIntoView();
  };
  window.addEventListener("hashchange", restore);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sort]");
    if (button) {
      sort(button);
      for (const one of document.querySelectorAll("[data-asked]")) delete one.dataset.asked;
      button.closest("th").dataset.asked = "yes";
      keepSoon();
    }
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
    if (target.matches("[data-search], [data-filter], [data-switch]")) keepSoon();
  });
  restore();
})();
