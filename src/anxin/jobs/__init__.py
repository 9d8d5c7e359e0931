"""What the worker does: processing of submissions, deliveries, reminders."""
