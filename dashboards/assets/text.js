"use strict";
// What the scripts of a page share (site.py joins them): text as they compare it and write it into
// an address, and a script of the site's own folder, which a page opened from disk may read.
// Letters without case or marks: ten thousand names compare at once, which a collator does not.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const slug = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const fetchScript = (src) => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = src;
  script.onload = done;
  script.onerror = failed;
  document.head.append(script);
});
