"""Pages of offices and their appointments: days, slots, queue, ratings, questions."""
