"""Measurements of Distill: quality on collections, speed, memory, training steps.

::

    python -m bench.quality COLLECTION...   train, then judge own and never-seen sounds
    python -m bench.augment MODEL FOLDER    how many codes each variation changes
    python -m bench.speed                   encode and decode against EnCodec and DAC
    python -m bench.memory                  peak memory of training and of encoding an hour
    python -m bench.steps                   how much of the machine a training step uses
    python -m bench.priors MODEL FOLDER...  how well each kind of prior predicts sounds it has not seen
    python -m bench.generations MODEL=FOLDER...  new sound: whose it is, what it copies, how fast it is made
    python -m bench.export_peaks            the highest true peak of exported files, and what resampling adds
    python -m bench.phases MODEL COLLECTION what is missing: magnitudes or phases?
    python -m bench.pictures                draw sounds above what became of them
    python -m bench.report                  write the tables of docs/benchmarks.md

Every run but that of ``export_peaks``, which prints, appends one JSON line to ``bench/runs``; only ``bench.report`` writes
figures into ``docs/benchmarks.md``.
"""
