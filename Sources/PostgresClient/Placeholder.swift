// Placeholder: the first change to this target replaces it.
