"""The duty board: one page that stays open for a whole shift."""

from flask import render_template

from backend.console.blueprints import console


@console.get("/board")
def board() -> str:
    return render_template("console/board.html")
