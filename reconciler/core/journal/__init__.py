"""The journal of one space: entries, their fold into records, checkpoints, exports."""
