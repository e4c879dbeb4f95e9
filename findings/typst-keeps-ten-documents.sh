#!/usr/bin/env bash
# typst 0.15.0 (the Python package): compile() keeps what it computed for a document until ten later
# compilations did not need it. A process that typesets one long document now and then holds the
# work of ten of them, here five times the memory of one. Nothing public empties it; eleven
# compilations of an empty document after each long one do. malloc_trim shows that the memory is
# held, not only unreturned.
#
# Output seen, MiB (they differ by a few from run to run):
#   after 1 document: 81, after 12: 459
#   with 11 empty ones after each of 12 documents: 72
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet typst==0.15.0
cat > "$folder/measure.py" <<'PY'
import ctypes
import json
import sys
from pathlib import Path

import typst

TABLE = b"#let data = json(bytes(sys.inputs.data))\n#table(columns: 4, ..data.flatten().map(str))"
fonts = typst.Fonts(include_system_fonts=False)
libc = ctypes.CDLL("libc.so.6")


def compile_table(number):
    rows = [[number, k, 2 * k, 3 * k] for k in range(800)]
    typst.compile(TABLE, format="pdf", font_paths=fonts, sys_inputs={"data": json.dumps(rows)})


def compile_empty():
    for _ in range(11):
        typst.compile(b"", format="pdf", font_paths=fonts)


def held():
    libc.malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20


if sys.argv[1] == "between":
    for number in range(12):
        compile_table(number)
        compile_empty()
    print("with 11 empty ones after each of 12 documents:", held())
    assert held() < 150
else:
    compile_table(0)
    one = held()
    for number in range(1, 12):
        compile_table(number)
    twelve = held()
    print(f"after 1 document: {one}, after 12: {twelve}")
    assert twelve > 3 * one
PY
"$folder/env/bin/python" "$folder/measure.py" one
"$folder/env/bin/python" "$folder/measure.py" between
