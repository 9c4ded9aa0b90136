"""Learn the weights of recognition and resolution from annotated texts."""
