"use strict";
// Any partner from any page: by name without regard to accents, by id or by domain. Fetched by
// search.js when somebody first goes to the field.
(() => {
  const finder = document.querySelector("[data-find]");
  const input = finder.querySelector("input");
  const list = finder.querySelector("ul");
  const root = document.documentElement.dataset.root;
  let partners;
  const fetched = () => partners ??= fetchScript(`${root}partners.js`).then(() =>
    window.plumblinePartners.map((row) => ({row, text: plain(row.slice(0, 3).join(" "))})));
  const look = async () => {
    const wanted = plain(input.value).split(/\s+/).filter(Boolean);
    const all = wanted.length ? await fetched() : [];
    const matches = all.filter(({text}) => wanted.every((word) => text.includes(word)));
    list.replaceChildren(...matches.slice(0, 8).map(({row: [id, name, , file]}) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${root}partners/${file}`;
      link.textContent = name === id ? id : `${name} ${id}`;
      item.append(link);
      return item;
    }));
    const count = finder.querySelector("[data-found]");
    const rest = matches.length > 8 ? `, the first 8 shown` : "";
    count.textContent = wanted.length ? `${matches.length} found${rest}` : "";
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
  look();
})();
