"""Tests of the add-on."""

from . import (
    test_draw_tour,
    test_draws,
    test_financing_books,
    test_financing_check,
    test_financing_demo_books,
    test_financing_files,
    test_financing_profile,
    test_financing_rights,
    test_financing_screens,
    test_financing_story,
    test_insurance,
    test_insurance_days,
    test_insurance_reports,
    test_insurance_rights,
    test_pledge_changes,
    test_pledge_marks,
    test_pledge_payee,
    test_pledge_payments,
    test_pledge_reports,
    test_pledge_rpc,
)
