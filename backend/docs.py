"""The API page: Swagger UI from an installed wheel, so that it works without the internet."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

blueprint = Blueprint("docs", __name__, url_prefix="/docs")
DIST = Path(flask_swagger_ui.__file__).parent / "dist"

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>守望 接口文档</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""

START = """window.ui = SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true,
  validatorUrl: null, tryItOutEnabled: true, persistAuthorization: false});"""


@blueprint.get("/")
def page() -> str:
    return PAGE


@blueprint.get("/start.js")
def start() -> Response:
    # A file of its own: the content security policy allows no script inside a page.
    return Response(START, content_type="text/javascript; charset=utf-8")


@blueprint.get("/<path:name>")
def asset(name: str) -> Response:
    return send_from_directory(DIST, name, max_age=86_400)
