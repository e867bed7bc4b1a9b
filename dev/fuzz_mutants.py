"""Input that somebody damaged: made of examples, the same again for the same seed."""

import random

#: What readers trip over, in any text.
NASTY = (
    *("", "\x00", "\ufeff", "\u202e", "\u0661\u0662", "\ud800", "\U0001f4a3", "\r\n", "\t"),
    *("-1", "0", "1e400", "NaN", "Infinity", "9" * 40, "0.1e-999", "٣", "²", "1/2"),
    *("0000-00-00", "9999-12-31", "2026-02-30", "null", "true", "[]", "{}", "[" * 200),
    *("<", ">", "&amp;", "<!--", "]]>", "<![CDATA[", "<?xml?>", "&#0;", "%s", "%(x)s", "{0}"),
    *('"', "'", '"""', "\\", "../", "..\\", "=1+1", "@", ";", ",", "|", "http://a/", "://"),
)


class Mutants:
    """Mutants of examples, each with some bytes or signs changed, moved, doubled or taken out.

    :param examples: ``bytes`` or ``str``, all of one kind
    :param longest: of a mutant
    """

    def __init__(self, examples, seed, longest=200_000):
        self.examples, self.longest = list(examples), longest
        self.random = random.Random(seed)
        self.binary = isinstance(self.examples[0], bytes)

    def __iter__(self):
        yield from self.examples
        while True:
            found = self.random.choice(self.examples)
            for _turn in range(self.random.choice((1, 1, 1, 2, 3, 8))):
                found = self.random.choice(_WAYS)(self, found)
            yield found[: self.longest]

    def place(self, text):
        return self.random.randint(0, len(text))

    def some(self, text, most=40):
        """A piece of a text."""
        begin = self.place(text)
        return text[begin : begin + self.random.randint(0, most)]

    def nasty(self, _text=None):
        if self.random.random() < 0.3:
            # One sign of any kind.
            if self.binary:
                return bytes([self.random.randrange(256)])
            return chr(
                self.random.choice((self.random.randrange(128), self.random.randrange(55296)))
            )
        text = self.random.choice(NASTY)
        return text.encode("utf-8", "surrogatepass") if self.binary else text

    def put_in(self, text):
        place = self.place(text)
        return text[:place] + self.nasty() + text[place:]

    def put_over(self, text):
        place, what = self.place(text), self.nasty()
        return text[:place] + what + text[place + max(len(what), 1) :]

    def take_out(self, text):
        place = self.place(text)
        return text[:place] + text[place + self.random.choice((1, 2, 5, 40)) :]

    def double(self, text):
        place = self.place(text)
        return text[:place] + self.some(text) * self.random.choice((1, 2, 30)) + text[place:]

    def cut(self, text):
        return text[: self.place(text)]

    def cross(self, text):
        """The beginning of one example and the end of another."""
        other = self.random.choice(self.examples)
        return text[: self.place(text)] + other[self.place(other) :]

    def anew(self, _text):
        """Nothing of an example."""
        empty = b"" if self.binary else ""
        return empty.join(self.nasty() for _each in range(self.random.randint(0, 12)))


_WAYS = (
    *(Mutants.put_in, Mutants.put_over, Mutants.take_out, Mutants.double),
    *(Mutants.cut, Mutants.cross, Mutants.anew),
)
