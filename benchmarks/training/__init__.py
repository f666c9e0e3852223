"""How fast a network trains, against torch, scikit-learn and plain NumPy."""
