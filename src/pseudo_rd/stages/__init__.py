"""What the scripts of the workflow share: log, terminal, GPUs. Science never imports it."""
