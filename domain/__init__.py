"""Pure rules: no I/O, no clock, no global randomness. The heart anybody can read in an hour."""
