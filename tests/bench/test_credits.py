from __future__ import annotations

from pathlib import Path

import pytest
from bench.credits import read_credits

from bench import machine
from distill.errors import BadCollection

DOCUMENT = """# sources

| repository @ commit | licence |
|---|---|
| https://example.org/drums @ c0ffee1 | CC0 1.0 |

## Files

| file | repository | path in repository | author / original | licence | source format |
|---|---|---|---|---|---|
| boom.flac | drums | a/boom.wav | A. Drummer | CC0 1.0 | WAV |
| train.flac | trains | b/train.ogg | B. Rider https://example.org/1 | CC BY 3.0 | OGG |
| sea.flac | seas | c/sea.ogg | C. Sailor | Public domain | OGG |

words behind the table | with a stroke
"""


def test_authors_and_licences_are_read_from_the_table_of_files(tmp_path: Path) -> None:
    (tmp_path / "LICENSES.md").write_text(DOCUMENT)
    found = read_credits(tmp_path)
    assert list(found) == ["boom.flac", "train.flac", "sea.flac"]
    train = found["train.flac"]
    assert (train.author, train.licence) == ("B. Rider https://example.org/1", "CC BY 3.0")
    assert (train.repository, train.path) == ("trains", "b/train.ogg")
    assert [credit.is_free for credit in found.values()] == [True, False, True]


def test_sounds_without_written_licences_are_refused(tmp_path: Path) -> None:
    document = tmp_path / "LICENSES.md"
    with pytest.raises(BadCollection) as refusal:
        read_credits(tmp_path)
    assert str(refusal.value) == (
        f"{document} is not there; only sounds whose licence is written down are shown."
    )
    document.write_text("all mine\n")
    with pytest.raises(BadCollection) as refusal:
        read_credits(tmp_path)
    assert str(refusal.value) == (
        f"{document} has no table with the columns file, author / original, licence, repository, path in repository; "
        "only sounds whose licence is written down are shown."
    )


def test_every_sound_of_the_shared_collections_has_its_credit() -> None:
    audio = machine.ROOT.parent / "shared" / "audio"
    if not audio.is_dir():
        pytest.skip("the shared collections are not on this machine")
    for folder in sorted(path for path in audio.iterdir() if path.is_dir()):
        credits = read_credits(folder)
        assert set(credits) == {file.name for file in folder.glob("*.flac")}
        assert all(credit.author and credit.licence and credit.path for credit in credits.values())
