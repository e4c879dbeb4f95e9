"use strict";
// The search for a partner shows where scripts run; what it does is fetched with the first visit.
(() => {
  const finder = document.querySelector("[data-find]");
  if (!finder) return;
  finder.hidden = false;
  finder.querySelector("input").addEventListener("focus",
    () => fetchScript(`${document.documentElement.dataset.root}finder.js`), {once: true});
})();
