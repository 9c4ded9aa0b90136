"""The version of placelines, read by the build and printed with every output."""

__version__ = "0.1.0"
