"""What offices tell about cases: read from XML, CSV or ZIP, looked at, and sorted out.

``reading`` makes values of a file, ``sense`` says what can't be, ``sorting`` says what is new, what
was known, and what contradicts what was told before. Nothing here changes anything.
"""
