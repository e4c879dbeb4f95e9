"""The longest test files begin first, and each of them is there."""

from pathlib import Path

from tests.longest import LONGEST, place_of

PROJECT = Path(__file__).resolve().parent.parent


def test_every_file_of_the_longest_is_there():
    assert [name for name in LONGEST if not (PROJECT / name).is_file()] == []


def test_their_tests_come_first_and_all_others_stay_as_they_were():
    names = ["tests/a.py::one", f"{LONGEST[1]}::x[a::b]", "tests/b.py::one", f"{LONGEST[0]}::y"]
    assert sorted(names, key=place_of) == [names[3], names[1], names[0], names[2]]


def test_a_session_is_in_that_order(request):
    """Of this very session; a file's tests stay together, as workers take whole files."""
    places = [place_of(item.nodeid) for item in request.session.items]
    assert places == sorted(places)
