"""Find toponyms and roads in texts."""
