"""A policy set by a stranger: only plain files of its own are read, and no more than it needs."""

from __future__ import annotations

import os
import shutil
import time
from itertools import pairwise

import pytest

from scoring.policy import files as limits
from scoring.policy.load import load_policy, policy_dir
from scoring.policy.yaml_lines import PolicyError


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(policy_dir(), tmp_path / "set")
    return tmp_path / "set"


def test_links_within_a_set_are_followed(copy):
    (copy / "data").mkdir()
    (copy / "deals.yaml").rename(copy / "data/deals.yaml")
    (copy / "deals.yaml").symlink_to(copy / "data/deals.yaml")
    assert load_policy(copy).version == load_policy().version


def test_a_pipe_is_no_policy_and_nobody_waits_for_it(copy):
    os.mkfifo(copy / "endless.yaml")
    with pytest.raises(PolicyError, match=r"endless\.yaml: no plain file"):
        load_policy(copy)


@pytest.mark.parametrize("target", ["/etc/hostname", "/dev/zero"])
def test_nothing_from_elsewhere_is_read(copy, target):
    (copy / "linked.yaml").symlink_to(target)
    with pytest.raises(PolicyError, match=r"linked\.yaml: (a link out of|no plain file)"):
        load_policy(copy)


def test_more_than_a_policy_needs_is_refused_by_name(copy, monkeypatch):
    monkeypatch.setattr(limits, "MOST_FILES", 3)
    with pytest.raises(PolicyError, match="3 at most"):
        load_policy(copy)
    monkeypatch.undo()
    with (copy / "zeros.yaml").open("wb") as huge:
        huge.truncate(limits.MOST_BYTES + 1)
    with pytest.raises(PolicyError, match=r"zeros\.yaml: with it the files have"):
        load_policy(copy)


REFERENCES = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in pairwise("abcdefghij")
)
# Text of a file of the set, and the words of its refusal.
HOSTILE = {
    "references to references": (REFERENCES, "values, references unfolded"),
    "levels": (f"a: {'[' * 50_000}{']' * 50_000}\n", "levels, one in the other"),
    "megabytes": ("a: " + "9" * (5 << 20), "MB; is this the file"),
    "digits": ("a: 1e999999999\n", "'1e999999999' can't be read"),
    "an object": ("a: !!python/object/apply:os.mkdir ['made']\n", "unknown key 'a'"),
    "no text": (b"a: \xff\xfe\n", "can't decode byte"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_only_costs_is_refused_soon(copy, what, monkeypatch):
    text, words = HOSTILE[what]
    (copy / "hostile.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    monkeypatch.chdir(copy)
    before = time.process_time()
    with pytest.raises(PolicyError) as caught:
        load_policy(copy)
    assert "hostile.yaml" in str(caught.value) and words in str(caught.value)
    assert time.process_time() - before < 5 and not (copy / "made").exists()
