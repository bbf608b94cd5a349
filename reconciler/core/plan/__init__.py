"""Declared compared with recorded: changes, forecasts, guards."""
