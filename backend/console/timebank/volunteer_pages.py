"""The desk of volunteers, complete: importing this module gives every page of it its address."""

from backend.console.timebank import volunteer_acts, volunteer_entry, volunteer_page, volunteers

blueprint = volunteers.blueprint

__all__ = ["blueprint", "volunteer_acts", "volunteer_entry", "volunteer_page"]
