"""A review: what doubtful names of articles mean, asked in the terminal and kept as corrections."""
