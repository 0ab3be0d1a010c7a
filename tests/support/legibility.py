"""What the version for the old (长辈版) promises of a page, measured in the browser.

MIIT's rules for apps used by old people (2021): text of 18 px and more, targets of 60 by 60, lines of 1.3, contrast of
4.5; ours makes the main text 22 px.
"""

from typing import Any

from playwright.sync_api import Page

from tests.console.contrast import ratio

MAIN, TEXT, LINE, LARGE_TARGET, TARGET, READABLE, WIDTH = 22, 18, 1.3, 60, 44, 4.5, 390

# Each text with its colour, the nearest painted ground behind it, its size and its line.
TEXTS = """() => [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
    && !e.closest(".sr-only, .skip, script, option")
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
  let ground = e; let colour;
  do {
    colour = getComputedStyle(ground).backgroundColor;
    const picture = getComputedStyle(ground).backgroundImage;
    if (picture !== "none") colour = picture.match(/rgb\\([^)]*\\)/)[0];
    ground = ground.parentElement;
  } while (ground && /^rgba\\(.*, 0\\)$/.test(colour));
  const style = getComputedStyle(e), size = parseFloat(style.fontSize);
  return {text: e.textContent.trim().slice(0, 20), ink: style.color, ground: colour, size,
    line: parseFloat(style.lineHeight) / size};
})"""
# Radio buttons and boxes are pressed by their whole chip.
TARGETS = """() => [...document.querySelectorAll(`a[href], button, select, textarea, summary, .chip, .face,
    input:not([type=radio], [type=checkbox])`)]
  .filter((e) => e.checkVisibility() && e.id !== "skip" && e.getBoundingClientRect().width > 0)
  .map((e) => [e.outerHTML.slice(0, 70), e.getBoundingClientRect().width, e.getBoundingClientRect().height])"""
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, textarea")]
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"""


def faint(page: Page) -> list[str]:
    """Texts that do not stand out from their ground."""
    found: list[dict[str, Any]] = page.evaluate(TEXTS)
    return [f"{one['text']}: {one['ink']} on {one['ground']}" for one in found
            if ratio(one["ink"], one["ground"]) < READABLE]  # fmt: skip


def small(page: Page, least: int) -> list[list[Any]]:
    """Controls that are lower or narrower than ``least`` pixels."""
    return [one for one in page.evaluate(TARGETS) if min(one[1:]) < least - 0.5]


def broken(page: Page, *, elder: bool) -> dict[str, Any]:
    """Every promise that this page breaks; empty if it keeps them all."""
    found = {
        "faint": faint(page), "small": small(page, LARGE_TARGET if elder else TARGET),
        "nameless": page.evaluate(NAMELESS), "tiny": _tiny(page) if elder else [],
        "sideways": max(0, page.evaluate("document.documentElement.scrollWidth") - WIDTH),
    }  # fmt: skip
    return {name: what for name, what in found.items() if what}


def _tiny(page: Page) -> list[Any]:
    texts = [one for one in page.evaluate(TEXTS) if one["size"] < TEXT or one["line"] < LINE - 0.01]
    main = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
    return [*texts, *([main] if main < MAIN else [])]
