"""Tests of the add-on."""

from . import test_insurance, test_insurance_days, test_insurance_reports, test_insurance_rights
