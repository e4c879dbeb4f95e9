"""The longest test files begin first, whole programs on other engines last and in time."""

from pathlib import Path

from tests.longest import LONGEST, UNTIL, WHOLE_PROGRAMS, Timely, place_of

PROJECT = Path(__file__).resolve().parent.parent


def test_every_file_of_the_lists_is_there():
    named = (*LONGEST, *WHOLE_PROGRAMS)
    assert [name for name in named if not (PROJECT / name).is_file()] == []


def test_their_tests_come_first_or_last_and_all_others_stay_as_they_were():
    names = ["tests/a.py::one", f"{LONGEST[1]}::x[a::b]", f"{WHOLE_PROGRAMS[0]}::z"]
    names += ["tests/b.py::one", f"{LONGEST[0]}::y"]
    assert sorted(names, key=place_of) == [names[4], names[1], names[0], names[3], names[2]]


def test_a_session_is_in_that_order(request):
    """Of this very session; a file's tests stay together, as workers take whole files."""
    places = [place_of(item.nodeid) for item in request.session.items]
    assert places == sorted(places)


def test_a_whole_program_begins_in_time_or_is_left_out_by_name(monkeypatch):
    early, late = (f"{file}::TestIt::test" for file in WHOLE_PROGRAMS[:2])
    timely = Timely()
    monkeypatch.delenv(UNTIL, raising=False)
    assert timely.too_late(late, 1e12) == ""
    monkeypatch.setenv(UNTIL, "1000")
    assert timely.too_late(early, 999) == ""
    assert timely.too_late(f"{early}_more", 2000) == "", "it has begun"
    reason = timely.too_late(late, 1000)
    assert "left out for want of time" in reason and WHOLE_PROGRAMS[1] in reason
    assert timely.too_late(f"{late}_more", 999) == reason, "half a program shows nothing"
    assert timely.too_late(f"{LONGEST[0]}::test", 2000) == ""
