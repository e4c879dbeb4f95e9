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
  // The renderer is fetched at the first chart that is pointed at, from the site's own folder.
  let renderer;
  const load = () => renderer ??= fetchScript(`${root}charts.js`);
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
