"""Turn text into an atlas of places and routes."""
