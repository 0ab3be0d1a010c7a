"""Pages of the emergency chain: the duty board, rosters, devices, elders, and how fast alarms were answered."""
