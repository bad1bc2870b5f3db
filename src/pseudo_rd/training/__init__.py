"""Training the generator, alone or against the critic."""
