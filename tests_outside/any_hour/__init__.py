"""Messages leave at any hour of any day in a process that loads this.

Which hours and days each channel keeps to is tested with dates of its own; tests with real
processes run on the day and at the hour at which somebody starts them.
"""

from odoo.addons.payt_dunning.models.dunning_when import ResCompany
from odoo.addons.payt_dunning.rules.windows import OUTER_HOURS, Hours

# What is beyond the limits of every company: nights, Sundays and holidays of the debtor.
OUTER_HOURS.clear()
ResCompany._dunning_hours_of = lambda self, channel: Hours(0, 24 * 60)
