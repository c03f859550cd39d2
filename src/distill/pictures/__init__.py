"""Pictures as PNG files: spectrograms, code grids, the use of a codebook and a map of it.

matplotlib is loaded when a picture is drawn, and only through its object interface, so pictures can be
drawn from any thread and leave no state behind. The same data gives the same bytes: files carry no
date. Colour maps (magma, viridis, cividis) read the same with any kind of colour vision and in grey.
"""

from distill.pictures.grids import code_grid, usage_heatmap
from distill.pictures.maps import entry_map
from distill.pictures.spectrograms import compare_spectrograms, mel_levels, spectrogram, thumbnail

__all__ = [
    "code_grid",
    "compare_spectrograms",
    "entry_map",
    "mel_levels",
    "spectrogram",
    "thumbnail",
    "usage_heatmap",
]
