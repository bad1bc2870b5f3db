"""What `make` calls beside the workflow: plan, publish, tell, judge, pull, tracking."""
