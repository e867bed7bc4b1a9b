from . import (
    test_financing_books,
    test_financing_check,
    test_financing_demo_books,
    test_financing_files,
    test_financing_profile,
    test_financing_rights,
    test_financing_screens,
    test_insurance,
    test_insurance_days,
    test_insurance_reports,
    test_insurance_rights,
)
