"""In which language somebody is written to, where a text is not there in his own."""

from collections.abc import Iterable, Sequence

#: The language that every text has been written in, as Odoo keeps it.
SOURCE = "en_US"


def spoken(wanted: str, company: str, written: Sequence[Iterable[str]]) -> str:
    """The language of a message whose texts are there in some languages only.

    The whole message is in one language: the reader's, else another of the same tongue (``nl_NL``
    for ``nl_BE``), else the company's, else English. Where no language has all texts, it is the
    reader's, as far as it goes.

    :param written: for each text the languages it is there in
    """
    tongue = wanted.split("_")[0]
    same = sorted({lang for langs in written for lang in langs if lang.split("_")[0] == tongue})
    for lang in (wanted, *same, company, SOURCE):
        if lang and all(lang in langs for langs in written):
            return lang
    return wanted
