"""The functional core: planning, settling, forecasting, guarding. No file, socket, clock or randomness in here."""
