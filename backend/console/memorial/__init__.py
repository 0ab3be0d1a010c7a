"""Pages of remembering: halls, moderation, farewells, cemeteries and prices."""
