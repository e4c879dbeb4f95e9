"use strict";
// Swaps a chart's drawing for the live chart. Fetched by live_charts.js at the first chart that is
// pointed at, since most readers never point at one.
window.plumblineLive = (() => {
  let renderer;
  return async (chart, name, root) => {
    renderer ??= fetchScript(`${root}charts.js`);
    await Promise.all([renderer, fetchScript(`${root}charts/${name}.js`)]);
    const drawing = chart.querySelector(".drawing");
    const still = drawing.querySelector("svg");
    const live = document.createElement("div");
    // `ast` lets the page refuse eval.
    const options = {ast: true, actions: false, renderer: "svg", mode: "vega-lite", logLevel: 1,
      defaultStyle: false, tooltip: {disableDefaultStyle: true}};
    await window.vegaEmbed(live, window.plumblineCharts[name], options);
    const svg = live.querySelector("svg");
    for (const part of svg.querySelectorAll("[role], [aria-label], [aria-roledescription]"))
      for (const attribute of ["role", "aria-label", "aria-roledescription"])
        part.removeAttribute(attribute);
    svg.removeAttribute("aria-roledescription");
    for (const attribute of ["role", "aria-label"])
      svg.setAttribute(attribute, still.getAttribute(attribute));
    drawing.replaceChildren(live);
  };
})();
