"""What was read of the cloud, as text for people. It is in no digest."""
