"use strict";
// A table as CSV: the rows that are found, exact values where cells carry them. A cell that a
// spreadsheet would take for a formula is text.
(() => {
  // Lines of a cell stay apart: of several programs none runs into the next.
  const lines = (cell) => {
    const copy = cell.cloneNode(true);
    for (const one of copy.querySelectorAll("br")) one.replaceWith("; ");
    for (const one of copy.querySelectorAll("summary, li, p")) one.append(" ");
    return copy.textContent.trim().replace(/\s+/g, " ");
  };
  const field = (cell) => {
    const data = cell.querySelectorAll("data");
    const text = data.length === 1 && data[0].textContent === cell.textContent
      ? data[0].getAttribute("data-value") : lines(cell);
    const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[0-9.]+$/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = (table) => Array.from(table.rows).filter((row) => !row.hidden)
    .map((row) => Array.from(row.cells, field).join(",")).join("\r\n") + "\r\n";
  for (const table of document.querySelectorAll("[data-table-block] table")) {
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
})();
