"""Sound to codes and codes to sound, of any length in bounded memory; and after an edit, only what changed."""

from distill.render.decoding import decode, decode_part, decode_rows, stream
from distill.render.encoding import encode, encode_rows
from distill.render.local import changed_steps, redecode
from distill.render.searching import USUAL_ROUNDS

__all__ = [
    "USUAL_ROUNDS",
    "changed_steps",
    "decode",
    "decode_part",
    "decode_rows",
    "encode",
    "encode_rows",
    "redecode",
    "stream",
]
