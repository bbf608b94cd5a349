"""Output for tools: JSON, events, reports and policies."""
