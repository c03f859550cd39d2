from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from distill.errors import BadInput, BadSetting
from distill.library.blind_votes import Votes


def test_which_is_which_is_hidden_until_the_vote() -> None:
    votes = Votes()
    drawn = votes.draw(12, 15, seed=1)
    told = votes.find(1).told()
    assert (told["x"], told["y"], told["seed"], told["vote"]) == (None, None, None, None)
    after = votes.vote(1, "y", note="more air")
    assert {after.x, after.y} == {12, 15}
    assert (after.x, after.y) == (drawn.x, drawn.y)
    assert (after.winner, after.note) == (drawn.y, "more air")
    assert votes.find(1).told()["x"] == drawn.x


def test_the_seed_draws_the_order_and_both_orders_occur() -> None:
    votes = Votes()
    drawn = [votes.draw(1, 2, seed=seed) for seed in range(20)]
    assert {one.x for one in drawn} == {1, 2}
    assert votes.draw(1, 2, seed=7).x == drawn[7].x
    assert [one.number for one in votes.list()[0]] == list(range(1, 22))


def test_what_no_file_can_hold_is_refused() -> None:
    votes = Votes()
    for seed in (-1, 2**63, 99_999_999_999_999_999_999_999):
        with pytest.raises(BadSetting) as refused:
            votes.draw(1, 2, seed=seed)
        assert str(refused.value) == (
            f"seed {seed} was given; choose a whole number from 0 to 9223372036854775807."
        )
    assert votes.list() == ([], ())
    votes.draw(1, 2, seed=2**63 - 1)
    for note in ("caf\udce9", "a\x00b", "x" * 1001):
        with pytest.raises(
            BadSetting, match=r"^a note is at most 1000 printable characters; shorten this one\.$"
        ):
            votes.vote(1, "X", note=note)
    assert votes.vote(1, "X", note="more air,\nless hiss").note == "more air,\nless hiss"


def test_a_vote_is_given_once_and_only_for_what_there_is() -> None:
    votes = Votes()
    with pytest.raises(BadInput) as caught:
        votes.vote(1, "X")
    assert str(caught.value) == ("there is no comparison 1; make one with distill takes compare A B --blind.")
    votes.draw(1, 2, seed=0)
    with pytest.raises(BadSetting) as refused:
        votes.vote(1, "Z")
    assert str(refused.value) == "'Z' is no vote; choose X, Y or neither."
    votes.vote(1, "neither")
    with pytest.raises(BadSetting, match=r"comparison 1 was voted on already \(neither\)"):
        votes.vote(1, "X")


def test_wins_are_counted_over_all_votes() -> None:
    votes = Votes()
    for other, winner in ((2, 1), (2, 1), (3, 3), (3, None)):
        drawn = votes.draw(1, other, seed=other)
        choice = "neither" if winner is None else "X" if drawn.x == winner else "Y"
        votes.vote(drawn.number, choice)
    votes.draw(1, 2, seed=0)  # not voted on
    assert votes.wins() == {1: (2, 4), 2: (0, 2), 3: (1, 2)}


def test_a_damaged_comparison_is_told_and_harms_no_other(user_folder: Path) -> None:
    votes = Votes()
    for seed in range(3):
        votes.draw(1, 2, seed=seed)
    (user_folder / "votes" / "000002.json").write_bytes(b"\xff\x00")
    found, (sentence,) = votes.list()
    assert [one.number for one in found] == [1, 3]
    assert sentence == "comparison 000002 cannot be read: the text is not JSON; compare the takes again."


def test_a_comparison_that_cannot_be_looked_at_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "stat", refused)
    with pytest.raises(BadInput, match=r"^comparison 000001 cannot be read: permission denied; compare"):
        Votes().find(1)
