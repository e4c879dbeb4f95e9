"use strict";
// Brings a chart to life when it is pointed at, and says where a figure comes from and what a
// clause says.
(() => {
  const root = document.documentElement.dataset.root;
  // The words of every clause stand once in the site, and are fetched at the first that is pointed at.
  let clauses;
  const spoken = () => clauses ??= fetchScript(`${root}clauses.js`).then(() => window.plumblineClauses);
  for (const kind of ["mouseover", "focusin"])
    document.addEventListener(kind, async (event) => {
      const cited = event.target.closest?.("a.c");
      if (cited && !cited.title) cited.title = (await spoken())[cited.textContent] ?? "";
    });
  // Where a figure comes from is said when it is pointed at; written out it would double the page.
  document.addEventListener("mouseover", (event) => {
    const data = event.target.closest?.("data");
    if (!data || data.title) return;
    const key = data.dataset.key ? ` where ${data.dataset.key.replaceAll(";", " and ")}` : "";
    data.title = `${data.dataset.column} of ${data.dataset.table}${key}: ${data.dataset.value}`;
  });
  // What brings a chart to life is fetched at the first that is pointed at, from the site's own
  // folder.
  let lively;
  const enliven = (chart) => {
    const name = chart.querySelector("[data-chart]")?.dataset.chart;
    if (!name || chart.dataset.live) return;
    chart.dataset.live = "loading";
    (lively ??= fetchScript(`${root}charts/live.js`))
      .then(() => window.plumblineLive(chart, name, root))
      .then(() => { chart.dataset.live = "yes"; }, () => { chart.dataset.live = "no"; });
  };
  for (const kind of ["pointerover", "focusin"])
    document.addEventListener(kind, (event) => {
      const chart = event.target.closest?.(".chart");
      if (chart) enliven(chart);
    });
})();
