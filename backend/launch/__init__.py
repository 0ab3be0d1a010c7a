"""One command that starts everything: embedded services, the processes, and the supervisor that keeps them up."""
