"""What `make` calls beside the workflow: plan, publish, judge, pull, tracking."""
