"""How the gazetteer that comes along is made: ``python -m geo.gazetteers.world.build``."""
