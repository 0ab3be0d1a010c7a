"""What can be done with a device in each state; nothing else changes it."""

from backend.core.states import Machine

DISCOVERED, REGISTERED, IN_SERVICE, MAINTENANCE, RETIRED = (
    "discovered",
    "registered",
    "in_service",
    "maintenance",
    "retired",
)

MACHINE = Machine(
    {
        DISCOVERED: {"register": REGISTERED, "retire": RETIRED},
        REGISTERED: {"prove": IN_SERVICE, "place": REGISTERED, "retire": RETIRED},
        IN_SERVICE: {
            "place": IN_SERVICE,
            "start_test": IN_SERVICE,
            "start_maintenance": MAINTENANCE,
            "retire": RETIRED,
        },
        MAINTENANCE: {"place": MAINTENANCE, "end_maintenance": IN_SERVICE, "retire": RETIRED},
        RETIRED: {"register": REGISTERED},  # repaired, and proven anew
    }
)
