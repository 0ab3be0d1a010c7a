"""What is done with sites, rooms, beds, elders and contacts. Callers ask this domain through here."""

from backend.eldercare.contacts import ContactToCall, contacts_to_call
from backend.eldercare.places import Occupant, Place, Whereabouts, place_of, whereabouts

__all__ = [
    "ContactToCall",
    "Occupant",
    "Place",
    "Whereabouts",
    "contacts_to_call",
    "place_of",
    "whereabouts",
]
