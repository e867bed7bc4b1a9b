"""What the law lets a creditor ask beside an invoice: rules over tables, no numbers of its own.

Money is ``Decimal``, days are ``datetime.date``, rates are percent a year. The tables are data
(:mod:`.tables`, read by :mod:`.read`): a row that is missing, too old or marked ``check`` makes a
rule raise :class:`~.errors.Held`; input that can't be right makes it raise
:class:`~.errors.Refused`. Nothing is guessed and no country borrows another's row.
"""
