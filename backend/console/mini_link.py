"""What the QR code of a paper opens when WeChat does not take it to the mini-program itself: how to get there."""

from flask import Blueprint, render_template

public = Blueprint("mini_link", __name__, template_folder="templates")


@public.get("/m/<path:page>")
def page(page: str) -> str:  # noqa: ARG001 - the mini-program reads it; nothing here depends on it
    return render_template("console/mini_link.html")
