"""Draw an atlas."""
