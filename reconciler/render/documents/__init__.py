"""What tools read: JSON, events, reports and policies."""
