# The part of `make fuzz` that needs Odoo: fed to its shell on a database with all add-ons, and
# rolled back. INPUTS, SECONDS, ONLY and SEED are those of dev/fuzz.py.
import os
import sys

sys.path.insert(0, os.environ["PAYT_CHECKOUT"])

from dev import fuzz, fuzz_odoo

fuzz.READERS.clear()
fuzz.READERS.update(fuzz_odoo.readers(env))
print("PAYT_FUZZ", fuzz.main())
env.cr.rollback()
