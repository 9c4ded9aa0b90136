"""Gazetteers that users install: all of GeoNames, some countries of it, lists of their own."""
