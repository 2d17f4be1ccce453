"""The networks of the demo world, one concept a file."""
