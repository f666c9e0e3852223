"""Grade a class: on this machine or on many."""
