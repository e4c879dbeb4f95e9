"use strict";
// Text as the scripts of a page compare it and write it into an address (site.py joins them).
// Letters without case or marks: ten thousand names compare at once, which a collator does not.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const slug = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
