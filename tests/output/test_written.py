from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadSetting
from distill.output.written import number, plain, taken_apart


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_was_written(value: float) -> None:
    assert number("it", plain(value)) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1,5", "one", "0x10", "1e999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="give a number"):
        number("it", text)


def test_a_comma_at_the_end_ends_nothing() -> None:
    assert taken_apart("a=1, b=2,", ("a", "b"), of="it") == {"a": "1", "b": "2"}
