"""The dossier of a collection case, as it is handed to a bailiff, lawyer or collection agency.

Values first: :mod:`.dossier` holds what the XML holds, in parts from :mod:`.parties`,
:mod:`.claim` and :mod:`.story`. :mod:`.xml` writes and reads it, :mod:`.csv` makes the side file,
:mod:`.package` the ZIP. :mod:`.sums` says what does not add up, :mod:`.forbidden` what must not be
in it, :mod:`.checking` looks at a finished package from outside. The format is told in
``docs/dossier-format.md``. Nothing here knows Odoo.
"""
