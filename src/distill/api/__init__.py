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

from distill.api.auditions import (
    Sheet,
    contact_sheet,
    entry_map,
    entry_samples,
    entry_sound,
    entry_usage,
    heatmap,
)
from distill.api.codebook import Codebook, EntryLine, codebook, similar
from distill.api.comparing import Compared, compare, vote, votes
from distill.api.current import choose_model, current_model
from distill.api.demonstration import Demo, demo, demo_collection
from distill.api.detached import DetachedTraining
from distill.api.edited import Edited
from distill.api.editing import History, edit, history, operations
from distill.api.export_targets import free_export_path
from distill.api.exporting import Exported, export
from distill.api.generating import Generated, generate
from distill.api.heads import Head, add_head, head, heads
from distill.api.library import Model, models, open_model, show
from distill.api.naming import name_entry
from distill.api.outlines import Outline, heard_outline, outline, outline_of
from distill.api.palettes import Palette, palette
from distill.api.presets import (
    delete_preset,
    options_of,
    preset,
    presets,
    rename_preset,
    restore_preset,
    save_preset,
    settings_of_recipe,
)
from distill.api.previews import PreviewPart, preview_parts
from distill.api.project import Project
from distill.api.prospects import Prospect, prospect
from distill.api.regenerating import Regenerated, regenerate
from distill.api.replaying import Replayed, replay
from distill.api.shelf import (
    BinRoom,
    Moved,
    binned_models,
    delete_model,
    delete_models,
    empty_bin,
    export_model,
    import_model,
    license_model,
    rename_model,
    restore_model,
    room_of_bin,
    tag_model,
)
from distill.api.sounds import Written, decode, encode, resynth
from distill.api.take_details import VERBS, take_details
from distill.api.takes import (
    Room,
    binned_takes,
    delete_take,
    delete_takes,
    deleted_takes,
    limit_takes,
    note_take,
    restore_take,
    room_of_takes,
    star_take,
    take,
    takes,
)
from distill.api.takes_exporting import export_takes
from distill.api.templates import delete_template, save_template, templates
from distill.api.training import Estimate, Trained, estimate, scan, train
from distill.api.trainings import Training, forget_training, proposal, trainings
from distill.api.two_sounds import blend, swap
from distill.codes.forms import forms as operation_forms
from distill.doctor import examine as doctor
from distill.prior.steered import read_curve

__all__ = [
    "VERBS",
    "BinRoom",
    "Codebook",
    "Compared",
    "Demo",
    "DetachedTraining",
    "Edited",
    "EntryLine",
    "Estimate",
    "Exported",
    "Generated",
    "Head",
    "History",
    "Model",
    "Moved",
    "Outline",
    "Palette",
    "PreviewPart",
    "Project",
    "Prospect",
    "Regenerated",
    "Replayed",
    "Room",
    "Sheet",
    "Trained",
    "Training",
    "Written",
    "add_head",
    "binned_models",
    "binned_takes",
    "blend",
    "choose_model",
    "codebook",
    "compare",
    "contact_sheet",
    "current_model",
    "decode",
    "delete_model",
    "delete_models",
    "delete_preset",
    "delete_take",
    "delete_takes",
    "delete_template",
    "deleted_takes",
    "demo",
    "demo_collection",
    "doctor",
    "edit",
    "empty_bin",
    "encode",
    "entry_map",
    "entry_samples",
    "entry_sound",
    "entry_usage",
    "estimate",
    "export",
    "export_model",
    "export_takes",
    "forget_training",
    "free_export_path",
    "generate",
    "head",
    "heads",
    "heard_outline",
    "heatmap",
    "history",
    "import_model",
    "license_model",
    "limit_takes",
    "models",
    "name_entry",
    "note_take",
    "open_model",
    "operation_forms",
    "operations",
    "options_of",
    "outline",
    "outline_of",
    "palette",
    "preset",
    "presets",
    "preview_parts",
    "proposal",
    "prospect",
    "read_curve",
    "regenerate",
    "rename_model",
    "rename_preset",
    "replay",
    "restore_model",
    "restore_preset",
    "restore_take",
    "resynth",
    "room_of_bin",
    "room_of_takes",
    "save_preset",
    "save_template",
    "scan",
    "settings_of_recipe",
    "show",
    "similar",
    "star_take",
    "swap",
    "tag_model",
    "take",
    "take_details",
    "takes",
    "templates",
    "train",
    "trainings",
    "vote",
    "votes",
]
