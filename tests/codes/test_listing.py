from __future__ import annotations

import json
from dataclasses import asdict

from distill.codes.listing import ListedArgument, listing
from distill.codes.operation import operations


def test_every_operation_is_listed_once_by_group_and_name() -> None:
    rows = listing()
    assert {row.name for row in rows} == set(operations())
    assert len(rows) == len(operations())
    assert [(row.group, row.name) for row in rows] == sorted((row.group, row.name) for row in rows)
    assert json.loads(json.dumps([asdict(row) for row in rows]))[0]["name"] == rows[0].name


def test_every_argument_says_what_it_is_and_what_is_allowed() -> None:
    for row in listing():
        for argument in row.arguments:
            assert argument.about, (row.name, argument.name)
            assert argument.allowed, (row.name, argument.name)
            assert not (argument.required and argument.usual), (row.name, argument.name)


def test_what_is_empty_if_it_is_left_out_has_nothing_usual() -> None:
    told = {(row.name, argument.name): argument for row in listing() for argument in row.arguments}
    assert told["sequence", "A"].usual == ""
    assert not any("Pydantic" in argument.usual for argument in told.values())


def test_arguments_are_told_in_words() -> None:
    told = {(row.name, argument.name): argument for row in listing() for argument in row.arguments}
    assert told["thin", "hold"] == ListedArgument(
        "hold", "1 or more steps, or a time", "2", False, "how long each kept step is held, in steps"
    )
    assert told["rotate", "by"].allowed == "steps, or a time"
    assert told["rotate", "by"].required
    assert told["paste", "with"].allowed == "FILE"
    assert told["paste", "repeat"] == ListedArgument(
        "repeat", "yes or no", "no", False, "begin them again whenever they end, up to the region's end"
    )
    assert told["stretch", "factor"].allowed == "0.015625 to 64"
    assert told["randomise", "by"].allowed == "uniform, usage or near"
    assert told["set", "code"].allowed == "0 or more"
