"""Object stores with compare-and-swap, and projects kept in them."""
