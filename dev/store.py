"""``make store``: icon, banner and page of each add-on, for Odoo's store and its list of apps.

Pictures of screens are those of the guides, which the browser tests make. Runs in the virtual
environment.
"""

import html
import io
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from dev import state, system
from dev.steps import say
from dev.store_art import banner, icon
from dev.store_texts import PAGES

SHOTS = state.CHECKOUT / "docs" / "pictures" / "guides"
ICON, BANNER = (140, 140), (560, 280)


def shots(name):
    """Return the pictures of screens on the page of an add-on: name of the file, what it shows."""
    return [(f"{shot}.png", says) for shot, says in PAGES[name].shots]


def page(name):
    """Return the page of an add-on, in the HTML that the store lets through: no script or style."""
    told = PAGES[name]
    return "".join(
        [
            _section(
                f'<img src="banner.png" alt="{html.escape(told.title)}" style="width:560px;max-width:100%"/>\n'
                f'<h2 class="oe_slogan">{html.escape(told.title)}</h2>\n'
                f'<h3 class="oe_slogan">{html.escape(" ".join(told.lead))}</h3>\n'
                f'<p class="oe_mt32" style="font-size:16px">{html.escape(told.says)}</p>',
                "text-align:center",
            ),
            *(
                _section(
                    f'<h3 style="margin-top:32px">{html.escape(heading)}</h3>\n<ul>\n'
                    + "".join(f"<li>{html.escape(point)}</li>\n" for point in points)
                    + "</ul>"
                )
                for heading, points in told.points
            ),
            *(
                _section(
                    f'<p style="margin-top:32px"><strong>{html.escape(says)}</strong></p>\n'
                    f'<img src="{file}" alt="{html.escape(says)}" '
                    f'style="max-width:100%;border:1px solid #ccc"/>'
                )
                for file, says in shots(name)
            ),
            _section(f'<p style="margin-top:32px">{html.escape(told.needs)}</p>'),
        ]
    )


def _section(inner, style=""):
    style = f' style="{style}"' if style else ""
    return (
        '<section class="oe_container" style="max-width:920px;margin:0 auto">\n'
        f'<div class="oe_row oe_spaced"{style}>\n'
        f"{inner}\n</div>\n</section>\n"
    )


def main():
    """Make all anew; return 0."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system.browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        for addon in state.addons():
            folder, told = addon / "static" / "description", PAGES[addon.name]
            folder.mkdir(parents=True, exist_ok=True)
            drawn = banner(addon.name, told.title, told.lead)
            for file, svg, size in (("icon", icon(addon.name), ICON), ("banner", drawn, BANNER)):
                tab = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
                tab.set_content(f'<body style="margin:0">{svg}</body>')
                shot = tab.screenshot(omit_background=file == "icon")
                Image.open(io.BytesIO(shot)).save(folder / f"{file}.png", optimize=True)
                tab.close()
            for (file, _says), (shot, _also) in zip(shots(addon.name), told.shots, strict=True):
                shutil.copyfile(SHOTS / f"{shot}.en.png", folder / file)
            (folder / "index.html").write_text(page(addon.name), encoding="utf-8")
            say(f"  {folder.relative_to(state.CHECKOUT)}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
