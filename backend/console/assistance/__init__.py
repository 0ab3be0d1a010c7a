"""Pages of what is held and paid: benefits, households, payments, reviews, simulation, open data."""
