"""The functional core: plans, decisions, forecasts, guards. No module here uses files, sockets, clocks or
randomness."""
