from __future__ import annotations

from tests.prior.collections_by_hand import rows

from distill.prior.stretches import Stretches


def test_few_sounds_are_cut_into_parts_and_joined() -> None:
    laid = Stretches.of([rows("0123456789")], before=2, codebook_size=10)
    assert laid.sounds.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0]
    assert [row.tolist() for row in laid.rows] == [[[10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], [[8, 9, 0]]]
    assert laid.codes(0).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_many_sounds_are_left_whole_and_joined() -> None:
    laid = Stretches.of([rows("12"), rows("3")] * 3, before=1, codebook_size=5)
    assert laid.sounds.tolist() == [0, 0, 1, 2, 2, 3, 4, 4, 5, 1, 2, 3, 4, 5, 0]
    assert [row.tolist() for row in laid.rows[6:8]] == [[[2, 3]], [[3, 1]]]
