"""Icons and banners of the add-ons, drawn as SVG."""

#: Of the texts on a banner.
WIDTH = 345

BARS = (
    '<rect x="25" y="81" width="18" height="31" rx="4"/>'
    '<rect x="53" y="61" width="18" height="51" rx="4"/>'
    '<rect x="81" y="41" width="18" height="71" rx="4"/>'
)
CHECK = '<path d="M77 32 L90 45 L120 17" fill="none" stroke="#fff" stroke-width="9"/>'
#: The corner in which an add-on shows what it adds, on a disc of the colour of its plate.
CORNER = (
    '<circle cx="100" cy="96" r="33" fill="{plate}"/><g transform="translate(100 96)">{sign}</g>'
)

#: Colour of the plate, colour of the bars, and the sign of each add-on.
ART = {
    "payt_dunning": ("#1b5276", "#aed6f1", CHECK),
    "payt_dunning_sale": (
        "#0e6655",
        "#a2d9ce",
        '<path d="M-18 -19 H2 L21 0 L2 19 H-18 Z" fill="#fff"/>'
        '<circle cx="-8" cy="0" r="5" fill="#0e6655"/>',
    ),
    "payt_dunning_sale_stock": (
        "#935116",
        "#f5cba7",
        '<path d="M-20 -8 L0 -19 L20 -8 V13 L0 23 L-20 13 Z" fill="#fff"/>'
        '<path d="M-20 -8 L0 3 L20 -8 M0 3 V23" fill="none" stroke="#935116" stroke-width="4"/>',
    ),
    "payt_dunning_financing": (
        "#5b2c6f",
        "#d7bde2",
        '<g fill="#fff" stroke="#5b2c6f" stroke-width="3">'
        '<ellipse cx="0" cy="14" rx="21" ry="9"/><ellipse cx="0" cy="5" rx="21" ry="9"/>'
        '<ellipse cx="0" cy="-4" rx="21" ry="9"/><ellipse cx="0" cy="-13" rx="21" ry="9"/></g>',
    ),
    "payt_dunning_whatsapp": (
        "#1d6b3a",
        "#a9dfbf",
        '<path d="M-20 -18 H20 V11 H-3 L-14 22 V11 H-20 Z" fill="#fff"/>'
        '<path d="M-9 -4 L-2 3 L10 -9" fill="none" stroke="#1d6b3a" stroke-width="5"/>',
    ),
    "payt_dunning_snailmail": (
        "#922b21",
        "#f5b7b1",
        '<rect x="-22" y="-15" width="44" height="31" rx="3" fill="#fff"/>'
        '<path d="M-20 -12 L0 4 L20 -12" fill="none" stroke="#922b21" stroke-width="4"/>',
    ),
    "payt_dunning_queue_job": (
        "#34495e",
        "#ccd1d9",
        '<g fill="none" stroke="#fff" stroke-width="6">'
        '<path d="M-20 -13 H8 M-20 1 H8 M-20 15 H8"/></g>'
        '<path d="M7 -20 L21 1 L7 22 Z" fill="#fff"/>',
    ),
}


def icon(name):
    """Return the icon of an add-on, for a square of 140."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 140">{_mark(name)}</svg>'


def _mark(name):
    plate, bars, sign = ART[name]
    corner = sign if name == "payt_dunning" else CORNER.format(plate=plate, sign=sign)
    return (
        f'<rect width="140" height="140" rx="24" fill="{plate}"/>'
        f'<g fill="{bars}">{BARS}</g>{corner}'
    )


def banner(name, title, lead):
    """Return the banner of an add-on, 560 wide and 280 high.

    :param lead: one or two lines below the title
    """
    plate, bars, _sign = ART[name]
    lines = _lines(title)
    size = min(34, round(WIDTH / (0.72 * max(map(len, lines)))))
    rows = [(line, size, "#fff", "bold") for line in lines]
    rows += [(line, 18, bars, "normal") for line in lead]
    texts, height = "", 112
    for number, (line, size_of_row, color, weight) in enumerate(rows):
        height += 0 if not number else 38 if number == len(lines) else size_of_row + 8
        texts += (
            f'<text x="196" y="{height}" font-size="{size_of_row}" font-weight="{weight}" '
            f'fill="{color}">{line}</text>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 280" '
        'font-family="DejaVu Sans, sans-serif">'
        f'<rect width="560" height="280" fill="{plate}"/>'
        '<rect y="240" width="560" height="40" fill="#000" opacity=".18"/>'
        '<g transform="translate(30 54)"><rect x="-3" y="-3" width="146" height="146" rx="27" '
        f'fill="#fff" opacity=".25"/>{_mark(name)}</g>{texts}'
        '<text x="30" y="266" font-size="15" fill="#fff">Odoo 19 Community · LGPL-3</text></svg>'
    )


def _lines(title):
    """Break a title at the blank nearest to its middle."""
    words = title.split()
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return min(cuts, key=lambda halves: max(map(len, halves)))
