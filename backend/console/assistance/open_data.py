"""Open data (社会救助法 67) for everybody: a page, JSON, a CSV that a spreadsheet opens; nobody can be found in it."""

import re

from flask import Blueprint, Response, jsonify, render_template
from werkzeug.wrappers import Response as AnyResponse

from backend.assistance import open_data
from backend.core.db import reading

blueprint = Blueprint("open_data", __name__, url_prefix="/open-data", template_folder="templates")


NUMBER = re.compile(r"\d+(\.\d+)?")


@blueprint.get("/")
def page() -> str:
    with reading() as work:
        found = open_data.published(work)
    standards = [one for one in found["standards"] if _is_number(one["value"])]
    return render_template("console/open_data.html", found=found, standards=standards)


def _is_number(value: object) -> bool:
    """Codes and tables are for programs: the JSON has them."""
    return not isinstance(value, bool) and NUMBER.fullmatch(str(value)) is not None


@blueprint.get("/assistance.json")
def as_json() -> AnyResponse:
    with reading() as work:
        return jsonify(open_data.published(work))


@blueprint.get("/assistance.csv")
def as_csv() -> AnyResponse:
    with reading() as work:
        body = open_data.as_csv(open_data.published(work))
    headers = {"Content-Disposition": "attachment; filename=assistance.csv"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)
