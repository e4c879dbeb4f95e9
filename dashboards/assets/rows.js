"use strict";
// A row of evidence opens to its own values as they were delivered. The page holds each row once.
(() => {
  const held = document.querySelector("[data-rows]");
  if (!held) return;
  const {columns, rows} = JSON.parse(held.textContent);
  const made = (name, ...parts) => {
    const element = document.createElement(name);
    element.append(...parts);
    return element;
  };
  document.addEventListener("toggle", (event) => {
    for (const item of event.target.querySelectorAll(":scope > ul > [data-r]")) {
      const [entity, ...values] = rows[item.dataset.r];
      const list = made("dl");
      for (const [at, name] of columns[entity].entries())
        if (values[at] !== null) list.append(made("div", made("dt", name), made("dd", values[at])));
      item.replaceChildren(made("details", made("summary", ...item.childNodes), list));
      delete item.dataset.r;
    }
  }, true);
})();
