"""Developer bench of the add-on: set-up, demo, tests and lint.

Only the standard library is used here, because these modules run before any
virtual environment exists. ``python3 dev help`` lists the commands.
"""
