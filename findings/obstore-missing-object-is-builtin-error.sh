#!/usr/bin/env bash
# obstore 0.12.1: a missing object raises Python's own FileNotFoundError, not the
# obstore.exceptions.NotFoundError of the same package, and is no obstore.exceptions.BaseError; an
# object that is there already, or has another e-tag, raises the package's own exceptions. So
# `except BaseError` around a request, and `except NotFoundError`, both let a missing object through.
# Seen: FileNotFoundError False False / AlreadyExistsError True / PreconditionError True
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet obstore==0.12.1
"$work/venv/bin/python" - <<'PY'
import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import MemoryStore

store = MemoryStore()
obstore.put(store, "there", b"1")


def raised(call):
    try:
        call()
    except Exception as error:
        return error
    raise SystemExit("nothing was raised")


missing = raised(lambda: obstore.get(store, "missing"))
again = raised(lambda: obstore.put(store, "there", b"2", mode="create"))
other = raised(lambda: obstore.get(store, "there", options={"if_match": "other"}))
print(type(missing).__name__, isinstance(missing, NotFoundError), isinstance(missing, BaseError))
print(type(again).__name__, isinstance(again, BaseError))
print(type(other).__name__, isinstance(other, BaseError))
if isinstance(missing, (NotFoundError, BaseError)) or type(missing) is not FileNotFoundError:
    raise SystemExit("a missing object is the package's own exception now")
if not (isinstance(again, BaseError) and isinstance(other, BaseError)):
    raise SystemExit("the other exceptions changed")
PY
