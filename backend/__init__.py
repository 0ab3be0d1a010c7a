"""The domains of Shouwang and the core they stand on."""
