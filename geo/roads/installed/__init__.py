"""Roads and other lines that a user has imported: from extracts of OpenStreetMap, and from files of other formats."""
