"""What is recorded of one space: entries, their fold into records, snapshots, exports."""
