"""How fast single operations are, against torch on one thread of the CPU."""
