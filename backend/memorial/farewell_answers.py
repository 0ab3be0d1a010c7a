"""What goes with every answer about a farewell: nobody on the way keeps it, and no address travels on."""

from flask import Response


def kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
