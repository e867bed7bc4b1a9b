"""Measures the add-on on ledgers of any size; see ``README.md``. Started by ``make bench``."""
