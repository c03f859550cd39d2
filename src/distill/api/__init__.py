"""The verbs a person would say. Command line and browser are shells over this package.

Five lines from a folder to a sound::

    from distill import api

    api.train(["my sounds"], name="mine", minutes=10)
    api.resynth("voice.wav", model="mine", output="voice as mine.wav")
    codes = api.encode(["voice.wav"], model="mine", output="voice.codes")
    api.decode("voice.codes", output="voice with two levels.wav", up_to_level=2)

Every verb takes ``home`` (the user folder), and those that take time ``report`` and ``cancel``
(:mod:`distill.progress`). Whatever goes wrong is a :class:`distill.errors.DistillError` of one sentence.
"""

from distill.api.auditions import Sheet, contact_sheet, entry_map, entry_sound, heatmap
from distill.api.codebook import Codebook, EntryLine, codebook, similar
from distill.api.demonstration import Demo, demo
from distill.api.editing import Edited, History, edit, history, operations
from distill.api.generating import Generated, generate
from distill.api.library import Model, models, open_model, show
from distill.api.naming import name_entry
from distill.api.regenerating import Regenerated, regenerate
from distill.api.shelf import (
    Moved,
    binned_models,
    delete_model,
    export_model,
    import_model,
    rename_model,
    restore_model,
    tag_model,
)
from distill.api.sounds import Written, decode, encode, resynth
from distill.api.templates import delete_template, save_template, templates
from distill.api.training import Estimate, Trained, estimate, scan, train
from distill.api.two_sounds import blend, swap
from distill.doctor import examine as doctor
from distill.prior.steered import read_curve

__all__ = [
    "Codebook",
    "Demo",
    "Edited",
    "EntryLine",
    "Estimate",
    "Generated",
    "History",
    "Model",
    "Moved",
    "Regenerated",
    "Sheet",
    "Trained",
    "Written",
    "binned_models",
    "blend",
    "codebook",
    "contact_sheet",
    "decode",
    "delete_model",
    "delete_template",
    "demo",
    "doctor",
    "edit",
    "encode",
    "entry_map",
    "entry_sound",
    "estimate",
    "export_model",
    "generate",
    "heatmap",
    "history",
    "import_model",
    "models",
    "name_entry",
    "open_model",
    "operations",
    "read_curve",
    "regenerate",
    "rename_model",
    "restore_model",
    "resynth",
    "save_template",
    "scan",
    "show",
    "similar",
    "swap",
    "tag_model",
    "templates",
    "train",
]
