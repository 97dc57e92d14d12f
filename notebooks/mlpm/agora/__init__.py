"""Agora, the neighborhood marketplace of the running example: seeded generators of its data.

Nothing here was observed. Each module of this package makes the files of one notebook, from a fixed seed, and describes
them: `FILES` maps a file name to the function that makes its table, `CARD` says what a row and each column mean.
`python -m mlpm.agora` writes the files and their data card.
"""
