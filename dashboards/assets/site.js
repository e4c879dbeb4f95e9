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
  // What a row can be filtered by: the cell's text, or each of several marked parts of it.
  const choices = (cell) => {
    const parts = cell.querySelectorAll("[data-choice]");
    return parts.length ? Array.from(parts, (part) => part.textContent.trim())
      : [cell.textContent.trim()];
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
        chosen.every(([place, name]) => choices(row.cells[place]).includes(name)));
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
  // Where a figure comes from is said when it is pointed at; written out it would double the page.
  document.addEventListener("mouseover", (event) => {
    const data = event.target.closest?.("data");
    if (!data || data.title) return;
    const key = data.dataset.key ? ` where ${data.dataset.key.replaceAll(";", " and ")}` : "";
    data.title = `${data.dataset.column} of ${data.dataset.table}${key}: ${data.dataset.value}`;
  });
  // Filters, searches and sorts live in the address (`#program=reseller&status=non-compliant`), so
  // that a link leads to a filtered list and a list can be sent. `sort=3:arr` is the third table
  // by ARR, `-arr` downwards.
  const slug = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
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
  // A table as CSV: the rows that are found, exact values where cells carry them. A cell that a
  // spreadsheet would take for a formula is text.
  const field = (cell) => {
    const data = cell.querySelectorAll("data");
    const text = data.length === 1 && data[0].textContent === cell.textContent
      ? data[0].getAttribute("data-value") : cell.textContent.trim().replace(/\s+/g, " ");
    const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[0-9.]+$/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = (table) => Array.from(table.rows).filter((row) => !row.hidden)
    .map((row) => Array.from(row.cells, field).join(",")).join("\r\n") + "\r\n";
  for (const table of tables()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "csv";
    button.textContent = "CSV";
    button.setAttribute("aria-label", `Download as CSV: ${table.caption.textContent}`);
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csv(table)], {type: "text/csv"}));
      link.download = `${slug(table.caption.firstChild.textContent)}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.caption.append(" ", button);
  }
  // Any partner from any page: by name without regard to accents, by id or by domain.
  const finder = document.querySelector("[data-find]");
  if (finder) {
    finder.hidden = false;
    const input = finder.querySelector("input");
    const list = finder.querySelector("ul");
    const root = document.documentElement.dataset.root;
    let partners;
    const fetched = () => partners ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root}partners.js`;
      script.onload = () => done(window.plumblinePartners.map((row) =>
        ({row, text: plain(row.slice(0, 3).join(" "))})));
      script.onerror = failed;
      document.head.append(script);
    });
    input.addEventListener("focus", fetched, {once: true});
    const look = async () => {
      const wanted = plain(input.value).split(/\s+/).filter(Boolean);
      const all = wanted.length ? await fetched() : [];
      const found = all.filter(({text}) => wanted.every((word) => text.includes(word)));
      list.replaceChildren(...found.slice(0, 8).map(({row: [id, name, , file]}) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `${root}partners/${file}`;
        link.textContent = name === id ? id : `${name} ${id}`;
        item.append(link);
        return item;
      }));
      const count = finder.querySelector("[data-found]");
      const rest = found.length > 8 ? `, the first 8 shown` : "";
      count.textContent = wanted.length ? `${found.length} found${rest}` : "";
    };
    input.addEventListener("input", look);
    finder.addEventListener("keydown", (event) => {
      const links = Array.from(list.querySelectorAll("a"));
      const at = links.indexOf(document.activeElement);
      const next = {ArrowDown: at + 1, ArrowUp: at - 1}[event.key];
      if (next !== undefined && links.length) {
        (links[Math.min(next, links.length - 1)] ?? input).focus();
        event.preventDefault();
      } else if (event.key === "Enter" && document.activeElement === input && links.length) {
        links[0].click();
      } else if (event.key === "Escape") {
        input.value = "";
        look();
        input.focus();
      }
    });
  }
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
