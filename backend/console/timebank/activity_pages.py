"""The desk of activities, complete: importing this module gives every page of it its address."""

from backend.console.timebank import activity_desk, activity_page, activity_people, activity_plan, activity_records

blueprint = activity_desk.blueprint

__all__ = ["activity_page", "activity_people", "activity_plan", "activity_records", "blueprint"]
