"""What the stages share: log, devices, tracking, plan. Science never imports it."""
