"""What is done with sites, rooms, beds, elders and contacts. Callers ask this domain through here."""

from backend.eldercare.card import elder_card, elders_of, masked
from backend.eldercare.contacts import ContactToCall, contacts_to_call
from backend.eldercare.places import Occupant, Place, Whereabouts, place_of, root_path, whereabouts
from backend.eldercare.registering import (
    add_contact,
    find_by_id_number,
    find_by_phone,
    move_bed,
    register_bed,
    register_elder,
    register_family_bed,
    register_room,
    register_site,
)

__all__ = [
    "ContactToCall",
    "Occupant",
    "Place",
    "Whereabouts",
    "add_contact",
    "contacts_to_call",
    "elder_card",
    "elders_of",
    "find_by_id_number",
    "find_by_phone",
    "masked",
    "move_bed",
    "place_of",
    "register_bed",
    "register_elder",
    "register_family_bed",
    "register_room",
    "register_site",
    "root_path",
    "whereabouts",
]
