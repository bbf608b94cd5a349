"""What is declared, compared with what is recorded: changes, forecasts, guards."""
