"""params.yaml: its schema, its presets, and one line for each mistake."""
