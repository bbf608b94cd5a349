"""From a code that somebody gives to the run that submits it, and what waits for one."""
